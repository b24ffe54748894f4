"""The task's folder as the guest sees it: local modules import from it, and it reads the same on every machine.

A file system lists a folder in an order of its own, and gives a file a number that takes a fuel more or less to read.
So lists are sorted here, and modules are found among the names that the task came with, always from source: the same
task burns the same fuel and gives the same result everywhere. Only what it lists, or asks of a file, by itself may cost
a few fuel more or less.
"""

import importlib.util
import os
import sys
from importlib.machinery import ModuleSpec, SourceFileLoader

_listdir, _scandir = os.listdir, os.scandir
KEPT = {"abc", "codecs", "encodings", "genericpath", "importlib", "io", "os", "posixpath", "site", "stat", "zipimport"}
KEPT.update(sys.builtin_module_names)
"""What an interpreter has loaded before it looks at any folder: a local file never takes the place of these."""
GUEST = ("app", "folder", "stdlib")
"""Our own modules: hidden from tasks, whose files may well have the same names."""
_came: dict[str, bool] = {}
"""Python files that the task came with, and the folders they lie in: absolute path -> whether it is a file."""


class Source(SourceFileLoader):
    """Compiles from source each time: cached byte code could be anything and depends on time stamps."""

    def get_code(self, fullname):
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


class Finder:
    """Finds `name.py`, packages and namespace packages on sys.path, by name."""

    @staticmethod
    def find_spec(fullname, path=None, target=None):
        name = fullname.rpartition(".")[2]
        spaces = []
        for entry in sys.path if path is None else path:
            stem = os.path.join(entry or "/", name)
            for file, within in ((f"{stem}/__init__.py", [stem]), (f"{stem}.py", None)):
                if _is(file, True):
                    loader = Source(fullname, file)
                    return importlib.util.spec_from_file_location(
                        fullname, file, loader=loader, submodule_search_locations=within
                    )
            if _is(stem, False):
                spaces.append(stem)
        if not spaces:
            return None
        spec = ModuleSpec(fullname, None, is_package=True)
        spec.submodule_search_locations = spaces
        return spec


def _is(path, file) -> bool:
    """Whether it is a file, or a folder. The file system is asked only about what the task has made since."""
    if path in _came:
        return _came[path] is file
    return os.path.isfile(path) if file else os.path.isdir(path)


class _Listing:
    """What os.scandir gives, in sorted order."""

    def __init__(self, entries):
        self._entries = iter(entries)

    def __iter__(self):
        return self._entries

    def __next__(self):
        return next(self._entries)

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        self._entries = iter(())


def listdir(path="."):
    return sorted(_listdir(path))


def scandir(path="."):
    with _scandir(path) as entries:
        return _Listing(sorted(entries, key=lambda entry: entry.name))


def install() -> None:
    """Put the sorted listings and the finder in place; once, while the component is built."""
    os.listdir, os.scandir = listdir, scandir
    sys.meta_path[2:] = [Finder]
    sys.path_importer_cache.clear()
    sys.dont_write_bytecode = True


def uncover(modules) -> None:
    """Forget preloaded modules that have a namesake in the folder: as in any Python, the script's own neighbour wins.

    modules: paths of the Python files that lie there.
    """
    for path in modules:
        _came[f"/{path}"] = True
        above = path.rpartition("/")[0]
        while above and f"/{above}" not in _came:
            _came[f"/{above}"] = False
            above = above.rpartition("/")[0]
    for name in GUEST:
        sys.modules.pop(name, None)
    for path in modules:
        name = path.removesuffix("/__init__.py").removesuffix(".py")
        if name in sys.modules and name not in KEPT:
            for loaded in [m for m in sys.modules if m == name or m.startswith(f"{name}.")]:
                del sys.modules[loaded]
