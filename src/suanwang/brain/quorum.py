"""What an outcome does to its task: it settles it, is held against what settled it, or waits for others that are equal.

Nothing is paid before a task is settled, and then only what is equal to what settled it. A task that one does alone has a
quorum of one, so that its first outcome settles it: the same path, with nothing to wait for.
"""

import msgspec

from suanwang.brain.jobs import CANCELLED, DONE, FAILED, PLACED, WAITING, JobState, PlacementState, same
from suanwang.market.price import cost_micro, fuel_for
from suanwang.model.job import Outcome
from suanwang.trust.record import AGREED, DISAGREED, SPOILED


class Effects(msgspec.Struct):
    """What one event does beside the tasks. before: placement id -> (paid, paid and pending) fuel as it was before the event.

    verdicts: (placement id, verdict), for the records of nodes and owners.
    """

    before: dict[str, tuple[int, int]] = msgspec.field(default_factory=dict[str, tuple[int, int]])
    verdicts: list[tuple[str, str]] = msgspec.field(default_factory=list[tuple[str, str]])

    def touch(self, held: PlacementState) -> PlacementState:
        """The placement, whose sums are about to change."""
        self.before.setdefault(held.placement.id, (held.paid, held.paid + held.pending))
        return held


def tell(job: JobState, held: PlacementState, outcome: Outcome, effects: Effects) -> None:
    """A placement reports one of its tasks."""
    assert held.live and outcome.task not in held.told, "an outcome counts once"
    effects.touch(held).told.add(outcome.task)
    held.fuel += outcome.fuel
    held.pending += outcome.fuel
    held.started_at = min(held.started_at or outcome.started_at, outcome.started_at)
    held.ended_at = max(held.ended_at, outcome.started_at + outcome.wall_s)
    _weigh(job, outcome, effects)


def reopen(job: JobState, task: int, effects: Effects) -> None:
    """Not settled yet: given to others, or waiting for who is still at it, or, after so many, a failure."""
    if job.wanting(task):
        job.tasks[task] = WAITING
    elif job.holders(task):
        job.tasks[task] = PLACED
    else:
        job.tasks[task] = FAILED
        if votes := job.votes.pop(task, []):
            job.outcomes[task] = Outcome(placement_id="", task=task, state="failed", code="disagree", exit_code=-1)
        for vote in votes:  # nobody can say who is right
            _refuse(job, vote, effects)


def _weigh(job: JobState, outcome: Outcome, effects: Effects) -> None:
    task, canonical = outcome.task, job.outcomes[outcome.task]
    if job.broken:  # the last word of a gang that begins again
        _accept(job, outcome, outcome.fuel, effects)
    elif canonical is not None:
        _judge(job, outcome, canonical, effects)
    elif job.tasks[task] == CANCELLED:  # nobody wants it any more; what it burned is paid
        job.outcomes[task] = outcome
        _accept(job, outcome, outcome.fuel, effects)
    elif job.quorum[task] <= 1 and outcome.state != "done" and job.holders(task):
        _refuse(job, outcome, effects)  # a copy of it may still be done
    elif job.quorum[task] <= 1:
        _settle(job, outcome)
        _accept(job, outcome, outcome.fuel, effects)
    elif outcome.state == "cancelled":  # no answer
        _refuse(job, outcome, effects)
        reopen(job, task, effects)
    else:
        job.votes.setdefault(task, []).append(outcome)
        _count(job, outcome, effects)


def _count(job: JobState, latest: Outcome, effects: Effects) -> None:
    """A quorum settles the task, at the lower median of the fuel it claims: the same work burns the same everywhere."""
    task = latest.task
    equal = sorted((v for v in job.votes[task] if same(v, latest)), key=lambda v: v.fuel)
    if len(equal) < job.quorum[task]:
        reopen(job, task, effects)
        return
    canonical = equal[(len(equal) - 1) // 2]
    _settle(job, canonical)
    for vote in job.votes.pop(task):
        _judge(job, vote, canonical, effects)


def _settle(job: JobState, outcome: Outcome) -> None:
    job.outcomes[outcome.task] = outcome
    job.tasks[outcome.task] = DONE if outcome.state == "done" else FAILED


def _judge(job: JobState, vote: Outcome, canonical: Outcome, effects: Effects) -> None:
    """Pay who came to what settled the task, and no one else. Only what a quorum found goes into the records."""
    if job.demand.limits.spare_micro is not None:
        _spare(job, vote, effects)
        return
    if same(vote, canonical):
        _accept(job, vote, min(vote.fuel, canonical.fuel), effects)
        verdict = AGREED
    else:
        _refuse(job, vote, effects)
        verdict = SPOILED if vote.state == "failed" and vote.code != "exit" and canonical.state == "done" else DISAGREED
    if job.quorum[vote.task] > 1 and vote.state != "cancelled":
        effects.verdicts.append((vote.placement_id, verdict))


def _spare(job: JobState, late: Outcome, effects: Effects) -> None:
    """The copy that lost is paid for what it burned, as far as the user's line for it (limits.spare) goes; the rest is the
    owner's."""
    placement = effects.touch(job.placements[late.placement_id]).placement
    price = placement.price_micro_per_tfuel
    left = max(0, (job.demand.limits.spare_micro or 0) - job.spared_micro)
    fuel = min(late.fuel, fuel_for(left, price))
    job.spared_micro += cost_micro(fuel, price)
    held = job.placements[late.placement_id]
    held.pending -= late.fuel
    held.paid += fuel
    held.cpu_s += late.cpu_s
    job.fuel += fuel


def _accept(job: JobState, outcome: Outcome, fuel: int, effects: Effects) -> None:
    held = effects.touch(job.placements[outcome.placement_id])
    held.pending -= outcome.fuel
    held.paid += fuel
    held.accepted += 1
    held.cpu_s += outcome.cpu_s
    job.fuel += fuel


def _refuse(job: JobState, outcome: Outcome, effects: Effects) -> None:
    effects.touch(job.placements[outcome.placement_id]).pending -= outcome.fuel
