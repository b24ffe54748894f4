"""Names of places and regions inside a sentence, in Chinese and English, as regular expressions; and what they stand for."""

import re

from suanwang.model.where import Place
from suanwang.world.gazetteer import PLACES, REGION_NAMES, find, find_region, place_names, region_names

_TAILS = r"(?:壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区|省|市)?"
EVERYWHERE = tuple(REGION_NAMES)
MAINLAND = tuple(REGION_NAMES)[:31]
"""The provinces, municipalities and autonomous regions that Chinese law means by "within the borders" (境内)."""
HOMONYMS = {"taizhou": ("near 台州", "near 泰州"), "yichun": ("near 宜春", "near 伊春"), "yulin": ("near 榆林", "near 玉林")}
"""Spellings of several Chinese cities, none of which everybody means."""


_APOSTROPHES = ("xi'an", "ya'an", "yan'an")


def _pattern(names: tuple[str, ...]) -> str:
    longest = sorted(set(names), key=len, reverse=True)
    return "|".join(re.escape(name).replace("\\-", r"[\s-]?").replace("\\ ", r"\s?") for name in longest)


PLACE = rf"(?:(?:{_pattern((*place_names(), *_APOSTROPHES))})(?![a-z])市?)"
REGION = rf"(?:(?:{_pattern(region_names())}){_TAILS}(?:\sprovince)?(?![a-z]))"
REGIONS = rf"(?:{REGION}(?:\s?(?:、|,|或者|或|和|及|/|or|and)\s?{REGION})*)"
_HOME = r"(?:(?:中国|我国)?(?:大陆|内地|境内|国内)|中国|我国|国门|(?:mainland )?china|the country|(?:the )?mainland)"
LANDS = rf"(?:{REGIONS}|{_HOME})"
_BETWEEN = re.compile(r"\s?(?:、|,|或者|或|和|及|/|\bor\b|\band\b)\s?")


def place(name: str) -> Place:
    """The place of a name that PLACE matched."""
    return find(name.strip())


def regions(names: str) -> tuple[str, ...]:
    """The regions that LANDS matched, once each."""
    if re.fullmatch(_HOME, names.strip()):
        return MAINLAND
    return tuple(dict.fromkeys(find_region(name.strip().replace(" ", "-")) for name in _BETWEEN.split(names)))


def region_of(name: str) -> str:
    """The region in which a place lies, by its name as a document has it."""
    return PLACES[name].region if name in PLACES else ""
