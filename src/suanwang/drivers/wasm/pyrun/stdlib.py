"""The standard library of the sandboxed Python: only what is imported while the component is built exists in it later.

Left out: what cannot work without sockets, processes, threads or C extensions that WASI has not, so that an import says so
at once instead of failing later.
"""

import importlib
import sys

TEXT = """
abc argparse array ast base64 binascii bisect builtins calendar cmath cmd code codecs codeop collections colorsys
concurrent configparser contextlib contextvars copy copyreg csv dataclasses datetime decimal difflib dis email
enum errno filecmp fileinput fnmatch fractions functools gc genericpath getopt gettext glob graphlib gzip hashlib heapq hmac
html http importlib inspect io ipaddress itertools json keyword linecache locale logging marshal math mimetypes
numbers opcode operator optparse os pathlib pickle pickletools pkgutil platform plistlib posixpath pprint profile pstats
pyclbr queue quopri random re reprlib runpy sched secrets shelve shlex shutil signal sqlite3 stat statistics string
stringprep struct symtable sys sysconfig tabnanny tarfile tempfile textwrap threading time timeit token tokenize tomllib
trace traceback types typing unicodedata unittest urllib uuid warnings wave weakref xml zipapp zipfile zipimport zlib zoneinfo

collections.abc concurrent.futures email.message email.mime.text email.parser email.policy email.utils encodings.ascii
encodings.big5 encodings.cp1252 encodings.cp437 encodings.gb18030 encodings.gb2312 encodings.gbk encodings.hz
encodings.idna encodings.latin_1 encodings.punycode encodings.unicode_escape encodings.utf_16 encodings.utf_16_be
encodings.utf_16_le encodings.utf_32 encodings.utf_8_sig html.entities html.parser importlib.metadata importlib.resources
importlib.util json.tool os.path string.templatelib urllib.error urllib.parse
xml.dom.minidom xml.etree.ElementTree xml.sax xml.sax.saxutils annotationlib compression.gzip compression.zlib
dbm.dumb dbm.sqlite3 modulefinder
"""
WITHOUT = ("asyncio", "selectors", "socket", "subprocess")
"""Loaded by others in passing, and taken out again: their import is refused, as they could do nothing."""


def load() -> tuple[str, ...]:
    """Import all that exists; give the top-level names that did, sorted."""
    found: set[str] = set()
    for name in TEXT.split():
        try:
            importlib.import_module(name)
        except ImportError:
            continue
        found.add(name.partition(".")[0])
    for name in WITHOUT:
        sys.modules.pop(name, None)
    return tuple(sorted(found))
