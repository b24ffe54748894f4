"""Nouns of the API that print themselves as the command line would, and in a notebook are its tables. lang: in which words."""

import msgspec

from suanwang.api.catalogue import Words
from suanwang.api.render.bills import bill_page
from suanwang.api.render.table import Page, Table, plain
from suanwang.api.render.why import why_page
from suanwang.api.sdk.html import html
from suanwang.model.money import Bill
from suanwang.model.view import Decision


class SeenBill(Bill, frozen=True, kw_only=True):
    """What was held, used and given back."""

    lang: str = "en"

    def __repr__(self) -> str:
        return text(bill_page(Words(self.lang), self))

    def _repr_html_(self) -> str:
        return html(bill_page(Words(self.lang), self))


class SeenDecision(Decision, frozen=True, kw_only=True):
    """Where it was placed, or why not: every candidate, every reason."""

    lang: str = "en"

    def __repr__(self) -> str:
        return text(why_page(Words(self.lang), self))

    def _repr_html_(self) -> str:
        return html(why_page(Words(self.lang), self))


def bill_seen(noun: Bill, lang: str) -> SeenBill:
    return SeenBill(**msgspec.structs.asdict(noun), lang=lang)


def decision_seen(noun: Decision, lang: str) -> SeenDecision:
    return SeenDecision(**msgspec.structs.asdict(noun), lang=lang)


def text(page: Page) -> str:
    """Lines as they are, tables as columns."""
    return "\n".join(plain(part) if isinstance(part, Table) else part for part in page)
