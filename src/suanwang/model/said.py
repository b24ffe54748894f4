"""What a sentence was taken to mean, word by word; or the question that it leaves open. Nothing is ever guessed."""

from typing import Literal

import msgspec


class Claim(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing that was said. field: where it stands in a job or service file ("limits.budget"). value: as it is written
    there.

    words: the part of the sentence that says so, from `start` to before `end` in characters.
    """

    field: str
    value: str | int | float | bool | tuple[str, ...]
    words: str = ""
    start: int = 0
    end: int = 0


class Understood(msgspec.Struct, frozen=True, kw_only=True, tag="understood"):
    """kind: what it asks for. claims: all that was said, in the order of the sentence. product: the name of the product that
    does the work, "" where the sentence names a program. amount: of the product's unit, each second for a service; 0 where
    none is said. aside: what was passed over as talk, in order, as it was written.
    """

    kind: Literal["job", "service"]
    claims: tuple[Claim, ...]
    product: str = ""
    amount: float = 0.0
    aside: tuple[str, ...] = ()


class Question(msgspec.Struct, frozen=True, kw_only=True, tag="question"):
    """What must be known first. code: SUAN-U120 too long, U121 words that are not understood, U122 words with several meanings,
    U123 words that contradict each other, U124 something is missing. key: of its wording, see the catalogue under "ask.".
    words: the part of the sentence it is about. choices: ways to say it instead, each of which would be understood.
    """

    code: str
    key: str
    words: str = ""
    choices: tuple[str, ...] = ()


class Swap(msgspec.Struct, frozen=True, order=True, gc=False):
    """words: a part of a sentence as it stands there; instead: what a language model says it says, "" for nothing."""

    words: str
    instead: str = msgspec.field(name="as")


class Helped(msgspec.Struct, frozen=True, kw_only=True, tag="helped"):
    """A sentence that was understood only in the words of a language model, and waits for its author's yes. sentence: with the
    swaps in it."""

    model: str
    sentence: str
    swaps: tuple[Swap, ...]
    said: Understood


class Kind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of a unit that takes its own amount: tokens of this model, scans of that size. words: how it is said, Chinese and
    English. run: does as many as `{units}` says, in the product's folder, to be measured; units: how many. fuel, memory_bytes:
    that one takes, 0 before it was measured; measured: how and when."""

    name: str
    words: tuple[str, ...]
    run: tuple[str, ...] = ()
    units: int = 1
    fuel: int = 0
    memory_bytes: int = 0
    measured: str = ""


class Unit(Kind, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a product is measured in. name: "scan". kinds: where what one takes differs by kind, which must be said.
    held: one lasts, and takes that each second: viewers."""

    kinds: tuple[Kind, ...] = ()
    held: bool = False


class Product(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Work that people ask for by name. words: how it is said, Chinese and English. document: the job or service file that
    does it.

    over: the items of its array are the files that the user names.
    """

    name: str
    kind: Literal["job", "service"]
    words: tuple[str, ...]
    about: dict[str, str] = {}
    document: dict[str, object] = {}
    over: bool = False
    unit: Unit | None = None
