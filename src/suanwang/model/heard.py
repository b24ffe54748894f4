"""A sentence at the door, and what the door made of it: nothing is carried out before the same demand is submitted."""

from typing import Annotated

import msgspec

from suanwang.model.demand import Demand
from suanwang.model.said import Question, Understood
from suanwang.model.view import Rehearsal


class Sentence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """zone_minutes: how far the clocks of whoever says it are ahead of UTC; "8 o'clock" is theirs."""

    sentence: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
    zone_minutes: Annotated[int, msgspec.Meta(ge=-840, le=840)] = 0


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """said: word by word, or one question; with a question there is nothing else. document: the job or service file that it
    means, as YAML. files: patterns of files of the user that it needs. demand, rehearsal: of a job that needs none: what to
    submit to accept it, and what would happen now. A service is published with its owner's key, which the door does not have.
    """

    said: Understood | Question
    document: str = ""
    files: tuple[str, ...] = ()
    demand: Demand | None = None
    rehearsal: Rehearsal | None = None
