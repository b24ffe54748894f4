"""What a job is to be near, beside or apart from: data that lie elsewhere, its own tasks, and other jobs of the same user.

data: [{at: shenzhen, size: 40GB, egress: 0.5 CNY/GB}]     at: a place, "site NAME" or "node NAME"
spread: {by: site, most: 2}
with: NAME
apart: NAME

As one flag each: --data "40GB at site near for 0.5 CNY/GB", --spread site:2, --with NAME, --apart NAME.
"""

import re
from collections.abc import Mapping
from typing import Literal, cast

from suanwang.intent.document import Document, choice, contradiction, listed, only, section, word
from suanwang.model import quantity
from suanwang.model.data import Data
from suanwang.model.demand import Spread
from suanwang.model.fault import UsageFault
from suanwang.model.quantity import quoted
from suanwang.world.gazetteer import find

DATA_KEYS = ("at", "size", "egress")
SPREAD_KEYS = ("by", "most")
GROUPS = ("site", "node", "owner", "region")
DATA_MAX = 64
NAME_MAX = 80
_AT = re.compile(r"(site|node)\s+(\S.*)")
_FLAG = re.compile(r"(.+?)\s+at\s+(.+?)(?:\s+for\s+(.+))?")


def data_from(value: object) -> tuple[Data, ...]:
    """One input, or a list of them. UsageFault SUAN-U001, U002, U010 to U013, NotFoundFault SUAN-N010."""
    if value is None:
        return ()
    one: list[object] = [value]
    entries = listed(one if isinstance(value, Mapping) else value, "data", "[{at: shenzhen, size: 40GB}]")
    if len(entries) > DATA_MAX:
        raise UsageFault("SUAN-U013", f"data has {len(entries)} entries; at most {DATA_MAX} are read.", "sum some of them up")
    return tuple(_data({f"data[{i}]": entry}, f"data[{i}]") for i, entry in enumerate(entries))


def _data(holder: Document, place: str) -> Data:
    entry = section(holder, place)
    only(entry, DATA_KEYS, f"{place}.")
    if entry.get("at") is None or entry.get("size") is None:
        missing = "at" if entry.get("at") is None else "size"
        raise UsageFault("SUAN-U002", f"{place} does not say {missing}.", "write it like this: {at: shenzhen, size: 40GB}")
    egress = entry.get("egress")
    found = Data(
        size_bytes=quantity.size_bytes(entry["size"], f"{place}.size"),
        egress_micro_per_gb=None if egress is None else quantity.price_micro_per_gb(egress, f"{place}.egress"),
    )
    return _at(found, word(entry["at"], f"{place}.at", "shenzhen"), f"{place}.at")


def _at(data: Data, where: str, place: str) -> Data:
    named = _AT.fullmatch(where)
    if named is None:
        return Data(size_bytes=data.size_bytes, place=find(where), egress_micro_per_gb=data.egress_micro_per_gb)
    kind, name = named[1], named_one(named[2], place)
    return Data(
        size_bytes=data.size_bytes,
        site=name if kind == "site" else "",
        node=name if kind == "node" else "",
        egress_micro_per_gb=data.egress_micro_per_gb,
    )


def data_flag(text: str) -> dict[str, object]:
    """What `--data` means, as a document has it."""
    parts = _FLAG.fullmatch(text.strip())
    if parts is None:
        raise UsageFault("SUAN-U002", f"--data is {quoted(text)}; it does not say where.", 'write --data "40GB at shenzhen"')
    found: dict[str, object] = {"size": parts[1], "at": parts[2]}
    return {**found, "egress": parts[3]} if parts[3] else found


def spread_flag(text: str) -> dict[str, object]:
    """What `--spread site:2` means, as a document has it."""
    by, colon, most = text.strip().partition(":")
    return {"by": by, "most": most} if colon else {"by": by}


def spread_from(document: Document) -> Spread | None:
    """At most so many on each; the key itself is the word for it."""
    if document.get("spread") is None:
        return None
    spread = section(document, "spread")
    only(spread, SPREAD_KEYS, "spread.")
    by, most = spread.get("by", "site"), spread.get("most", 1)
    number = quantity.count(most, "spread.most")
    if not number:
        raise contradiction("spread.most is 0, so nothing could be placed anywhere.", "write spread: {by: site, most: 1}")
    return Spread(by=cast(Literal["site", "node", "owner", "region"], choice(by, "spread.by", GROUPS)), most=number)


def company_from(document: Document) -> tuple[str, str]:
    """(with whom, apart from whom), by name; "" for nobody."""
    beside, apart = (
        "" if document.get(key) is None else named_one(word(document[key], key, "render"), key) for key in ("with", "apart")
    )
    return beside, apart


def named_one(name: str, place: str) -> str:
    """A name of something that the brain knows: printable, not too long."""
    if len(name) > NAME_MAX or not name.isprintable():
        raise UsageFault("SUAN-U002", f"{place} is {quoted(name)}, which is no name.", "write a name of up to 80 characters")
    return name


def data_document(data: Data, where: str) -> dict[str, object]:
    """An input as a document has it. where: its place, in words."""
    at = f"site {data.site}" if data.site else f"node {data.node}" if data.node else where
    found: dict[str, object] = {"at": at, "size": quantity.bytes_text(data.size_bytes)}
    price = data.egress_micro_per_gb
    return found if price is None else {**found, "egress": f"{quantity.money_text(price)}/GB"}
