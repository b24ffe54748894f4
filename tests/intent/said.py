"""The corpus of sentences, and what is understood of one in the short form in which the corpus expects it."""

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

from suanwang.api.products import products
from suanwang.intent.say.phrases import Moment
from suanwang.intent.say.places import MAINLAND
from suanwang.intent.say.read import understood
from suanwang.model.said import Claim, Product, Question, Understood, Unit

CORPUS = Path(__file__).with_name("sentences.txt")
OTHERS = Path(__file__).with_name("sentences-of-others.txt")
ANOTHER_HAND = Path(__file__).with_name("sentences-another-hand.txt")
MENDS = Path(__file__).with_name("sentences-mends.txt")
FRESH = tuple(Path(__file__).with_name(f"sentences-fresh{n}.txt") for n in ("", "-2", "-3", "-4a", "-4b", "-5"))
STRANGERS = tuple(Path(__file__).with_name(f"sentences-strangers-{n}.txt") for n in "abcdfghi")
"""Said by people who know nothing of the rules; and what looks like that and carries one thing more, which cannot be had."""
UNSEEN = tuple(Path(__file__).with_name(f"sentences-sealed-{n}.txt") for n in ("short", "whole", "people", "near-misses"))
"""As strangers wrote them, looked at by nobody while rules were made: what the next stranger may expect."""
TRAPS = Path(__file__).with_name("sentences-traps.txt")
NEAR_MISSES = Path(__file__).with_name("sentences-near-misses.txt")
NOW = datetime(2026, 11, 26, 10, 0, tzinfo=timezone(timedelta(hours=8)))
TRANSCODE = Product(
    name="transcode",
    kind="job",
    words=(
        "视频转码",
        "转一下码",
        "转码",
        "转成h.264",
        "transcoding",
        "transcoded",
        "转成mp4",
        "converted to mp4",
        "to mp4",
        "transcode",
        "convert",
        "to h.264",
    ),
    over=True,
    document={"run": ["ffmpeg", "{}"]},
)
SCAN = Product(
    name="scan",
    kind="service",
    words=("扫描分析", "扫描服务", "scan analysis", "scan service"),
    document={"run": ["scan"]},
    unit=Unit(name="scan", words=("scans", "scan", "次扫描", "扫描"), fuel=10**9, memory_bytes=1, measured="made up"),
)
MOMENT = Moment(NOW, (TRANSCODE, SCAN))
AS_SHIPPED = Moment(NOW, tuple(product for product, _ in products().values()))
CAREFUL = ("ambiguous", "contradictory", "something is missing", "not understood", "hostile")
"""Parts of the corpus in which nothing may be understood: a wrong guess there is the worst that can happen."""


class Line(NamedTuple):
    part: str
    sentence: str
    expected: frozenset[str]


def corpus(file: Path = CORPUS) -> tuple[Line, ...]:
    lines, part = list[Line](), ""
    for text in file.read_text(encoding="utf-8").splitlines():
        if text.startswith("## "):
            part = text[3:]
        elif text and not text.startswith("#"):
            sentence, _, expected = text.rpartition(" => ")
            plain = re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), sentence)
            lines.append(Line(part, plain, frozenset(expected.split("; "))))
    return tuple(lines)


def short(said: Understood | Question) -> frozenset[str]:
    if isinstance(said, Question):
        return frozenset((f"? {said.code} {said.key}",))
    return frozenset(_claim(claim) for claim in said.claims if claim.field != "at" and claim.value is not False)


def _claim(claim: Claim) -> str:
    field, value = claim.field.rpartition(".")[2], claim.value
    if value is True:
        return field
    if field in ("region", "avoid"):
        value = "MAINLAND" if value == MAINLAND else ",".join(value)
    text = f"{value:.15g}" if isinstance(value, float) else str(value)
    units = {"finish": "s", "takes": "s", "task": "s", "latency": "ms", "budget": " CNY", "carbon": " gCO2e"}
    return f"{field}={text.removesuffix(units.get(field, ''))}"


def wrong(line: Line, moment: Moment = MOMENT) -> tuple[bool, bool]:
    """(whether it is not taken exactly as expected, whether something was made of it that was not said)."""
    said = understood(line.sentence, moment)
    off = not isinstance(said, Question) if line.expected == {"?"} else _same(short(said)) != _same(line.expected)
    return off, off and isinstance(said, Understood)


def _same(said: frozenset[str]) -> frozenset[str]:
    """As one and the same what is said in two ways: that it is a service of what only a service has; a Python script that
    serves, and its command; China."""
    served = [
        one for one in said if one.startswith(("product=scan", "product=generate", "product=stream", "port=", "min=", "max="))
    ]
    if served or "service" in said:
        said = frozenset(re.sub(r"^python=([^:]*)$", r"run=python3 \1", one) for one in said)
    return frozenset(one.replace("region=china", "region=MAINLAND") for one in said if not served or one != "service")
