"""A name server, authoritative for one zone: UDP and TCP in, steer.answers asked, one answer out; nothing else happens here.

    12 bytes of header checked by hand -> counted -> read by dnspython -> answered, or a no of 12 bytes

Whatever comes: an answer is never sent to an answer, and one over UDP is as long as the client allows, at most UDP_MAX. A
network that asks too often is told, every other time and in 12 bytes, to ask by TCP, which who forged his address cannot; the
rest is lost.
"""

import asyncio
import contextlib
import struct
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from suanwang.model.fault import WireFault
from suanwang.steer.answers import Asking, Choices, Record, Reply, Zone, reply, soa

UDP_MAX = 1232
"""Bytes of an answer that no path cuts in pieces: 1280, less IPv6 and UDP (the advice of DNS flag day 2020)."""
PLAIN_MAX = 512
"""Where the client says nothing of it (RFC 1035, 4.2.1)."""
ASK_MAX = 1024
"""Bytes of a question: a name has 255, and options are short."""
PER_NETWORK, PER_ALL = 200, 2_000
"""Questions answered in one second: of one network (an IPv6 /56, an IPv4 /24), and in all, so that there is time for others."""
TCP_MAX, TCP_PER_NETWORK = 128, 16
"""Connections at once."""
TCP_S = 5.0
"""A connection that brings no whole question for so long is closed (RFC 7766, 6.2.3)."""
ANY_S = 3600
IN = dns.rdataclass.IN
TRANSFERS = (dns.rdatatype.AXFR, dns.rdatatype.IXFR)

_HEADER = struct.Struct("!6H")


class Sieve:
    """How much was asked in this second, by whom. Its memory is bounded by what is counted of one second."""

    def __init__(self, per_network: int = PER_NETWORK, per_all: int = PER_ALL) -> None:
        self.per_network, self.per_all = per_network, per_all
        self._second, self._asked, self._all = 0, Counter[str](), 0

    def passes(self, network: str, now: float) -> bool:
        """Count a question, if it may be answered."""
        if int(now) != self._second:
            self._second, self._asked, self._all = int(now), Counter(), 0
        if self._all >= self.per_all or self._asked[network] >= self.per_network:
            return False
        self._all += 1
        self._asked[network] += 1
        return True


class Names(asyncio.DatagramProtocol):
    """clock: seconds since 1970. seed: any text; draws differ between servers of different seeds."""

    def __init__(
        self, zone: Zone, choices: Choices, clock: Callable[[], float], seed: str = "", sieve: Sieve | None = None
    ) -> None:
        self.zone, self.choices, self.clock, self.seed, self.sieve = zone, choices, clock, seed, sieve or Sieve()
        self.origin = dns.name.from_text(zone.origin)
        self._udp: asyncio.DatagramTransport | None = None
        self._tcp: asyncio.Server | None = None
        self._peers: dict[asyncio.StreamWriter, str] = {}
        self._cut = False

    async def open(self, host: str, port: int = 53) -> int:
        """Listen by UDP and TCP on this address (not "::": answers must leave from the address that was asked). The port.

        WireFault SUAN-W060 if it cannot be had.
        """
        loop = asyncio.get_running_loop()
        try:
            self._udp, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(host, port))
            port = self._udp.get_extra_info("sockname")[1]
            self._tcp = await asyncio.start_server(self._connected, host, port, limit=ASK_MAX + 2)
        except OSError as error:
            await self.close()
            why = f"no name server can listen on {host} port {port}: {error.strerror or error}"
            raise WireFault("SUAN-W060", why, "give another address or port; ports below 1024 need root") from None
        return port

    async def close(self) -> None:
        """Stop listening, and hang up."""
        if self._udp:
            self._udp.close()
        if self._tcp:
            self._tcp.close()
        for writer in self._peers:
            writer.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """By asyncio, with each datagram."""
        client = _plain(addr[0])
        if self._udp is None or not _is_question(data):
            return
        if self.sieve.passes(_network(client), self.clock()):
            self._udp.sendto(self.answer(data, client, PLAIN_MAX), addr)
        elif self._toggled():
            self._udp.sendto(_no(data, dns.rcode.NOERROR, dns.flags.TC), addr)

    def error_received(self, exc: Exception) -> None:
        """A client has gone: nothing to do."""

    def answer(self, data: bytes, client: str, room: int) -> bytes:
        """The answer to a question of 12 bytes or more. room: bytes it may have if the question does not say, at most."""
        _, flags, questions, answers, authorities, others = _HEADER.unpack_from(data)
        if dns.opcode.from_flags(flags) != dns.opcode.QUERY:
            return _no(data, dns.rcode.NOTIMP)
        if (questions, answers, authorities) != (1, 0, 0) or others > 1 or len(data) > ASK_MAX or flags & dns.flags.QR:
            return _no(data, dns.rcode.FORMERR)
        try:
            query = dns.message.from_wire(data)
        except (dns.exception.DNSException, ValueError, struct.error):  # the last two: what odd options make of the reader
            return _no(data, dns.rcode.FORMERR)
        if query.edns >= 0 and room < UDP_MAX:
            room = min(UDP_MAX, max(PLAIN_MAX, query.payload))
        return self._answered(query, client).to_wire(max_size=room, prefer_truncation=True)

    def _answered(self, query: dns.message.Message, client: str) -> dns.message.Message:
        made, question = dns.message.make_response(query, our_payload=UDP_MAX, pad=0), query.question[0]
        if query.edns > 0:
            made.set_rcode(dns.rcode.BADVERS)
        elif question.rdclass != IN or question.rdtype in TRANSFERS or not question.name.is_subdomain(self.origin):
            made.set_rcode(dns.rcode.REFUSED)
        else:
            made.flags |= dns.flags.AA
            self._fill(made, question, _subnet(query, made) or client)
        return made

    def _fill(self, made: dns.message.Message, question: dns.rrset.RRset, client: str) -> None:
        """What the zone says. ANY gets one line that it is not served (RFC 8482)."""
        labels = question.name.relativize(self.origin).labels
        kind, now = dns.rdatatype.to_text(question.rdtype), self.clock()
        asking = Asking(labels=tuple(_text(label) for label in labels), kind=kind, client=client, seed=self.seed)
        told: Reply = reply(self.zone, asking, self.choices, now)
        if told.known and question.rdtype == dns.rdatatype.ANY:
            made.answer.append(_rrset(question.name, (Record(kind="HINFO", ttl_s=ANY_S, data='"RFC8482" ""'),)))
        elif told.records:
            made.answer.append(_rrset(question.name, told.records))
        else:
            made.set_rcode(dns.rcode.NOERROR if told.known else dns.rcode.NXDOMAIN)
            made.authority.append(_rrset(self.origin, (soa(self.zone, now, told.absent_s),)))

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = _plain((writer.get_extra_info("peername") or ("::",))[0])
        network = _network(client)
        self._peers[writer] = network
        try:
            if len(self._peers) <= TCP_MAX and list(self._peers.values()).count(network) <= TCP_PER_NETWORK:
                await self._converse(reader, writer, client)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass  # it hung up, or was too slow
        finally:
            del self._peers[writer]
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, client: str) -> None:
        """Question by question, each after two bytes of its length (RFC 1035, 4.2.2), while they are sound and not too many."""
        while True:
            async with asyncio.timeout(TCP_S):
                length = int.from_bytes(await reader.readexactly(2))
                if not 12 <= length <= ASK_MAX:
                    return
                data = await reader.readexactly(length)
                if not _is_question(data) or not self.sieve.passes(_network(client), self.clock()):
                    return
                made = self.answer(data, client, 65_535)
                writer.write(len(made).to_bytes(2) + made)
                await writer.drain()

    def _toggled(self) -> bool:
        self._cut = not self._cut
        return self._cut


def _is_question(data: bytes) -> bool:
    """Whether there is a whole header, and it is not that of an answer."""
    return len(data) >= 12 and not data[2] & 0x80


def _no(data: bytes, rcode: int, also: int = 0) -> bytes:
    """A header alone, made from the question's."""
    number, flags = struct.unpack_from("!2H", data)
    kept = flags & (0x7800 | dns.flags.RD)
    return _HEADER.pack(number, dns.flags.QR | kept | also | rcode, 0, 0, 0, 0)


def _subnet(query: dns.message.Message, made: dns.message.Message) -> str:
    """The address that a resolver asks for (EDNS client subnet, RFC 7871), or ""; the answer then says that it is for that."""
    option = next((o for o in query.options if isinstance(o, dns.edns.ECSOption)), None)
    if option is None:
        return ""
    told = dns.edns.ECSOption(option.address, option.srclen, option.srclen)
    made.use_edns(0, 0, UDP_MAX, query.payload, [told])
    return option.address if option.srclen else ""


def _rrset(name: dns.name.Name, records: tuple[Record, ...]) -> dns.rrset.RRset:
    return dns.rrset.from_rdata_list(name, records[0].ttl_s, [_rdata(r.kind, r.data) for r in records])


@lru_cache(maxsize=4096)
def _rdata(kind: str, data: str) -> dns.rdata.Rdata:
    return dns.rdata.from_text(IN, kind, data)


def _text(label: bytes) -> str:
    """A label as it is compared: ASCII letters small, and nothing else is a letter (RFC 4343)."""
    return label.lower().decode("utf-8", "backslashreplace")


def _plain(address: str) -> str:
    """Without scope; an IPv4 address as such."""
    made = ip_address(address.partition("%")[0])
    return str((made.ipv4_mapped if isinstance(made, IPv6Address) else None) or made)


def _network(address: str) -> str:
    """Whom a flood is counted against: who has one address of it has them all."""
    return str(ip_network(f"{address}/{56 if ':' in address else 24}", strict=False))
