"""The brain's side of TLS: its CA, a certificate that is renewed while it serves, and who is at the other end."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from suanwang.api.bounds import Bounded
from suanwang.drivers.clock import new_secret, new_serial
from suanwang.drivers.keys import load_or_make
from suanwang.drivers.tls import PEER, present, presented, server_context
from suanwang.trust.svid import SVID_S, Authority, Svid, brain_svid, is_good, make_authority

LOOK_S = 60.0
"""How often to look at the clock at least: a machine that slept has missed its alarm."""


def load_authority(folder: Path, brain_id: str, now: float) -> Authority:
    """The CA in `folder`: ca.key, its secret, and ca.pem, its certificate; made there if absent or at its end."""
    secret = load_or_make(folder / "ca.key")
    file = folder / "ca.pem"
    kept = Authority(secret, file.read_text() if file.exists() else "")
    if is_good(kept, brain_id, now):
        return kept
    made = make_authority(secret, brain_id, new_serial(), now)
    file.write_text(made.certificate)
    return made


class Tls:
    """The TLS of a serving brain. hosts: what its certificate names besides its id; life_s: of each certificate."""

    def __init__(
        self,
        authority: Authority,
        brain_id: str,
        hosts: tuple[str, ...],
        clock: Callable[[], float],
        life_s: float = SVID_S,
    ) -> None:
        self._authority, self._brain_id, self._hosts, self._clock, self._life_s = authority, brain_id, hosts, clock, life_s
        self.context = server_context(authority.certificate, *self._issued())

    async def keep_fresh(self) -> None:
        """Renew at half of a certificate's life, for new connections; those that stand go on. Also when the clock went back
        behind its making, or it would not be valid yet for whoever has the right time."""
        while True:
            await asyncio.sleep(min(LOOK_S, self._life_s / 8))
            if not self._made <= self._clock() < self._due:
                present(self.context, *self._issued())

    def _issued(self) -> Svid:
        now = self._clock()
        self._made, self._due = now, now + self._life_s / 2
        return brain_svid(self._authority, self._brain_id, new_secret(), self._hosts, new_serial(), now, self._life_s)


class Protocol(Bounded):
    """Tells the application who presented a certificate; the server itself does not."""

    _peer: tuple[tuple[str, ...], float] = ((), 0.0)

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._peer = presented(transport.get_extra_info("ssl_object"))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {PEER: {"svid": self._peer}}
