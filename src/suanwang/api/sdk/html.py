"""The pages of the command line as HTML, for notebooks: the same lines, the same tables, nothing unescaped."""

from html import escape

from suanwang.api.render.table import Page, Table


def html(page: Page) -> str:
    """Lines as paragraphs, tables as tables."""
    return "".join(_table(part) if isinstance(part, Table) else f"<p>{escape(part)}</p>" for part in page)


def _table(shown: Table) -> str:
    sides = ["right" if column.right else "left" for column in shown.columns]
    head = "".join(f'<th style="text-align:{s}">{escape(c.title)}</th>' for c, s in zip(shown.columns, sides, strict=True))
    rows = "".join(
        "<tr>" + "".join(f'<td style="text-align:{s}">{escape(c)}</td>' for c, s in zip(r, sides, strict=True)) + "</tr>"
        for r in shown.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
