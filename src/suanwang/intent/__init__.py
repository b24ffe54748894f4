"""From what a person writes to a formal demand; nothing is guessed.

A job file and the command line become one document (`parse_yaml`, `flags_to_document`); `wanted` says which files a door must
read for it; `demand_from` makes the demand. `document_from` and `write_yaml` go the other way.
"""

from suanwang.intent.demand import demand_from
from suanwang.intent.flags import Flags, flags_to_document
from suanwang.intent.over import Globs, Over, Range, Values, items_from, read_over
from suanwang.intent.parse import parse_documents, parse_yaml, write_yaml
from suanwang.intent.steps import check, given_files, graph_from, wanted_files
from suanwang.intent.wanted import Wanted, wanted
from suanwang.intent.write import document_from, service_document

__all__ = [
    "Flags",
    "Globs",
    "Over",
    "Range",
    "Values",
    "Wanted",
    "check",
    "demand_from",
    "document_from",
    "flags_to_document",
    "given_files",
    "graph_from",
    "items_from",
    "parse_documents",
    "parse_yaml",
    "read_over",
    "service_document",
    "wanted",
    "wanted_files",
    "write_yaml",
]
