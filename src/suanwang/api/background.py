"""The process behind `--detach` and behind the first node of `suan up`: options come in as JSON, work goes on until stopped."""

import importlib
import sys

import msgspec

from suanwang.api.catalogue import Words
from suanwang.api.options import JoinOptions, UpOptions
from suanwang.api.process import hasten
from suanwang.model.fault import Fault


class Spoken(msgspec.Struct):
    """Of any options."""

    lang: str = "en"


def main(kind: str) -> None:
    """kind: the name of the options' type, which says what to start."""
    text = sys.stdin.buffer.read()
    hasten()
    try:
        if kind == UpOptions.__name__:
            importlib.import_module("suanwang.api.up").up(msgspec.json.decode(text, type=UpOptions))
        else:  # an agent has no need of the server's modules, and should stay small
            importlib.import_module("suanwang.api.join").join(msgspec.json.decode(text, type=JoinOptions))
    except Fault as fault:
        sys.exit(_told(text, fault))


def _told(options: bytes, fault: Fault) -> str:
    """In the language that the options name."""
    lang = msgspec.json.decode(options, type=Spoken).lang
    return importlib.import_module("suanwang.api.render.problem").fault_text(Words(lang), fault).rstrip("\n")


if __name__ == "__main__":
    main(sys.argv[1])
