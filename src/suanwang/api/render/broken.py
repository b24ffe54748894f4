"""What a change would break, in a line."""

from suanwang.api.catalogue import Words
from suanwang.model.trial import Broken

_KINDS = {"service": "twin.service", "job": "twin.job"}


def broken_text(words: Words, one: Broken) -> str:
    """Whose promise, and how, with the figures."""
    figures = {"now": f"{one.now:.4g}", "then": f"{one.then:.4g}", "bound": f"{one.bound:.4g}"}
    why = words.get(f"broken.{one.how}", one.why, **figures)
    name, code = one.name or words("twin.anothers"), f" ({one.code})" if one.code else ""
    return words("twin.broken", kind=words(_KINDS[one.kind]), name=name, why=why, code=code)
