"""Every sentence a user reads, in English and Chinese, from one file: catalogue.toml, key -> {en, zh}.

Keys name their use: "error.<code>" what happened, "about.<code>" the paragraph of docs/errors.md, "reason.<rule>",
"help.<command>", "flag.<parameter>"; of the HTTP API "operation.<operationId>", "param.<name>", "metric.<name>".
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "zh")


class Words:
    """The catalogue in one language. `words(key, name=value)` fills in `{name}`; a key that is not there is a bug."""

    def __init__(self, lang: str) -> None:
        self.lang = lang if lang in LANGUAGES else "en"

    def __call__(self, key: str, **values: object) -> str:
        text = entries()[key][self.lang]
        return text.format(**values) if values else text

    def get(self, key: str, default: str, **values: object) -> str:
        """For keys made from what another program said, which may be newer than this catalogue."""
        return self(key, **values) if key in entries() else default


def language(environ: Mapping[str, str]) -> str:
    """SUAN_LANG, else what the locale variables say in their own order of precedence (POSIX.1-2017, 8.2); "en" or "zh"."""
    said = next((environ[name] for name in ("SUAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return "zh" if said.lower().startswith("zh") else "en"


@cache
def entries() -> dict[str, dict[str, str]]:
    """Key -> language -> text."""
    text = Path(__file__).with_name("catalogue.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def codes() -> tuple[str, ...]:
    """Every fault code that has an entry, sorted."""
    return tuple(sorted(key.removeprefix("error.") for key in entries() if key.startswith("error.")))
