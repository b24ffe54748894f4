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
    longest = sorted(dict.fromkeys(names), key=len, reverse=True)
    return "|".join(re.escape(name).replace("\\-", r"[\s-]?").replace("\\ ", r"\s?") for name in longest)


PLACE = rf"(?:(?:{_pattern((*place_names(), *_APOSTROPHES))})(?![a-z])市?)"
REGION = rf"(?:(?:{_pattern(region_names())}){_TAILS}(?:\sprovince)?(?![a-z]))"
GROUPS = {
    **{
        "京津冀": ("beijing", "tianjin", "hebei"),
        "江浙沪": ("jiangsu", "zhejiang", "shanghai"),
        "江浙": ("jiangsu", "zhejiang"),
    },
    **{"东三省": ("liaoning", "jilin", "heilongjiang"), "东北三省": ("liaoning", "jilin", "heilongjiang")},
    **{"两广": ("guangdong", "guangxi"), "两湖": ("hubei", "hunan"), "云贵川": ("yunnan", "guizhou", "sichuan")},
    **{"川渝": ("sichuan", "chongqing"), "陕甘宁": ("shaanxi", "gansu", "ningxia"), "云贵": ("yunnan", "guizhou")},
    **{"苏浙皖": ("jiangsu", "zhejiang", "anhui"), "港澳": ("hong-kong", "macao"), "粤桂": ("guangdong", "guangxi")},
}
"""Regions that are named together: each means exactly these."""
_REGION = rf"(?:{'|'.join(sorted(GROUPS, key=len, reverse=True))}|{REGION})"
REGIONS = (
    rf"(?:{_REGION}(?:(?:\s?(?:、|,|或者|或|和|与|跟|以及|及|同|/|or|and)\s?|(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff]))"
    rf"{_REGION})*)"
)
_HOME = r"(?:(?:中国|我国)?(?:大陆|内地|境内|国内)|中国|我国|国门|(?:mainland )?china|the country|(?:the )?mainland)"
LANDS = rf"(?:{REGIONS}|{_HOME})"
_ONE = re.compile(_REGION)


def place(name: str) -> Place:
    """The place of a name that PLACE matched."""
    return find(name.strip())


def regions(names: str) -> tuple[str, ...]:
    """The regions that LANDS matched, once each."""
    if re.fullmatch(_HOME, names.strip()):
        return MAINLAND
    found = [GROUPS.get(name) or (find_region(name.strip().replace(" ", "-")),) for name in _ONE.findall(names)]
    return tuple(dict.fromkeys(name for some in found for name in some))


def region_of(name: str) -> str:
    """The region in which a place lies, by its name as a document has it."""
    return PLACES[name].region if name in PLACES else ""
