"""Where talk and a wish stand in one clause the wish may be about something else: "my train leaves by 8pm", "the ticket cost 20
yuan". It counts only where the clause also speaks of the work, or says that it is a limit."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from suanwang.intent.say.cover import Piece
from suanwang.intent.say.lexicon import MATTER
from suanwang.intent.say.meanings import Meaning, Saying

_BORDER = re.compile(r"(?<!\d)[,;!?]|[,;!?](?!\d)|[.:](?=\s|$)|[。、()|\[\]【】\n]|\s[-–—/]+\s|—")
_WORK = ("run", "python", "wasm", "product", "given", "over", "folder")
_ALONE = ("name", "service", "compared", "copies", *_WORK)
"""What is said of the work, and is nobody else's."""
_AMOUNTS = frozenset(
    ("limits.budget", "limits.carbon", "limits.finish", "limits.task", "takes", "needs.cpu", "needs.memory", "needs.gpu")
)
_ABOUT_THE_WORK = re.compile(
    r"\b(?:budget|limits?|limited|caps?|capped|ceiling|at (?:the )?(?:very )?most|max(?:imum)?|no more than|up to|tops|done"
    r"|finish(?:ed|es)?|ready|complet\w+|results?|jobs?|tasks?|scripts?|programs?|runs?|running|machines?|nodes?"
    r"|(?:i|we|you|us|can|could|will|would|may|to|afford|['’]ll|['’]d)\s(?:\w+\s)?(?:spend|pay|put|go)|"
    r"afford|allow(?:s|ed)?|allott?ed|approved|granted|exceed\w*|asap|urgent|it|this|code|notebook|data|"
    r"files?)\b"
    r"|预算|上限|最多|至多|顶多|不超过|不得|不能|以内|之内|控制|封顶|完成|跑|算|结果|任务|程序|脚本|机器|节点|数据|文件|限"
)
_OF_OTHER = re.compile(
    rf"(?:上|里)?的(?:那|这|些|批|个|几)*(?:{MATTER}|部分|东西|商品|请求|车|孩子|学生|机型|品种|人)(?!\s"
    r"?[a-z0-9_./-]*\*)"
)
_CALLED = (
    r"^\W*(?:my |dear |oh |hey |all )*(?:mates?|pals?|buddy|boss|folks|lads|chaps|friends?|colleagues?|"
    "ladies(?: and gentlemen)?|gang|dude|grandma|granny|mum"
    r"|dad|doc|doctor|professor|prof|captain|chief|team|nurse|guys|people|operators?|comrades?|neighbours?|love|darling)\W*$"
)
_STATEMENT = re.compile(
    rf"{_CALLED}|"
    r"\b(?:i|i'm|i've|i'd|we|we're|we've|we'd|my|our|it's|it|this|that's|he|she|he's|she's|they|they're|is|"
    r"are|was|were|dear|says|said|asks|asked|wrote)\b|\bhere\W*$"
    r"|^\W*(?:it's |this is )?(?:for|about|re|regarding|concerning|from|here|hi|hello|hey|thanks|thank|"
    r"sorry|cheers|greetings|good|kind|best)\b"
    r"|[我俺咱您你他她它这那了是在有着呢吧啊嘛哈呀哦谢拜劳给们催忙盼托]"
)
"""What a remark has, and a wish in two words ("portrait format") has not."""


_GREETED = re.compile(r"(?:regards|sincerely|faithfully|truly|yours|cheers|thanks|thank you|wishes|love|signed)\W{0,3}$")
"""After this somebody signs."""


def doubtful(text: str, pieces: Sequence[Piece[Meaning]]) -> Piece[Meaning] | None:
    """The first plain word beside which a wish may not be about the work, or that may be a wish itself."""
    if (other := next((p for p in pieces if _of_other(text, p, pieces)), None)) is not None:
        return other
    named = False
    for start, end in _clauses(text, pieces):
        here = [p for p in pieces if start <= p.start < end]
        talk = next((p for p in here if p.weighty), None)
        if (
            talk is not None
            and not _clear(text[start:end], here, heading=not named)
            and not _GREETED.search(text, 0, start + 1)
        ):
            return talk
        named = named or bool(_fields(here) & {*_WORK})
    return None


def _of_other(text: str, piece: Piece[Meaning], pieces: Sequence[Piece[Meaning]]) -> bool:
    """Whether a limit or a place is said of something that is not the work: 两小时以内的录像, 北京大学."""
    if not isinstance(piece.meaning, tuple) or not any(
        f == "near" or f.startswith(("limits.", "takes")) for f, _ in piece.meaning
    ):
        return False
    return bool(_OF_OTHER.match(text, piece.end)) or any(
        p.weighty and p.start == piece.end and text[p.start] > "\u4e00" for p in pieces
    )


_OF_EACH = re.compile(
    r"\s?(?:limit |max(?:imum)? |cap |ceiling |at most )?(?:for |on |to )?(?:each|every|per|an?|apiece|一?每)"
    "(?![a-z])"
)


def shared(text: str, pieces: Sequence[Piece[Meaning]]) -> Piece[Meaning] | None:
    """The first limit of all behind which something is said of each: "20 yuan limit for each photo"."""
    limits = {"limits.budget", "limits.carbon"}
    return next((p for p in pieces if _fields([p]) & limits and _OF_EACH.match(text, p.end)), None)


_SCRIPT = re.compile(r"[a-z0-9_./-]+\.py")
_CALLED_A_SERVICE = re.compile(r"service|server|web|\bapi\b|backend|daemon|服务")
_USED = re.compile(
    r"(?:\b(?:runs?|running|execut\w+|launch\w*|start\w*|us(?:e|es|ing)|with|via|by|through|call\w*|invok\w+|appl\w+)\b"
    r"|跑|运行|执行|用(?!户)|拿|靠|通过|凭|借)[^,.;:!?]*$"
)
"""Before a script: it is what does something."""
_WHAT_IT_MAKES_BEFORE = re.compile(r"(?<!instances )(?<!instance )(?<!replicas )(?<!copies )\b(?:of|from)\s(?:\w+\s)?$")
_WHAT_IT_MAKES = re.compile(r"\s?(?:的(?!服务)|'s\b|(?:所|来)?(?:生成|产生|产出|输出|做出|画出|算出|跑出))")
_AND_THEN = re.compile(r"(?:[,;]\s?)?\s?(?:and\b|then\b|并|然后|再|接着|之后|后)")


def served_by(text: str, pieces: Sequence[Piece[Meaning]]) -> Piece[Meaning] | None:
    """The Python script that may be what does or makes something to be served, and not what serves: "use a.py to deploy",
    "publish the output of a.py"."""
    serves = [p for p in pieces if "service" in _fields([p])]
    script = next((p for p in pieces if "python" in _fields([p])), None)
    if not serves or script is None or (name := _SCRIPT.search(text, script.start, script.end)) is None:
        return None
    first = all(p.start > script.start for p in serves)
    made = _WHAT_IT_MAKES_BEFORE.search(text, 0, name.start()) or _WHAT_IT_MAKES.match(text, name.end())
    plain = any(not _CALLED_A_SERVICE.search(text, p.start, p.end) for p in serves)
    used = (first and _AND_THEN.match(text, name.end())) or (plain and _USED.search(text, 0, name.start()))
    return script if made or used else None


def _clear(clause: str, pieces: Sequence[Piece[Meaning]], *, heading: bool) -> bool:
    """heading: no work was named before, and a few words may say what it is about."""
    fields = _fields(pieces)
    if not fields:
        return bool(_STATEMENT.search(clause)) or (heading and not clause.isascii())
    if fields <= {*_ALONE} or bool(fields & {*_WORK}):
        return True
    return bool(_ABOUT_THE_WORK.search(clause)) and not (clause.isascii() and _theirs(pieces))


def _theirs(pieces: Sequence[Piece[Meaning]]) -> bool:
    """Whether a limit follows a plain word at once: "opera at most 20 yuan"."""
    return any(a.weighty and b.start - a.end <= 1 and _fields([b]) & _AMOUNTS for a, b in pairwise(pieces))


def _fields(pieces: Sequence[Piece[Meaning]]) -> set[str]:
    said = (p.meaning for p in pieces if isinstance(p.meaning, tuple))
    return {field for meaning in said for field, _ in _said(meaning)}


def _said(meaning: Saying) -> Saying:
    return meaning


def _clauses(text: str, pieces: Sequence[Piece[Meaning]]) -> Iterator[tuple[int, int]]:
    """(start, end) between signs that are not inside of a phrase."""
    inside = {at for p in pieces for at in range(p.start, p.end)}
    borders = [m.start() for m in _BORDER.finditer(text) if m.start() not in inside]
    yield from pairwise((0, *borders, len(text)))
