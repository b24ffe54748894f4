"""A fault that leaves the SDK is printed in the language of its client; its `why` stays English, for programs."""

import os
from collections.abc import Generator
from contextlib import contextmanager

from suanwang.api.catalogue import Words, language
from suanwang.api.whys import why
from suanwang.model.fault import Fault


@contextmanager
def spoken(words: Words) -> Generator[None]:
    """Faults that pass are said in these words."""
    try:
        yield
    except Fault as fault:
        said = why(words, fault.code, fault.why)
        if said != fault.why:
            fault.args = (f"{fault.code}: {said}",)
        raise


def words_of(owner: object) -> Words:
    """Those of a client, or of what it made; of what has none yet, those of the environment."""
    client = owner if hasattr(owner, "words") else getattr(owner, "_client", None)
    return getattr(client, "words", None) or Words(language(os.environ))
