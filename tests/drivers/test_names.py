"""The name server as resolvers meet it, over real sockets, and as those meet it who mean it harm."""

import asyncio
import socket
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import dns.asyncquery
import dns.edns
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdatatype
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.drivers import names as names_module
from suanwang.drivers.names import ASK_MAX, TCP_PER_NETWORK, UDP_MAX, Names, Sieve
from suanwang.model.fault import WireFault
from suanwang.model.steering import Contact
from suanwang.steer.answers import Choice, Zone

NOW = 1_000.0
ZONE = Zone(nameservers=("fd00::53",))


def contact(name: str, number: int, address: str = "") -> Contact:
    return Contact(id=name, node_id="n", address=address or f"fd00:0:{number}:1::1", port=8000 + number)


class Played:
    """A selector with two services: one of six instances, one without any."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        contacts = (*(contact(f"i{n}", n) for n in range(6)), contact("v4", 9, "192.0.2.7"))
        weights = {c.id: 9 for c in contacts}
        self.services = {
            "web.ann": Choice(contacts=contacts, weights=weights, expires_at=NOW + 2.9),
            "idle.ann": Choice(contacts=(), weights={}, expires_at=NOW),
        }

    def choices(self, service: str) -> Choice | None:
        self.asked.append(service)
        return self.services.get(service)


def made(**more: object) -> Names:
    return Names(ZONE, Played(), lambda: NOW, **more)  # type: ignore[arg-type]


@asynccontextmanager
async def listening(**more: object) -> AsyncGenerator[tuple[Names, int]]:
    server = made(**more)
    port = await server.open("::1", 0)
    try:
        yield server, port
    finally:
        await server.close()


async def dig(port: int, name: str, kind: str = "AAAA", *, tcp: bool = False, **more: object) -> dns.message.Message:
    query = dns.message.make_query(name, kind, **more)  # type: ignore[arg-type]
    ask = dns.asyncquery.tcp if tcp else dns.asyncquery.udp
    return await ask(query, "::1", port=port, timeout=5)


def answered(wire: bytes, client: str = "2001:db8::1", room: int = 512, **more: object) -> dns.message.Message:
    return dns.message.from_wire(made(**more).answer(wire, client, room))


def header(wire: bytes) -> tuple[int, int, int]:
    """Number, return code, length."""
    number, flags = struct.unpack_from("!2H", wire)
    assert flags & dns.flags.QR
    return number, flags & 0xF, len(wire)


# what resolvers ask


async def scene_of_addresses(tcp: bool) -> None:
    async with listening() as (_, port):
        told = await dig(port, "web.ann.suan.", tcp=tcp)
        assert told.flags & dns.flags.AA and not told.flags & dns.flags.RA
        (rrset,) = told.answer
        assert rrset.ttl == 2 and len(rrset) == 1 and str(rrset[0]).startswith("fd00:0:")
        assert [str(r) for r in (await dig(port, "web.ann.suan.", "A", tcp=tcp)).answer[0]] == ["192.0.2.7"]


@pytest.mark.parametrize("tcp", [False, True])
def test_a_client_gets_one_address_with_the_metrics_life(tcp: bool) -> None:
    asyncio.run(scene_of_addresses(tcp))


def test_bindings_are_read_back_by_a_client() -> None:
    async def scene() -> None:
        async with listening() as (_, port):
            told = await dig(port, "web.ann.suan.", "SVCB")
            lines = sorted(told.answer[0], key=lambda r: r.priority)
            assert [r.priority for r in lines] == [1, 2, 3, 4]
            for line in lines:
                target = str(line.target)
                assert target.endswith(".web.ann.suan.")
                hints = [str(a) for key, p in line.params.items() if int(key) in (4, 6) for a in p.addresses]
                kind = "AAAA" if ":" in hints[0] else "A"
                assert [str(r) for r in (await dig(port, target, kind)).answer[0]] == hints

    asyncio.run(scene())


def test_no_such_name_nothing_of_that_kind_and_nothing_of_ours_are_told_apart() -> None:
    async def scene() -> None:
        async with listening() as (server, port):
            for name, kind, code in [
                ("nobody.ann.suan.", "AAAA", dns.rcode.NXDOMAIN),
                ("idle.ann.suan.", "AAAA", dns.rcode.NOERROR),
                ("web.ann.suan.", "TXT", dns.rcode.NOERROR),
                ("web.ann.suan.", "TYPE65280", dns.rcode.NOERROR),
                ("ann.suan.", "AAAA", dns.rcode.NOERROR),
            ]:
                told = await dig(port, name, kind)
                assert (told.rcode(), told.answer) == (code, []), (name, kind)
                assert [(str(r.name), r.rdtype) for r in told.authority] == [("suan.", dns.rdatatype.SOA)]
                assert told.authority[0].ttl == told.authority[0][0].minimum in (1, 5)
            assert (await dig(port, "example.com.")).rcode() == dns.rcode.REFUSED
            assert (await dig(port, "web.ann.suan.", "AXFR")).rcode() == dns.rcode.REFUSED
            assert (await dig(port, "web.ann.suan.", rdclass="CH")).rcode() == dns.rcode.REFUSED
            assert str((await dig(port, "web.ann.suan.", "ANY")).answer[0][0]) == '"RFC8482" ""'
            assert isinstance(server.choices, Played) and "example.com" not in server.choices.asked

    asyncio.run(scene())


def test_case_is_kept_in_the_question_and_means_nothing() -> None:
    query = dns.message.make_query("wEb.AnN.SuAn.", "AAAA")
    told = answered(query.to_wire())
    assert str(told.question[0].name) == "wEb.AnN.SuAn." == str(told.answer[0].name)


def test_a_resolvers_clients_are_told_apart_if_it_says_where_they_are() -> None:
    def first(subnet: str, seed: str = "") -> tuple[str, dns.message.Message]:
        query = dns.message.make_query("web.ann.suan.", "AAAA", options=[dns.edns.ECSOption(subnet, 56)])
        told = answered(query.to_wire(), seed=seed)
        return str(told.answer[0][0]), told

    assert len({first(f"2001:db8:{n}::")[0] for n in range(60)}) == 6
    assert len({first("2001:db8::", str(n))[0] for n in range(60)}) == 6
    (option,) = first("2001:db8:1::")[1].options
    assert (option.address, option.srclen, option.scopelen) == ("2001:db8:1::", 56, 56)  # type: ignore[attr-defined]


def test_an_answer_is_as_long_as_the_client_allows_and_says_what_it_left_out() -> None:
    server = Names(Zone(nameservers=tuple(f"fd00::{n:x}" for n in range(1, 101))), Played(), lambda: NOW)
    plain = dns.message.make_query("ns.suan.", "AAAA", use_edns=False).to_wire()
    told = server.answer(plain, "::1", 512)
    assert len(told) <= 512 and dns.message.from_wire(told).flags & dns.flags.TC
    assert len(dns.message.from_wire(server.answer(plain, "::1", 65_535)).answer[0]) == 100
    for payload in (0, 512, 1232, 65535):
        told = server.answer(dns.message.make_query("ns.suan.", "AAAA", use_edns=0, payload=payload).to_wire(), "::1", 512)
        assert len(told) <= max(512, min(payload, UDP_MAX))
        assert dns.message.from_wire(told).payload == UDP_MAX and dns.message.from_wire(told).flags & dns.flags.TC


def test_a_later_edns_is_told_which_version_there_is() -> None:
    query = dns.message.make_query("web.ann.suan.", "AAAA")
    query.use_edns(1)
    told = answered(query.to_wire())
    assert (told.rcode(), told.edns, told.answer) == (dns.rcode.BADVERS, 0, [])


# who means harm


QUESTION = dns.message.make_query("web.ann.suan.", "AAAA").to_wire()
PLAIN = dns.message.make_query("web.ann.suan.", "AAAA", use_edns=False).to_wire()


def bomb() -> bytes:
    """A name of pointers to pointers: 500 of them, each to the one before."""
    head = struct.pack("!6H", 7, 0, 1, 0, 0, 0)
    chain = b"\x00" + b"".join(struct.pack("!H", 0xC000 | (12 if n == 0 else 11 + 2 * n)) for n in range(400))
    return head + chain + struct.pack("!H", 0xC000 | (11 + 2 * 399)) + b"\x00\x1c\x00\x01"


HOSTILE = {
    "cut short": QUESTION[:-3],
    "a name that points at itself": struct.pack("!6H", 7, 0, 1, 0, 0, 0) + b"\xc0\x0c\x00\x1c\x00\x01",
    "a name that points ahead": struct.pack("!6H", 7, 0, 1, 0, 0, 0) + b"\xc0\x20\x00\x1c\x00\x01" + b"\x00" * 20,
    "a chain of pointers": bomb(),
    "a label too long": struct.pack("!6H", 7, 0, 1, 0, 0, 0) + b"\x80" + b"a" * 128 + b"\x00\x00\x1c\x00\x01",
    "a name too long": struct.pack("!6H", 7, 0, 1, 0, 0, 0) + (b"\x3f" + b"a" * 63) * 5 + b"\x00\x00\x1c\x00\x01",
    "no question": struct.pack("!6H", 7, 0, 0, 0, 0, 0),
    "65535 questions": struct.pack("!6H", 7, 0, 65535, 0, 0, 0) + PLAIN[12:],
    "answers in a question": struct.pack("!6H", 7, 0, 1, 9, 0, 0) + PLAIN[12:],
    "65535 records after it": struct.pack("!6H", 7, 0, 1, 0, 0, 65535) + PLAIN[12:],
    "bytes after its end": PLAIN + b"more",
    "as long as it gets": PLAIN + b"\0" * ASK_MAX,
    "two options records": struct.pack("!6H", 7, 0, 1, 0, 0, 2) + QUESTION[12:] + QUESTION[-11:],
    "a broken client subnet": struct.pack("!6H", 7, 0, 1, 0, 0, 1)
    + PLAIN[12:]
    + b"\0\0\x29\x04\xd0\0\0\0\0\0\x08\0\x08\0\x04\0\x09\xff\xff",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_broken_is_told_so_in_twelve_bytes(what: str) -> None:
    wire = HOSTILE[what]
    assert header(made().answer(wire, "::1", 512)) == (struct.unpack_from("!H", wire)[0], dns.rcode.FORMERR, 12)


@pytest.mark.parametrize("opcode", [1, 2, 4, 5, 6, 15])
def test_only_questions_are_answered(opcode: int) -> None:
    wire = QUESTION[:2] + bytes([opcode << 3 | 1]) + QUESTION[3:]
    assert header(made().answer(wire, "::1", 512))[1:] == (dns.rcode.NOTIMP, 12)


EXPLORED = settings(max_examples=400, deadline=None)


@EXPLORED
@given(st.binary(min_size=12, max_size=300))
def test_no_bytes_at_all_break_it(wire: bytes) -> None:
    sound(made().answer(wire, "::1", 512), wire)


@EXPLORED
@given(
    st.sampled_from([QUESTION, PLAIN, *HOSTILE.values()]),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=6),
)
def test_nor_does_a_question_with_some_bytes_changed(wire: bytes, changes: list[tuple[int, int]]) -> None:
    changed = bytearray(wire)
    for at, value in changes:
        changed[at % len(changed)] = value
    sound(made().answer(bytes(changed), "::1", 512), bytes(changed))


@EXPLORED
@given(st.lists(st.binary(min_size=1, max_size=63), max_size=3), st.integers(0, 65535), st.integers(0, 65535))
def test_any_labels_and_kinds_get_an_answer_that_can_be_read(labels: list[bytes], kind: int, cls: int) -> None:
    name = b"".join(bytes([len(label)]) + label for label in (*labels, b"suan")) + b"\0"
    wire = struct.pack("!6H", 9, 0x0100, 1, 0, 0, 0) + name + struct.pack("!2H", kind, cls)
    told = made().answer(wire, "::1", 512)
    sound(told, wire)
    assert header(told)[1] != dns.rcode.FORMERR or not 0 < kind < 256


def sound(told: bytes, wire: bytes) -> None:
    """A short answer to that question which a client can read."""
    assert header(told)[0] == struct.unpack_from("!H", wire)[0]
    assert 12 <= len(told) <= max(512, UDP_MAX)
    if len(told) > 12:
        dns.message.from_wire(told)


def test_an_answer_is_never_sent_to_an_answer() -> None:
    async def scene() -> None:
        async with listening() as (_, port):
            with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as plain:
                plain.setblocking(False)
                for wire in (b"", b"short", QUESTION[:2] + b"\x81" + QUESTION[3:]):
                    plain.sendto(wire, ("::1", port))
                plain.sendto(QUESTION, ("::1", port))
                async with asyncio.timeout(5):
                    first = await asyncio.get_running_loop().sock_recv(plain, 2000)
                assert header(first)[2] > 12, "only the question got one"
                await dig(port, "web.ann.suan.")
                with pytest.raises(BlockingIOError):
                    plain.recv(2000)

    asyncio.run(scene())


def test_a_flood_is_sent_to_tcp_every_other_time_and_others_are_served() -> None:
    sieve = Sieve(per_network=10, per_all=15)
    sent: list[bytes] = []

    class Wire(asyncio.DatagramTransport):
        def sendto(self, data: bytes, addr: object = None) -> None:  # type: ignore[override]
            sent.append(data)

    server = made(sieve=sieve)
    server._udp = Wire()  # pyright: ignore[reportPrivateUsage]
    for n in range(100):
        server.datagram_received(QUESTION, (f"2001:db8::{n:x}", 9))
    full = [wire for wire in sent if len(wire) > 12]
    cut = [wire for wire in sent if len(wire) == 12]
    assert (len(full), len(cut)) == (10, 45)
    assert all(struct.unpack_from("!2H", wire)[1] & dns.flags.TC for wire in cut)
    sent.clear()
    for n in range(10):
        server.datagram_received(QUESTION, (f"2001:db8:1:{n}00::1", 9))
    assert len([wire for wire in sent if len(wire) > 12]) == 5, "in all, no more than per_all"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 3)), max_size=200))
def test_no_second_sees_more_answers_than_it_may(asked: list[tuple[str, float]]) -> None:
    sieve, passed = Sieve(per_network=4, per_all=9), list[tuple[str, int]]()
    for network, at in sorted(asked, key=lambda one: one[1]):
        if sieve.passes(network, at):
            passed.append((network, int(at)))
    for second in range(4):
        assert len([1 for _, at in passed if at == second]) <= 9
        assert all(passed.count((network, second)) <= 4 for network in "abc")


# by TCP


async def connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("::1", port)


def framed(wire: bytes) -> bytes:
    return len(wire).to_bytes(2) + wire


async def read(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(5):
        return await reader.readexactly(int.from_bytes(await reader.readexactly(2)))


def test_questions_share_a_connection_and_may_come_in_pieces() -> None:
    async def scene() -> None:
        async with listening() as (_, port):
            reader, writer = await connected(port)
            stream = framed(QUESTION) * 3
            for at in range(0, len(stream), 7):
                writer.write(stream[at : at + 7])
                await writer.drain()
                await asyncio.sleep(0)
            assert [header(await read(reader))[1] for _ in range(3)] == [0, 0, 0]
            writer.close()

    asyncio.run(scene())


@pytest.mark.parametrize("stream", [b"\0\0", framed(b"x" * 11), b"\xff\xff" + b"\0" * 100, framed(b"\0\0\x80" + b"\0" * 9)])
def test_what_is_no_question_ends_the_connection(stream: bytes) -> None:
    async def scene() -> None:
        async with listening() as (_, port):
            reader, writer = await connected(port)
            writer.write(stream)
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await read(reader)
            writer.close()
            assert header((await dig(port, "web.ann.suan.", tcp=True)).to_wire())[1] == 0

    asyncio.run(scene())


def test_who_says_nothing_is_hung_up_on_and_who_opens_too_many_gets_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        async with listening() as (_, port):
            held = [await connected(port) for _ in range(TCP_PER_NETWORK)]
            one_more, writer = await connected(port)
            async with asyncio.timeout(5):
                assert await one_more.read() == b""
            writer.close()
            for reader, writer in held:
                async with asyncio.timeout(5):
                    assert await reader.read() == b"", "it was silent for too long"
                writer.close()
            assert (await dig(port, "web.ann.suan.", tcp=True)).answer

    monkeypatch.setattr(names_module, "TCP_S", 0.3)
    asyncio.run(scene())


def test_its_end_ends_its_connections() -> None:
    async def scene() -> None:
        async with listening() as (server, port):
            reader, writer = await connected(port)
            writer.write(framed(QUESTION))
            await read(reader)
            await server.close()
            async with asyncio.timeout(5):
                assert await reader.read() == b""
            writer.close()

    asyncio.run(scene())


def test_an_address_that_is_not_ours_is_told_so() -> None:
    with pytest.raises(WireFault) as told:
        asyncio.run(made().open("2001:db8::dead", 0))
    assert told.value.code == "SUAN-W060"
