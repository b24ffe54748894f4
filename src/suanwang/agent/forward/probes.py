"""C-NMA: whether each path carries packets now, and how well, from probes that go out along it and come back (pure; time is
given).

    probe      lost when it is not back after its usual time there and back, and a margin
    path       down when as many in a row are lost as chance would lose only once in a million; never fewer than LOST_MIN
               up again when probes have come back for its hold, which doubles with each time that it went down lately
    in use     the first path that is up and not lossy; while it is up and sound it is left only when one before it has held

The margin follows what was seen: jitter, and how late our own clock rang, since a busy machine must not look like a broken
network. A probe that comes after it was given up ends the row; if the path was taken for down meanwhile, that was a mistake,
and forgotten: what is cut brings nothing back. What was never measured counts as up. Where nothing is up, the first path that
brings a probe back is used at once: it is better than none.
"""

import math
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from suanwang.model.network import Network
from suanwang.model.steering import End, Path, PathState, Policy
from suanwang.steer.address import number_of
from suanwang.steer.segments import carriers, pin

ACTIVE_S, STANDBY_S = 0.005, 0.1
"""Between probes of a path in use, and of one that is not."""
MANY = 3
"""Where more paths than this are in use, the time between their probes grows with the root of their number: of the 12 of a
large network each is probed half as often, and all together cost twice as much."""
LOST_MIN, LOST_MAX = 3, 6
CHANCE = 1e-6
MARGIN_S_MIN, MARGIN_S_MAX = 0.004, 0.02
FIRST_S = 0.25
"""Allowed to the first probes of a path beyond what its links should take, until one was measured."""
HOLD_S, HOLD_S_MAX, LATELY_S = 1.0, 30.0, 60.0
LOSSY, LOSSY_SAMPLES = 0.05, 40
WINDOW = 400
_GRACE_S = 2.0  # a probe that comes later than this after it was given up is not known any more
_WORST_FADES = 0.995  # of the worst excess seen, with each probe: half is forgotten in 140 probes

Key = tuple[int, int, int]
"""Endpoint, color, index of the path."""


@dataclass(slots=True)
class Track:
    """One path of a policy, as it is measured. number: of the track, in its probes. expected_s: there and back, smoothed.

    since: when it last went down or came up; before: that and the hold, as they were before it went down. mistaken: it did not
    go down after all, and judge has not said so yet. good_since: when the first of those probes came back that no loss has
    followed. waiting: probe -> when it was sent. late: those given up, likewise. times, outcomes: of the last probes; an
    outcome is whether it was lost.
    """

    path: Path
    number: int
    expected_s: float
    up: bool = True
    since: float = 0.0
    hold_s: float = HOLD_S
    lost_in_row: int = 0
    last_back: float = -math.inf
    next_at: float = 0.0
    sent: int = 0
    measured: bool = False
    worst_s: float = 0.0
    mistaken: bool = False
    before: tuple[float, float] = (0.0, HOLD_S)
    good_since: float = math.inf
    waiting: dict[int, float] = field(default_factory=dict[int, float])
    late: dict[int, float] = field(default_factory=dict[int, float])
    times: deque[float] = field(default_factory=lambda: deque[float](maxlen=WINDOW))
    outcomes: deque[bool] = field(default_factory=lambda: deque[bool](maxlen=WINDOW))
    lost_count: int = 0

    def send(self, now: float, every_s: float) -> int:
        """The number of the probe that is sent now."""
        self.sent += 1
        self.waiting[self.sent] = now
        self.next_at = max(self.next_at + every_s, now + every_s / 2)
        return self.sent

    def back(self, number: int, at: float) -> None:
        """A probe came back, at this time by the clock that it was sent by. One that is not awaited is not counted."""
        sent_at = self.waiting.pop(number, None)
        if sent_at is not None:
            self._note(lost=False)
        else:
            sent_at = self.late.pop(number, None)
            if sent_at is None:
                return
            if not self.up and sent_at <= self.since:
                self.up, self.mistaken = True, True
                self.since, self.hold_s = self.before
        self._timed(max(0.0, at - sent_at))
        self.lost_in_row = 0
        self.last_back = max(self.last_back, at)
        self.good_since = min(self.good_since, at)

    def judge(self, now: float, strain_s: float) -> bool:
        """Give up what is overdue; whether the path went down or came up by that. strain_s: how late our own clock rings."""
        limit = now - self.expected_s - self.margin_s(strain_s)
        while self.waiting and (oldest := next(iter(self.waiting.items())))[1] < limit:
            del self.waiting[oldest[0]]
            self.late[oldest[0]] = oldest[1]
            self._note(lost=True)
            self.lost_in_row += 1
            self.good_since = math.inf
        while self.late and (oldest := next(iter(self.late.items())))[1] < now - _GRACE_S:
            del self.late[oldest[0]]
        return self._turned(now)

    def fall(self) -> None:
        """It is known to carry nothing, without waiting for probes; judge it next."""
        self.lost_in_row = LOST_MAX
        self.good_since = math.inf
        self.late |= self.waiting
        self.waiting.clear()

    def margin_s(self, strain_s: float) -> float:
        """Beyond the usual time there and back, before a probe is given up."""
        if not self.measured:
            return FIRST_S
        return min(max(1.5 * self.worst_s, MARGIN_S_MIN) + strain_s / 2, MARGIN_S_MAX)

    @property
    def loss(self) -> float:
        """Share of the probes in the window."""
        return self.lost_count / len(self.outcomes) if self.outcomes else 0.0

    @property
    def lossy(self) -> bool:
        """Whether it loses more than LOSSY, as far as can be said."""
        return self.lost_count > LOSSY * max(len(self.outcomes), LOSSY_SAMPLES)

    def figures(self) -> tuple[float, float]:
        """There and back in ms, median over the window, and half of what lies between its tenth and ninetieth hundredth; 0 if
        unknown."""
        ordered = sorted(self.times)
        last = len(ordered) - 1
        if last < 0:
            return 0.0, 0.0
        low, middle, high = (ordered[round(part * last)] for part in (0.1, 0.5, 0.9))
        return middle * 1000, (high - low) * 500

    def _turned(self, now: float) -> bool:
        if self.mistaken:
            self.mistaken = False
            return True
        if self.up and self.lost_in_row >= LOST_MIN and self.lost_in_row >= enough(self.loss):
            self.before = (self.since, self.hold_s)
            lately = now - self.since < LATELY_S and self.since > 0.0
            self.hold_s = min(2 * self.hold_s, HOLD_S_MAX) if lately else HOLD_S
            self.up, self.since = False, now
            return True
        if not self.up and now - self.good_since >= self.hold_s and now - self.last_back < 2 * STANDBY_S + self.expected_s:
            self.up, self.since = True, now
            self.outcomes.clear()
            self.lost_count = 0
            return True
        return False

    def _timed(self, took_s: float) -> None:
        if not self.measured:
            self.expected_s, self.measured = took_s, True
        excess = took_s - self.expected_s
        self.worst_s = max(excess, self.worst_s * _WORST_FADES)
        self.expected_s += excess / (2 if excess > MARGIN_S_MAX else 16)
        self.times.append(took_s)

    def _note(self, *, lost: bool) -> None:
        if len(self.outcomes) == self.outcomes.maxlen:
            self.lost_count -= self.outcomes[0]
        self.outcomes.append(lost)
        self.lost_count += lost


def enough(loss: float) -> int:
    """So many lost in a row are no chance, where single probes are lost with this chance (taken for independent)."""
    if loss <= 0.0:
        return LOST_MIN
    return min(max(LOST_MIN, math.ceil(math.log(CHANCE) / math.log(min(loss, 0.5)))), LOST_MAX)


class Tracks:
    """All paths of all policies, and which of each is in use. every_s: between probes of a path in use.

    active: by where a policy leads, the index of the path in use. switches: how often it has changed. mistakes: how often a
    path was taken for down and was not.
    """

    def __init__(self, every_s: float = ACTIVE_S) -> None:
        self.active: dict[End, int] = {}
        self.of: dict[Key, Track] = {}
        self.switches = self.mistakes = 0
        self._policies: tuple[Policy, ...] = ()
        self._numbered: dict[int, Track] = {}
        self._last = 0
        self._every_s = every_s
        self._strain_s = 0.0

    def follow(self, policies: Sequence[Policy], now: float) -> None:
        """Measure the paths of these policies from now on; a path that was measured goes on, also at another place."""
        kept = {(key[0], key[1], track.path.routers, track.path.segments): track for key, track in self.of.items()}
        in_use = {key[:2]: track.path for key, track in self.of.items() if self._in_use(key)}
        self.of, self.active, self._policies = {}, {}, tuple(policies)
        for policy in policies:
            end = (policy.endpoint, policy.color)
            for index, path in enumerate(policy.paths):
                known = kept.get((policy.endpoint, policy.color, path.routers, path.segments))
                self.of[policy.endpoint, policy.color, index] = known or self._fresh(path, now)
            self.active[end] = _place(policy.paths, in_use.get(end))
        self._numbered = {track.number: track for track in self.of.values()}
        self.choose()

    def due(self, now: float) -> Iterator[tuple[Key, Track, int]]:
        """Which probes are to be sent now: the path's key, the path, and the probe's number. Where a path in use is in
        doubt, those that protect it are looked at as often."""
        every_s, soon = self._every_s * max(1.0, len(self.active) / MANY) ** 0.5, now + self._every_s / 4
        doubted = {key[:2] for key, track in self.of.items() if track.lost_in_row and self._in_use(key)}
        for key, track in self.of.items():
            quick = self._in_use(key) or (key[:2] in doubted and track.up)
            if track.next_at <= soon or (quick and track.next_at > now + every_s):
                yield key, track, track.send(now, every_s if quick else STANDBY_S)

    def back(self, number: int, probe: int, at: float) -> None:
        """A probe of the path of this number came back."""
        if (track := self._numbered.get(number)) is not None:
            track.back(probe, at)

    def judge(self, now: float, late_s: float = 0.0) -> bool:
        """Whether any path went down or came up. late_s: by how much this call comes later than it was meant to."""
        self._strain_s = max(late_s, self._strain_s * 0.98)
        turned = False
        for track in self.of.values():
            self.mistakes += track.mistaken
            turned |= track.judge(now, self._strain_s)
        return turned

    def choose(self) -> bool:
        """Use the best path of each policy; whether any is now another one."""
        changed = 0
        for policy in self._policies:
            end = (policy.endpoint, policy.color)
            tracks = [self.of[*end, index] for index in range(len(policy.paths))]
            before = self.active[end]
            self.active[end] = best(tracks, before)
            changed += self.active[end] != before
        self.switches += changed
        return changed > 0

    def device_down(self, neighbour: int, now: float) -> bool:
        """The link to this neighbour carries nothing: nor do all paths that begin with it. Whether any was up."""
        fell = [track for track in self.of.values() if track.up and track.path.routers[1:2] == (neighbour,)]
        for track in fell:
            track.fall()
            track.judge(now, 0.0)
        return bool(fell)

    def unreached(self) -> frozenset[End]:
        """Where no path leads to now. Nowhere, if that is so everywhere: then it is more likely ourselves."""
        ends = frozenset(self.active)
        reached = {key[:2] for key, track in self.of.items() if track.up}
        return ends - reached if reached else frozenset()

    def latency_ms(self) -> Mapping[End, float]:
        """By where a policy leads: one way along the path in use, half of what was measured, or by its links."""
        return {key[:2]: track.expected_s * 500 for key, track in self.of.items() if self._in_use(key)}

    def states(self, headend: int) -> tuple[PathState, ...]:
        """As they are told to the brain."""
        return tuple(self._state(headend, key, track) for key, track in sorted(self.of.items(), key=lambda pair: pair[0]))

    def _state(self, headend: int, key: Key, track: Track) -> PathState:
        endpoint, color, index = key
        rtt_ms, jitter_ms = track.figures()
        return PathState(
            headend=headend, endpoint=endpoint, color=color, index=index, rtt_ms=rtt_ms, jitter_ms=jitter_ms, loss=track.loss,
            up=track.up, active=self._in_use(key),
        )  # fmt: skip

    def _in_use(self, key: Key) -> bool:
        return self.active.get(key[:2]) == key[2]

    def _fresh(self, path: Path, now: float) -> Track:
        self._last += 1
        return Track(path=path, number=self._last, expected_s=2 * path.latency_ms / 1000, next_at=now)


def _place(paths: Sequence[Path], wanted: Path | None) -> int:
    """Where the path that was in use now stands; the first, if it is gone."""
    if wanted is None:
        return 0
    same = (index for index, path in enumerate(paths) if (path.routers, path.segments) == (wanted.routers, wanted.segments))
    return next(same, 0)


def best(tracks: Sequence[Track], current: int) -> int:
    """The path to use. Of those that are up the sound ones, of these the first; where none is up, what is in use."""
    ranks = [(not track.up, track.lossy, index) for index, track in enumerate(tracks)]
    down, _, first = min(ranks)
    if not down:
        return first
    answering = [index for index, track in enumerate(tracks) if track.good_since < math.inf]
    return current if current in answering or not answering else answering[0]


def there_and_back(endpoint: int, path: Path, network: Network) -> tuple[str, ...]:
    """The carriers of a probe: the path's own segments, the endpoint, and the segments that pin the same links backwards; but
    for the headend's own, since a kernel that has shifted its SID out delivers nothing to itself."""
    end = number_of(endpoint)
    out = path.segments if path.segments[-1:] == (end,) else (*path.segments, end)
    home = pin(network, tuple(reversed(path.routers))) if path.segments else ()
    own = number_of(path.routers[0])
    return carriers((*out, *(home[:-1] if home[-1:] == (own,) else home)))
