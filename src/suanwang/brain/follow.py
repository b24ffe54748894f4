"""What follows from events: what waits is placed, what is over ends, what gave way is placed again, until nothing more follows.

It changes the state only by the events that it answers with. What it remembers spares work and changes no answer: a refusal
holds for every job like the refused one while the world is the same, and what waits is tried again only when there is news.
"""

import importlib
import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from suanwang.brain.apply import apply
from suanwang.brain.commands import Act
from suanwang.brain.decide import can_wait, conclude, likeness, timely
from suanwang.brain.found import found_of_job
from suanwang.brain.jobs import JobState
from suanwang.brain.judge import judge
from suanwang.brain.promise import credited, next_of_job, over
from suanwang.brain.state import State
from suanwang.brain.untold import untold
from suanwang.model import event as ev
from suanwang.model.deferral import Deferral
from suanwang.model.fault import Fault
from suanwang.model.plan import Refusal
from suanwang.world.fold import same_room
from suanwang.world.world import World

PARKED_RETRIED = 200
"""So many that wait for room are tried again at once."""


class Course:
    """look_again: whether what waits is to be tried again at the next turn, whatever happens then. no_room: the refusals that
    hold, by what the jobs are like."""

    def __init__(self) -> None:
        self.look_again = False
        self.no_room: dict[object, Refusal] = {}
        self._no_room_in: World | None = None
        self._tried_in: World | None = None  # when what waits was tried last, and found none
        self._later: dict[str, Deferral | None] = {}  # as planned last, for those that can wait
        self._later_in: object = None

    def decided(self, state: State, acts: Iterable[Act], now: float) -> tuple[list[Fault | None], list[ev.Event]]:
        """What each command was refused with, None if it was not, and the events of them all and of what followed."""
        told, events = list[Fault | None](), list[ev.Event]()
        for act in acts:
            try:
                events += applied(state, act(state, now))
                told.append(None)
            except Fault as fault:
                told.append(fault)
        return told, events + self._follow(state, events, now)

    def _follow(self, state: State, events: Sequence[ev.Event], now: float) -> list[ev.Event]:
        """What these events call for: place what waits, end what is over; until nothing more follows."""
        out = list[ev.Event]()
        touched = dict.fromkeys(e.job_id for e in events if not isinstance(e, _NO_JOB))
        turned = self._turned(state, touched, now)
        for job_id in (*touched, *turned):
            out += self._advance(state, state.jobs[job_id], now)
        out += self._displaced(state, out, now)
        makes_room = any(isinstance(e, _MAKES_ROOM) for e in (*events, *out))
        if self.look_again or makes_room:
            self.look_again = False
            out += self._retried(state, touched, makes_room, now)
        if state.intents:
            out += applied(state, credited(state, (*events, *out), now))
            for one, job in over(state, (*events, *out)):
                while not one.final and (event := next_of_job(state, one, job, found_of_job(state, one, job, now), now)):
                    out += applied(state, [event])
        return out

    def _turned(self, state: State, touched: Iterable[str], now: float) -> list[str]:
        """Plan anew who waits for which hour, if there is somebody new, another hour, or other nodes; those for whom that makes
        a difference. Who found no room is among them: when some comes, it is taken in the hour that is best."""
        fresh = {j for j in touched if can_wait(state.jobs[j])} - self._later.keys()
        stuck = [j for j in itertools.islice(state.yielding, PARKED_RETRIED) if j in state.parked]
        if not (fresh or stuck or state.deferred) or not state.world.hourly:
            return []
        world = state.world
        seen = (world.hour, id(world.grids), int((world.cpu_milli_total * world.alive).sum()))
        if fresh or seen != self._later_in:
            whom = dict.fromkeys((*state.deferred, *stuck, *sorted(fresh)))
            jobs = [job for j in whom if can_wait(job := state.jobs[j])]
            planned, self._later_in = later().waiting(state, jobs, now), seen
            self._later = {job.id: planned.get(job.id) for job in jobs}
        due = (j for j in state.deferred if (then := self._later.get(j)) is None or then.start_at != state.jobs[j].start_at)
        return [j for j in due if j not in touched]

    def _retried(self, state: State, touched: Iterable[str], makes_room: bool, now: float) -> list[ev.Event]:
        """Another look at what waits for room; only at those to whom time makes a difference, if nothing else has changed since
        the last look found none."""
        out = list[ev.Event]()
        news = makes_room or self._tried_in is None or not same_room(self._tried_in, state.world)
        for job_id in [j for j in parked(state) if j not in touched and (news or timely(state, state.jobs[j], now))]:
            more = self._advance(state, state.jobs[job_id], now)
            out += (*more, *self._displaced(state, more, now))
        self._tried_in = None if out else state.world  # others come among those who are tried when some leave
        return out

    def _displaced(self, state: State, events: Iterable[ev.Event], now: float) -> list[ev.Event]:
        """What gave way is placed again, or waits."""
        given = [one for e in events if isinstance(e, ev.JobPlaced) for one in e.plan.preempted]
        displaced = dict.fromkeys(one.placement_id.rsplit("/", 1)[0] for one in given)
        return [event for job_id in displaced for event in self._advance(state, state.jobs[job_id], now)]

    def _advance(self, state: State, job: JobState, now: float) -> list[ev.Event]:
        out: list[ev.Event] = []
        while not job.final and (event := self._judged(state, job, now) or conclude(job, now)):
            out += applied(state, [one for one in (untold(state, job, event), event) if one])
            if isinstance(event, ev.JobWaits | ev.JobDeferred):
                break
        return out

    def _judged(self, state: State, job: JobState, now: float) -> ev.Event | None:
        """The decision about a job. What is like one that found no room finds none either while the world is the same."""
        if self._no_room_in is None or not same_room(self._no_room_in, state.world):
            self.no_room = {}
        self._no_room_in = state.world
        kind = job.id if job.waits else likeness(state, job, now)
        then = self._later.get(job.id) if can_wait(job) else None
        event = judge(state, job, now, self.no_room.get(kind), then)
        if isinstance(event, ev.JobWaits) and not job.waits:
            self.no_room[kind] = event.refusal
        return event


def parked(state: State) -> list[str]:
    """Jobs that wait for room, what is urgent first, then longest first; not too many at once."""
    urgent = [j for j in state.pressing if j in state.parked]
    return list(dict.fromkeys(itertools.islice(itertools.chain(urgent, state.parked), PARKED_RETRIED)))


def applied(state: State, events: Sequence[ev.Event]) -> Sequence[ev.Event]:
    """These events, which have happened."""
    try:
        for event in events:
            apply(state, event)
    except Fault as fault:  # a command checks before it answers, so this is a bug, not a refusal
        raise AssertionError(f"an event contradicts the state: {fault}") from fault
    return events


def later() -> Any:
    """The planning of those that can wait, loaded when it is first needed: few domains do."""
    return importlib.import_module("suanwang.brain.later")


_NO_JOB = (
    *(ev.UserAdded, ev.Granted, ev.TokenRevoked, ev.NodeJoined, ev.NodeLeft),
    *(ev.NodeRested, ev.FilesTold, ev.NetworkTold, ev.GridTold, ev.ServicePublished, ev.ServiceWithdrawn),
    *(ev.ReservationMade, ev.ReservationEnded),
    *(ev.IntentReceived, ev.IntentRejected, ev.IntentAccepted, ev.IntentJudged, ev.IntentEnded),
)
_MAKES_ROOM = (ev.NodeJoined, ev.TasksEnded, ev.PlacementLost, ev.JobEnded, ev.Granted, ev.ReservationEnded)
