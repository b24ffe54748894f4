"""TLS between real sockets: who is believed, what is said when not, certificates that change while requests go on."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
import uvloop

from suanwang.api.client import Client
from suanwang.api.door import Door
from suanwang.api.secure import Tls, load_authority
from suanwang.api.server import app
from suanwang.api.session import protocol_for
from suanwang.brain.loop import Brain
from suanwang.drivers.meet import meet
from suanwang.drivers.session import open_session
from suanwang.drivers.tls import NOBODY, Peer, client_context, present, server_context, tls_fault
from suanwang.drivers.wire import Wire
from suanwang.model.fault import Fault
from suanwang.model.node import Reading
from suanwang.model.view import Joining, Report, TokenAsk
from suanwang.store.blobs import Blobs
from suanwang.store.log import SqliteLog
from suanwang.trust.identity import id_of
from suanwang.trust.key import pem_of, public_of
from suanwang.trust.svid import brain_svid, make_authority, node_svid
from tests.brain.sample import a_node, key_of

BRAIN_KEY = key_of("brain")
BRAIN = id_of("brain", public_of(BRAIN_KEY))


class Served:
    """A brain behind TLS on a port of this machine. late_s: how far its clock for certificates is behind."""

    def __init__(self, folder: Path, plain: bool = False) -> None:
        self.late_s = 0.0
        self.authority = load_authority(folder, BRAIN, time.time())
        self.tls = Tls(self.authority, BRAIN, ("localhost", "127.0.0.1"), lambda: time.time() - self.late_s)
        brain = Brain(SqliteLog(folder / "log"), time.time, tick_s=0.02)
        known = None if plain else self.authority
        self.door = Door(brain, Blobs(folder / "blobs"), BRAIN_KEY, time.time, 10_000_000, authority=known)
        served = app(self.door, "root")
        config = uvicorn.Config(served, http=protocol_for(self.door), log_level="critical", timeout_graceful_shutdown=1)
        config.load()
        config.ssl = None if plain else self.tls.context
        self.server = uvicorn.Server(config)
        self.listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self.listener.bind(("0.0.0.0", 0))
        self.listener.listen(100)
        self.url = f"{'http' if plain else 'https'}://127.0.0.1:{self.listener.getsockname()[1]}"
        self.peer = NOBODY if plain else Peer(self.authority.certificate, BRAIN)

    async def run(self) -> None:
        self.loop = asyncio.get_running_loop()
        await self.server.serve(sockets=[self.listener])

    def renew(self) -> None:
        """What `keep_fresh` does when it is time, where it does it: no handshake begins in the middle of it."""

        async def present_another() -> None:
            present(self.tls.context, *self.tls._issued())  # pyright: ignore[reportPrivateUsage]

        asyncio.run_coroutine_threadsafe(present_another(), self.loop).result()

    def token(self, kind: str = "user", **claims: str) -> str:
        return self.door.token(kind, "root", claims or {"roles": "user operator"}, 3600.0).token

    def client(self) -> Client:
        return Client(self.url, self.token(), self.peer, pause=lambda _: None)


@contextlib.contextmanager
def serving(made: Served) -> Generator[Served]:
    thread = threading.Thread(target=lambda: uvloop.run(made.run()))
    thread.start()
    while not made.server.started:
        time.sleep(0.01)
    try:
        yield made
    finally:
        made.server.should_exit = True
        thread.join()
        made.listener.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    with serving(Served(tmp_path_factory.mktemp("tls"))) as made:
        yield made


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(Fault) as caught:
        call()
    assert caught.value.why and caught.value.todo
    return caught.value.code


def test_a_token_is_enough_to_know_the_brain_at_any_address(served: Served) -> None:
    for url in (served.url, served.url.replace("127.0.0.1", "localhost"), served.url.replace("127.0.0.1", "127.0.0.2")):
        with contextlib.closing(Client(url, served.token(), meet(url, served.token()))) as client:
            assert client.domain().brain_id == BRAIN


def test_whoever_is_not_the_brain_is_not_spoken_to(served: Served, tmp_path: Path) -> None:
    foreign = make_authority(b"\7" * 32, BRAIN, 3, time.time()).certificate
    for peer, code in (
        (Peer(foreign, BRAIN), "SUAN-W031"),
        (Peer(served.authority.certificate, "brain-x"), "SUAN-W032"),
        (NOBODY, "SUAN-W031"),
    ):
        assert code_of(Client(served.url, "t", peer, pause=lambda _: None).domain) == code
    with serving(Served(tmp_path)) as other:  # the same brain's id, another CA
        assert code_of(lambda: meet(other.url, served.token())) == "SUAN-W031"


def test_a_node_of_the_domain_cannot_serve_in_the_brains_name(tmp_path: Path) -> None:
    false, key = Served(tmp_path), key_of("mallory")
    stolen = node_svid(false.authority, BRAIN, id_of("node", public_of(key)), public_of(key), 5, time.time())
    false.server.config.ssl = server_context(false.authority.certificate, stolen, pem_of(key))
    with serving(false):
        assert code_of(false.client().domain) in ("SUAN-W031", "SUAN-W032")


def test_a_certificate_past_its_life_is_refused_by_name(served: Served) -> None:
    try:
        served.late_s = 2 * 86400.0
        served.renew()
        assert code_of(served.client().domain) == "SUAN-W030"
    finally:
        served.late_s = 0.0
        served.renew()


def test_plain_http_and_tls_do_not_mix(served: Served, tmp_path: Path) -> None:
    http = served.url.replace("https", "http")
    assert code_of(lambda: meet(http, served.token())) == "SUAN-W033"
    assert code_of(Client(http, "t", pause=lambda _: None).domain) == "SUAN-W033"
    with serving(Served(tmp_path, plain=True)) as plain:
        assert meet(plain.url, plain.token()) == NOBODY
        assert plain.client().domain().brain_id == BRAIN
        https = plain.url.replace("http", "https")
        assert code_of(Client(https, "t", served.peer, pause=lambda _: None).domain) == "SUAN-W033"


def test_requests_go_on_while_certificates_change(served: Served) -> None:
    """New connections see the new certificate, one that stands keeps its own; nothing fails on either."""
    seen, stop, failed = set[str](), threading.Event(), list[Exception]()

    def ask() -> None:
        try:
            with served.client() as kept:
                while not stop.is_set():
                    kept.domain()
                    with served.client() as fresh:
                        fresh.domain()
        except Exception as problem:
            failed.append(problem)

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for thread in asking:
        thread.start()
    for _ in range(20):
        served.renew()
        seen.add(serial_at(served))
    stop.set()
    for thread in asking:
        thread.join()
    assert failed == [] and len(seen) == 20


def serial_at(served: Served) -> str:
    host, port = served.url.removeprefix("https://").split(":")
    with client_context(served.peer).wrap_socket(socket.create_connection((host, int(port)))) as connection:
        told: Any = connection.getpeercert()
        return told["serialNumber"]


def test_a_nodes_requests_come_over_its_own_connection(served: Served) -> None:
    async def scene() -> None:
        mine, other = wire("n1"), wire("n2")
        try:
            for name, one in (("n1", mine), ("n2", other)):
                await one.join(Joining(node=a_node(name), token=served.token("join", trust="identified")))
                one.trusts(BRAIN)
            with pytest.raises(Fault) as bare:
                await tell(mine, "n1")
            assert bare.value.code == "SUAN-A060"
            assert await mine.renew(a_node("n1").id) > time.time() + 40_000
            await tell(mine, "n1")
            await mine.renew(a_node("n1").id)  # while connections of the first certificate stand
            await tell(mine, "n1")
            other._certificate, other._key = mine._certificate, key_of("n1")  # pyright: ignore[reportPrivateUsage]
            shown = other._context()  # pyright: ignore[reportPrivateUsage]  # one node's connection
            other._key, path = key_of("n2"), f"/v1/nodes/{a_node('n2').id}/session?after=0"  # pyright: ignore[reportPrivateUsage]
            signed = other._signed("GET", path, b"")["authorization"]  # pyright: ignore[reportPrivateUsage]  # another's signature
            with pytest.raises(Fault) as borrowed:
                await open_session(served.url, path, signed, shown)
            assert borrowed.value.code == "SUAN-A060"
            with pytest.raises(Fault) as foreign:
                await mine.renew(a_node("n2").id)
            assert foreign.value.code == "SUAN-A042"
        finally:
            await mine.close()
            await other.close()

    def wire(name: str) -> Wire:
        return Wire(served.url, key_of(name), time.time, peer=served.peer)

    async def tell(one: Wire, name: str) -> None:
        await one.report(a_node(name).id, Report(reading=Reading(node_id=a_node(name).id, generation=0)))

    asyncio.run(scene())


def test_an_expired_or_foreign_certificate_of_a_client_ends_the_handshake(served: Served) -> None:
    key, other = key_of("n1"), make_authority(b"\7" * 32, BRAIN, 3, time.time())
    node = id_of("node", public_of(key))
    for authority, at in ((served.authority, time.time() - 2 * 86400.0), (other, time.time())):
        context = client_context(served.peer)
        present(context, node_svid(authority, BRAIN, node, public_of(key), 5, at), pem_of(key))
        with httpx.Client(verify=context) as client, pytest.raises(httpx.TransportError):
            client.get(f"{served.url}/v1/domain")


def test_the_ca_stays_when_the_brain_starts_again(tmp_path: Path) -> None:
    first = load_authority(tmp_path, BRAIN, 1_800_000_000.0)
    assert load_authority(tmp_path, BRAIN, 1_800_000_001.0) == first
    assert (tmp_path / "ca.key").stat().st_mode & 0o077 == 0
    made = brain_svid(first, BRAIN, b"\1" * 32, (), 1, 1_800_000_000.0)
    assert "PRIVATE KEY" not in first.certificate + made.certificate


def test_what_is_not_tls_is_not_called_tls() -> None:
    assert tls_fault("x", httpx.ConnectError("refused")) is None


def test_a_token_asked_for_over_tls_names_the_ca(served: Served) -> None:
    with served.client() as client:
        made = client.make_token(TokenAsk(kind="join", user="olga"), "k")
    assert meet(served.url, made.token) == served.peer
