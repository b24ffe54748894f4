"""What is asked of a trial, answered. This is where all that is heavy is imported."""

from collections.abc import Callable, Iterable

from suanwang.brain.trial.effects import Change
from suanwang.brain.trial.known import unpacked
from suanwang.brain.trial.replay import replayed
from suanwang.brain.trial.trial import tried
from suanwang.brain.trial.work import Again, Try, refuse_broken
from suanwang.intent.whatif import whatifs
from suanwang.model.trial import Replayed, Trial


def answered(work: Try, enough: Callable[[], bool]) -> Trial:
    """ConflictFault SUAN-U132 if that was asked for, and something promised would be broken."""
    change = Change(whatifs=whatifs(work.ask.changes), acts=tuple(doing.act() for doing in work.doing))
    trial = tried(unpacked(work.known), change, work.ask.seeds, work.ask.span_s, enough)
    if work.ask.gate:
        refuse_broken(trial, work.reader)
    return trial


def replayed_for(work: Again, rows: Iterable[bytes], enough: Callable[[], bool]) -> Replayed:
    since = work.now - work.ask.last_s if work.ask.last_s else 0.0
    return replayed(rows, since, Change(whatifs=whatifs(work.ask.changes)), enough)
