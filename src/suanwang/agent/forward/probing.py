"""Probes on their way: what is due is sent, what came back is counted, what did not is judged, at every beat of the clock.

What came back is taken from the socket before anything is judged, with the time that the kernel wrote on it: so a beat that
comes late, on a busy machine, finds no losses that were none.
"""

from collections.abc import Callable

from suanwang.agent.forward.counters import Counters
from suanwang.agent.forward.probes import ACTIVE_S, Tracks, there_and_back
from suanwang.drivers.probe import ProbeSocket, header
from suanwang.model.steering import Steering
from suanwang.steer.address import home, number_of

LOOK_EVERY = 20
"""Beats after which paths are compared, though none went down or came up: one may have become lossy."""


class Probing:
    """secret: of our probes. clock: seconds since 1970. opened: a socket for the probes of a router, by its own address."""

    def __init__(
        self,
        secret: bytes,
        clock: Callable[[], float],
        counters: Counters,
        *,
        every_s: float = ACTIVE_S,
        opened: Callable[[str, bytes], ProbeSocket] = ProbeSocket,
    ) -> None:
        self.tracks, self.every_s = Tracks(every_s), every_s
        self._secret, self._clock, self._counters, self._opened = secret, clock, counters, opened
        self._socket: ProbeSocket | None = None
        self._headers: dict[int, tuple[bytes, str]] = {}
        self._beats = 0

    def follow(self, steering: Steering, now: float) -> None:
        """Measure the paths of these policies from now on. RuntimeFault SUAN-R073."""
        number = number_of(steering.router)
        own = home(number)
        if self._socket is None:
            self._socket = self._opened(own, self._secret)
        self.tracks.follow(steering.policies, now)
        self._headers = {}
        for key, track in self.tracks.of.items():
            carriers = there_and_back(key[0], track.path, steering.network)
            ours_first = track.path.segments[:1] == (number,)
            self._headers[track.number] = (header(own, carriers), "" if ours_first else carriers[0])

    def beat(self, now: float, late_s: float) -> bool:
        """Whether a path went down or came up, or another one is in use. late_s: how much later this is than it was meant to
        be."""
        if self._socket is None:
            return False
        self._take(self._socket, now)
        self._beats += 1
        turned = self.tracks.judge(now, late_s)
        changed = self.tracks.choose() if turned or self._beats % LOOK_EVERY == 0 else False
        self._send(self._socket, now)
        return turned or changed

    def close(self) -> None:
        """The sockets."""
        if self._socket is not None:
            self._socket.close()

    def _take(self, socket: ProbeSocket, now: float) -> None:
        offset = self._clock() - now
        for echo in socket.arrived():
            self.tracks.back(echo.track, echo.number, echo.at - offset)
            self._counters.probes_in += 1
        self._counters.probes_forged = socket.forged

    def _send(self, socket: ProbeSocket, now: float) -> None:
        for _, track, number in self.tracks.due(now):
            packet, to = self._headers[track.number]
            socket.send(packet, to, track.number, number)
            self._counters.probes_out += 1
