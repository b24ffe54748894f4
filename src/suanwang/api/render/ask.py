"""What a sentence was taken to mean, word by word, in plain words; or the question that it leaves open."""

from collections.abc import Mapping

from suanwang.api.catalogue import Words
from suanwang.api.render.table import Page, table
from suanwang.model.said import Claim, Helped, Question, Understood

_QUIET = ("per", "rate", "at", "amount", "held")
"""Claims that are part of what another line says."""


def said_page(words: Words, said: Understood) -> Page:
    """A line for each thing that was said, beside the words that said it; and a line of what was passed over as talk."""
    kept = {claim.field: claim.value for claim in said.claims}
    rows = [(_meaning(words, claim, kept), claim.words) for claim in said.claims if claim.field not in _QUIET]
    if "amount" in kept:
        words_of = next(claim.words for claim in said.claims if claim.field == "amount")
        rows.append((_amount(words, said), words_of))
    aside = (words("say.aside", words=words("say.aside_between").join(said.aside)),) if said.aside else ()
    return (words(f"say.{said.kind}"), table((words("column.understood"), words("column.words")), rows), *aside)


def helped_page(words: Words, found: Helped) -> Page:
    """The sentence as a language model would say it, its words beside those that they stand for, and what it says then."""
    swaps = [
        words("say.model_swap", words=s.words, instead=s.instead) if s.instead else words("say.model_passed", words=s.words)
        for s in found.swaps
    ]
    return (words("say.model", model=found.model, sentence=found.sentence), *swaps, *said_page(words, found.said))


def _meaning(words: Words, claim: Claim, kept: Mapping[str, object]) -> str:
    value = claim.value
    shown = ", ".join(value) if isinstance(value, tuple) else str(value)
    if claim.field == "limits.region" and isinstance(value, tuple) and len(value) > 6:
        shown = words("say.mainland", n=len(value))
    field = {"service": "serves", "own region": "own_region"}.get(claim.field, claim.field)
    text = words(f"say.{field}", value=shown)
    if claim.field == "limits.finish" and "at" in kept:
        text = words("say.at", value=kept["at"])
    if claim.field == "limits.budget" and "per" in kept:
        text += words(f"say.per_{kept['per']}")
    return text


def _amount(words: Words, said: Understood) -> str:
    rated = any(claim.field == "rate" and claim.value for claim in said.claims)
    if any(claim.field == "held" for claim in said.claims):
        return words("say.held", n=f"{said.amount:.6g}", product=said.product)
    key, amount = ("say.rate", said.amount * 3600) if rated else ("say.amount", said.amount)
    return words(key, n=f"{amount:.6g}", product=said.product)


def question_text(words: Words, question: Question) -> str:
    """The question, what it is about, and ways to say it instead."""
    lines = [words(f"ask.{question.key}", words=question.words)]
    lines += [words("ask.choice", choice=choice) for choice in question.choices]
    return "\n".join((*lines, words("ask.again", code=question.code))) + "\n"
