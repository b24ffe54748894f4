"""Where a plain Chinese word may stand: words are not divided there, so a harmless one may be cut out of its neighbours, or be
made a place, a condition or a measure by what stands next to it."""

import re
from collections.abc import Iterator

_LONGEST = 5
_ONE = r"(?<!一)(?:个|位|名|家|款|部|篇|项|套|场|门|支|群|帮|伙|届|座|间|所|条|张|段|份|期|集|首|本|头|只|台|页|例|人|次)"
_UNIT = rf"(?:元|圆|块|毛|角|分|钱|核|[gmt]i?b?|小时|分钟|天|秒|克|公斤|千克|斤|吨|{_ONE})"
_NUMBER = r"[\d一二两三四五六七八九十百千万半]"
_MADE_A_PLACE = re.compile(
    r"(?:在|于|到|去|往|从|用|离|向|距|近|挨着|每|各|按|照|像|比|给谁|交给|发给|传给|寄给|转给|送给|抄送给?|替换成|改成|"
    r"变成|做成|"
    r"(?:结果|成绩|报告|数据|文件|图|它|东西)(?:也|都)?(?:给|拿给|递给)|\.(?:py|wasm|sh|r|jl)[`」]?\s?(?:给|送|拿给)|"
    rf"{_NUMBER}\s?{_UNIT}的?)\s?$"
)
"""Before it."""
_MADE_A_CONDITION = re.compile(
    r"\s?的?\s?(?:机器|机子|节点|服务器|机房|电脑|设备|主机|算力|显卡|卡(?!通)|集群|时候|时(?!代|装|间序)|期间|之际|"
    r"之前|以前|之后|以后|"
    r"前(?!台|端)|后(?!台|端|期)|完(?!整|成)|结束|开始|以外|之外|除外|一[来到完好有]|就|才|再|"
    rf"{_NUMBER}+\s?(?:元|圆|块|毛|角|张|核|[gmt]i?b?\b|小时|个小时|分钟|克|公斤))"
)
"""After it."""
_WORK = re.compile(
    r"\.(?:py|wasm|sh|r|jl|js|exe)\b|[`「]|\./|\*\.|\b(?:python3?|bash|make|torchrun|julia|node|cargo)\s|转码|转成|上线|部署"
)
_PURPOSE = re.compile(r"(?:是|做|搞|干|来|用来|用于|为了|拿来|专门|负责|学|教|管)\s?$")
_OF_IT = re.compile(r"[\u4e00-\u9fff]{0,6}(?:的|用的?)(?=$|[^\u4e00-\u9fff])")
_END = re.compile(r"[,;!?。.、()\n:](?!\w)|[,;!?。、()\n]")


def stands(text: str, start: int, end: int) -> bool:
    """Whether a word of weight is talk there, as far as its neighbours tell."""
    return not _MADE_A_PLACE.search(text, max(0, start - 8), start) and not _MADE_A_CONDITION.match(text, end)


def is_purpose(text: str, start: int, end: int) -> bool:
    """Whether what shall be done ("统计成绩") is said of the work that is named, and is no second task after it."""
    before = max((m.end() for m in _END.finditer(text, 0, start)), default=0)
    after = found.start() if (found := _END.search(text, end)) else len(text)
    return (
        not _WORK.search(text, 0, before)
        or bool(_WORK.search(text, before, after))
        or bool(_PURPOSE.search(text, 0, start) or _OF_IT.match(text, end))
    )


def turned(text: str, turning: frozenset[str]) -> Iterator[tuple[int, int]]:
    """(start, end) of the words of several characters that may turn a meaning around."""
    for start in range(len(text)):
        for end in range(start + 2, min(len(text), start + _LONGEST) + 1):
            if text[start:end] in turning:
                yield start, end
