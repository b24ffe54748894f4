"""From a sentence to what it says: cover it with phrases, put together what they say, and ask about all that is left open.

understood(sentence, moment) is either what was said, claim by claim, or one question; document(...) is the job or service
file that it means, which goes the way of any other file. No word of a sentence is passed over unless it is known to say
nothing.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from statistics import median
from typing import cast

from msgspec import structs

from suanwang.intent.say import size
from suanwang.intent.say.cannot import NEVER
from suanwang.intent.say.clauses import doubtful, served_by, shared
from suanwang.intent.say.cover import Folded, Piece, cover, folded
from suanwang.intent.say.meanings import Meaning, Saying
from suanwang.intent.say.phrases import Moment, phrases
from suanwang.intent.say.places import EVERYWHERE, region_of
from suanwang.intent.say.plain import talk
from suanwang.intent.say.words import FILLER
from suanwang.model.said import Claim, Kind, Product, Question, Understood, Unit

SENTENCE_MAX = 500
HOURS_OF_A_DAY = 24
FUEL_PER_S = 2e9
"""Of a core, where no node is known."""
TASK_S, ROOM = 3600.0, 2
"""A task is stopped after an hour where nothing else is said; and after so many times as long as it is said to take."""
_SIGN = re.compile(r"[^\w\s'-]")
_KINDS = ("run", "python", "wasm")
_SERVICE_FIELDS = ("service", "port", "scale.min", "scale.max")


def understood(sentence: str, moment: Moment) -> Understood | Question:
    """What a sentence says, or what must be asked first. The same sentence at the same moment is always taken the same way."""
    if len(sentence) > SENTENCE_MAX:
        return Question(code="SUAN-U120", key="long", words=str(len(sentence)), choices=())
    text = folded(sentence)
    pieces = _covered(text, moment)
    if never := next((p.meaning for p in pieces if isinstance(p.meaning, Question) and p.meaning.key in NEVER), None):
        return never
    if (unknown := [p for p in pieces if p.meaning is None and not p.aside]) and not _only_signs(text, unknown):
        return Question(code="SUAN-U121", key="unknown", words=" … ".join(_words(sentence, text, p) for p in unknown))
    claims = tuple(claim for piece in pieces for claim in _claims(sentence, text, piece))
    for piece in pieces:
        if isinstance(piece.meaning, Question) and not _answered(piece.meaning, claims):
            return piece.meaning
    if each := shared(text.text, pieces):
        return Question(code="SUAN-U122", key="per", words=_words(sentence, text, each))
    if alone := doubtful(text.text, pieces):
        return Question(code="SUAN-U121", key="unknown", words=_words(sentence, text, alone))
    if by := served_by(text.text, pieces):
        return Question(code="SUAN-U123", key="service_command", words=_words(sentence, text, by))
    said = _together(claims, moment)
    return said if isinstance(said, Question) else structs.replace(said, aside=_aside(sentence, text, pieces))


def _covered(text: Folded, moment: Moment) -> tuple[Piece[Meaning], ...]:
    return cover(text.text, tuple(phrases(moment, text.text)), FILLER, talk(text.text))


def _aside(sentence: str, text: Folded, pieces: Sequence[Piece[Meaning]]) -> tuple[str, ...]:
    """What was passed over as talk, as it was written; words with neither a sign nor a phrase between them as one."""
    spans, last = list[tuple[int, int]](), None
    for p in pieces:
        if p.aside and last is not None and last.aside and not _SIGN.search(text.text, last.end, p.start):
            spans[-1] = (spans[-1][0], p.end)
        elif p.aside:
            spans.append((p.start, p.end))
        last = p
    return tuple(sentence[text.at[a] : text.at[b - 1] + 1] for a, b in spans)


def partly(sentence: str, moment: Moment) -> tuple[Claim, ...]:
    """What is understood of a sentence of which something is not."""
    text = folded(sentence[:SENTENCE_MAX])
    return tuple(claim for piece in _covered(text, moment) for claim in _claims(sentence, text, piece))


def _only_signs(text: Folded, pieces: Sequence[Piece[Meaning]]) -> bool:
    return not any(text.text[p.start : p.end].strip() for p in pieces)


def _words(sentence: str, text: Folded, piece: Piece[Meaning]) -> str:
    return sentence[text.at[piece.start] : text.at[piece.end - 1] + 1].strip()


def _claims(sentence: str, text: Folded, piece: Piece[Meaning]) -> list[Claim]:
    said: Saying = piece.meaning if isinstance(piece.meaning, tuple) else ()
    start, end = text.at[piece.start], text.at[piece.end - 1] + 1
    words = sentence[start:end].strip()
    return [Claim(field=f, value=_exactly(f, v, words), words=words, start=start, end=end) for f, v in said]  # pyright: ignore[reportArgumentType]


def _exactly(field: str, value: object, words: str) -> object:
    """Names of files and commands are taken as they were written, not folded."""
    if field == "folder" and isinstance(value, str):
        name = value.removesuffix("/*")
        return f"{_written(name, words) or name}/*"
    if field in ("run", "over", "python", "wasm", "name") and isinstance(value, str):
        return _written(value, words) or " ".join(_written(word, words) or word for word in value.split(" "))
    return value


def _written(value: str, words: str) -> str:
    at = words.casefold().find(value)
    return words[at : at + len(value)] if at >= 0 else ""


def _together(claims: tuple[Claim, ...], moment: Moment) -> Understood | Question:
    """One value for each field, and all that it takes."""
    kept = dict[str, Claim]()
    for claim in claims:
        first = kept.setdefault(claim.field, claim)
        if first.value != claim.value:
            return Question(code="SUAN-U123", key=_clash(claim.field), words=f"{first.words} | {claim.words}")
    if question := _firm(kept) or _replicas(kept):
        return question
    if question := _given(kept):
        return question
    products = {p.name: p for p in moment.products}
    product = products.get(str(kept["product"].value)) if "product" in kept else None
    serves = any(field in kept for field in _SERVICE_FIELDS) or (product is not None and product.kind == "service")
    if serves:
        kept = {claim.field: claim for claim in map(_listening, kept.values())}
    if question := _over(kept, product) or _missing(kept, product, serves):
        return question
    if "own region" in kept and len(kept["limits.region"].value if "limits.region" in kept else ()) == 1:  # pyright: ignore[reportArgumentType]
        kept.pop("own region")
    if "own region" in kept:
        near = str(kept["near"].value) if "near" in kept else ""
        if not region_of(near):
            return Question(code="SUAN-U124", key="own_region", words=kept["own region"].words)
    amount = kept["amount"].value if "amount" in kept else 0.0
    return Understood(
        kind="service" if serves else "job",
        claims=tuple(kept.values()),
        product=product.name if product else "",
        amount=float(amount) if isinstance(amount, float) else 0.0,
    )


def _listening(claim: Claim) -> Claim:
    """Of a service a Python script is a command, as other scripts are: in the sandbox nothing listens."""
    script = claim.field == "python" and ":" not in str(claim.value)
    return structs.replace(claim, field="run", value=f"python3 {claim.value}") if script else claim


def _over(kept: dict[str, Claim], product: Product | None) -> Question | None:
    """A folder is its files where a product takes files; a program may want it as it is."""
    folder = kept.pop("folder", None)
    if folder is None or "over" in kept:
        return None if folder is None else Question(code="SUAN-U123", key="two_values", words=folder.words)
    if product is None or not product.over:
        return Question(code="SUAN-U122", key="folder", words=folder.words, choices=(f"over {folder.value}",))
    kept["over"] = structs.replace(folder, field="over")
    kept.pop("given", None)
    return None


_FIRM = {
    "firm": ("limits.budget", "limits.carbon", "limits.finish", "limits.task"),
    "stopped": ("limits.task",),
    "only": ("limits.region", "limits.trust", "limits.latency"),
}
"""What only says that a limit is meant ("and not a yuan more"), and of which."""


def _firm(kept: dict[str, Claim]) -> Question | None:
    """Words that only stress a limit mean nothing without one."""
    for name, limits in _FIRM.items():
        said = kept.pop(name, None)
        if said is not None and not any(limit in kept for limit in limits):
            return Question(code="SUAN-U121", key="unknown", words=said.words)
    return None


BESIDE = 12
"""So many characters may stand between files that are spoken of and the pattern of their names."""


def _given(kept: dict[str, Claim]) -> Question | None:
    """These files, and a pattern: the same where one stands beside the other."""
    given, over = kept.get("given"), kept.get("over")
    if given is None or over is None:
        return None
    if "*" not in str(over.value) or max(given.start, over.start) - min(given.end, over.end) > BESIDE:
        return Question(code="SUAN-U123", key="two_values", words=f"{given.words} | {over.words}")
    del kept["given"]
    return None


def _replicas(kept: dict[str, Claim]) -> Question | None:
    """Done by several whose results are compared: two things often said apart, of which one without the other is a question."""
    copies, compared = kept.pop("copies", None), kept.pop("compared", None)
    if copies is not None and compared is not None:
        kept["verify.replicas"] = structs.replace(copies, field="verify.replicas")
    elif copies is not None:
        return Question(code="SUAN-U122", key="compared", words=copies.words)
    elif compared is not None and "verify.replicas" not in kept:
        return Question(code="SUAN-U122", key="how_many", words=compared.words)
    return None


def without_files(said: Understood) -> Understood | Question:
    """The same, or which files, where files are spoken of and none were given."""
    words = next((claim.words for claim in said.claims if claim.field == "given"), None)
    return said if words is None else Question(code="SUAN-U124", key="files", words=words)


_ANSWERS = {
    "when": (("priority", "urgent"), ("prefer", "speed"), ("limits.finish", None)),
    "how_much": (("prefer", "price"), ("limits.budget", None)),
    "how_green": (("prefer", "carbon"), ("limits.carbon", None)),
    "where": (("near", None),),
    "how_near": (("limits.latency", None), ("prefer", "latency")),
    "how_private": (("limits.region", None), ("limits.trust", None), ("own region", None)),
}
"""By the key of a question, what else a sentence may say that says as much and more; None for any value."""


def _answered(question: Question, claims: Sequence[Claim]) -> bool:
    """Whether a vague word ("quickly") is said firmly in the same sentence ("as fast as possible")."""
    answers = _ANSWERS.get(question.key, ())
    return any((c.field, c.value) in answers or (c.field, None) in answers for c in claims)


def _clash(field: str) -> str:
    return {"prefer": "prefer", "near": "two_places"}.get(field, "two_values")


def _missing(kept: dict[str, Claim], product: Product | None, serves: bool) -> Question | None:
    """The first thing that is not known, or does not go together."""
    works = [kept[kind] for kind in _KINDS if kind in kept]
    if len(works) > 1 or (works and product):
        words = " | ".join(c.words for c in (*works, *((kept["product"],) if product else ())))
        return Question(code="SUAN-U123", key="two_works", words=words)
    if not works and not product:
        return Question(code="SUAN-U124", key="work")
    if serves and "limits.finish" in kept:
        return Question(code="SUAN-U123", key="service_ends", words=kept["limits.finish"].words)
    if serves and "over" in kept:
        return Question(code="SUAN-U123", key="service_over", words=kept["over"].words)
    if serves and works and kept.get("run") is None:
        return Question(code="SUAN-U123", key="service_command", words=works[0].words)
    if serves and "takes" in kept:
        return Question(code="SUAN-U123", key="service_ends", words=kept["takes"].words)
    if question := _too_much(kept):
        return question
    if "unit.kind" in kept and (product is None or product.unit is None or not product.unit.kinds):
        return Question(code="SUAN-U122", key="kind", words=kept["unit.kind"].words)
    if scaled := _copies(kept, product):
        return scaled
    if (near := kept.get("limits.latency")) and "near" not in kept:
        return Question(code="SUAN-U124", key="near", words=near.words)
    if (best := kept.get("prefer")) and best.value == "latency" and "near" not in kept:
        return Question(code="SUAN-U124", key="near", words=best.words)
    if (per := kept.get("per")) and not serves:
        return Question(code="SUAN-U122", key="per", words=per.words, choices=_in_all(kept))
    if serves and "limits.budget" in kept and not per:
        return Question(code="SUAN-U122", key="per_day", words=kept["limits.budget"].words)
    least, most = kept.get("scale.min"), kept.get("scale.max")
    if least and most and int(str(least.value)) > int(str(most.value)):
        return Question(code="SUAN-U123", key="two_values", words=f"{least.words} | {most.words}")
    if per and per.value in ("week", "month"):
        return Question(code="SUAN-U122", key="per_day", words=per.words)
    if product and product.over and "over" not in kept and "given" not in kept:
        return Question(code="SUAN-U124", key="files", words=kept["product"].words)
    if (amount := kept.get("amount")) and (
        product is None or product.unit is None or (product.unit.held and "held" not in kept)
    ):
        return Question(code="SUAN-U122", key="how_often", words=amount.words)
    if amount and product and product.unit and _one(product.unit, kept) is None:
        ways = tuple(f"with {kind.words[0]}" for kind in product.unit.kinds if kind.fuel)
        return Question(code="SUAN-U124", key="no_kind", words=amount.words, choices=ways)
    if (counted := kept.pop("counted", None)) and (not product or not product.unit or counted.value != product.unit.name):
        return Question(code="SUAN-U122", key="how_often", words=counted.words)
    if (rate := kept.get("rate")) and rate.value != serves and product and product.unit:
        return Question(code="SUAN-U122", key="rate", words=rate.words)
    return None


def _in_all(kept: Mapping[str, Claim]) -> tuple[str, ...]:
    """What so much an hour or a day comes to, where it is said how long the work takes."""
    each = {"hour": 3600, "day": 86400}.get(str(kept["per"].value), 0)
    if not each or "takes" not in kept or "limits.budget" not in kept:
        return ()
    total = Decimal(str(kept["limits.budget"].value).split()[0]) * _seconds(kept["takes"]) / each
    return (f"at most {total:.2f} yuan",)


def _copies(kept: Mapping[str, Claim], product: Product | None) -> Question | None:
    """Instances of what is not said to be a service: they may be as many jobs."""
    copies = kept.get("scale.min") or kept.get("scale.max")
    if copies is None or product or "service" in kept or "port" in kept:
        return None
    return Question(code="SUAN-U122", key="copies", words=copies.words)


def _too_much(kept: Mapping[str, Claim]) -> Question | None:
    """What cannot be whatever is done: longer than there is time for, nowhere at all, results compared that may differ."""
    takes, finish, task = (kept.get(field) for field in ("takes", "limits.finish", "limits.task"))
    limit = finish or task
    if takes and limit and _seconds(takes) > _seconds(limit):
        return Question(code="SUAN-U123", key="too_long", words=f"{takes.words} | {limit.words}")
    region, avoid = kept.get("limits.region"), kept.get("avoid")
    if region and avoid and not _allowed(region.value, avoid.value):
        return Question(code="SUAN-U123", key="two_values", words=f"{region.words} | {avoid.words}")
    best, urgency = kept.get("prefer"), kept.get("priority")
    if best and urgency and (best.value, urgency.value) == ("speed", "deferrable"):
        return Question(code="SUAN-U123", key="two_values", words=f"{urgency.words} | {best.words}")
    if "verify.replicas" in kept and "run" in kept:
        return Question(code="SUAN-U122", key="differs", words=kept["run"].words)
    return None


def _seconds(claim: Claim) -> Decimal:
    return Decimal(str(claim.value).removesuffix("s"))


def _allowed(region: object, avoid: object) -> list[str]:
    """Regions that are left where some are to be avoided: of those that were named, or of all."""
    among = cast(Sequence[str], region) if isinstance(region, tuple | list) else EVERYWHERE
    return [name for name in among if name not in cast(Sequence[str], avoid)]


def _one(unit: Unit, kept: Mapping[str, Claim]) -> Kind | Unit | None:
    return size.measured(unit, str(kept["unit.kind"].value) if "unit.kind" in kept else "")


def document(
    said: Understood, products: Sequence[Product], fuel_per_s: float, given: tuple[str, ...] = ()
) -> dict[str, object]:
    """The job or service file that it means. fuel_per_s: of a core, by which an amount of a product becomes instances. given:
    names of files that the user put beside the sentence. A product's own files are not in it."""
    kept = {claim.field: claim.value for claim in said.claims}
    product = next((p for p in products if p.name == said.product), None)
    made: dict[str, object] = dict(product.document) if product else {}
    made |= {f: kept[f] for f in (*_KINDS, "over", "near", "prefer", "priority", "name", "port") if f in kept}
    for section in ("limits", "needs", "scale", "verify"):
        part = {f.partition(".")[2]: v for f, v in kept.items() if f.startswith(f"{section}.")}
        had = made.get(section)
        if part:
            made[section] = {**(had if isinstance(had, dict) else {}), **{k: _plain(v) for k, v in part.items()}}  # pyright: ignore[reportUnknownArgumentType]
    if "own region" in kept:
        made["limits"] = {**_section(made, "limits"), "region": [region_of(str(kept["near"]))]}
    if "avoid" in kept:
        limits = _section(made, "limits")
        made["limits"] = {**limits, "region": _allowed(limits.get("region"), kept["avoid"])}
    if "takes" in kept:
        made |= _lasting(made, float(str(kept["takes"]).removesuffix("s")), fuel_per_s)
    if kept.get("per") == "hour":
        made["limits"] = {**_section(made, "limits"), "budget": _times(str(kept["limits.budget"]), HOURS_OF_A_DAY)}
    each = "given" in kept or (product is not None and product.over)
    made["files"] = [] if each else list(given)
    if each and given:
        made["over"] = {"files": list(given)}
    if product and product.unit and said.amount:
        made |= _sized(made, product.unit, said, fuel_per_s)
    return made


def by_speed(said: Understood) -> bool:
    """Whether the document depends on how fast a core of the network is."""
    return bool(said.amount) or any(claim.field == "takes" for claim in said.claims)


def _lasting(made: Mapping[str, object], seconds: float, fuel_per_s: float) -> dict[str, object]:
    """Work for so long on as many cores as it keeps busy, and time for twice that before it is stopped."""
    cores = max(1.0, _cores(made)) if "run" in made else 1.0
    limits: dict[str, object] = {"task": f"{max(TASK_S, ROOM * seconds):.0f}s", **_section(made, "limits")}
    return {"work": f"{round(seconds * cores * fuel_per_s)} fuel", "limits": limits}


def _cores(made: Mapping[str, object]) -> float:
    return float(str(_section(made, "needs").get("cpu", 1)))


def core_speed(speeds: Sequence[float]) -> float:
    """Fuel that a core of the network burns in a second: the median over its nodes."""
    return median(speeds) if speeds else FUEL_PER_S


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _section(made: Mapping[str, object], name: str) -> dict[str, object]:
    had = made.get(name)
    return {str(k): v for k, v in had.items()} if isinstance(had, dict) else {}  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _times(budget: str, by: int) -> str:
    return f"{Decimal(budget.split()[0]) * by} CNY"


def _sized(made: Mapping[str, object], unit: Unit, said: Understood, fuel_per_s: float) -> dict[str, object]:
    """Instances enough for so much at once or each second, or the fuel that so much takes in all."""
    kept = {claim.field: claim for claim in said.claims}
    one, needs = _one(unit, kept), _section(made, "needs")
    assert one is not None  # or it would have been asked about
    if said.kind == "job":
        return {"work": f"{round(one.fuel * said.amount)} fuel"}
    if unit.held:
        needs, count = size.held(needs, one, said.amount, fuel_per_s, fixed="needs.cpu" in kept)
    else:
        count = size.instances(needs, one, said.amount, fuel_per_s)
    return {"needs": needs, "scale": {"min": count, "max": count, **_section(made, "scale")}}
