"""Several addresses of one domain: what nobody heard goes to the next; what may have been heard, only if that is harmless."""

import asyncio

import httpx
import msgspec
import pytest
from tests.agent.played import PlayedBrain

from suanwang.api.client import Client
from suanwang.drivers.addresses import Addresses
from suanwang.drivers.wire import Wire
from suanwang.model.fault import WireFault
from suanwang.model.node import Reading
from suanwang.model.view import Report, Token, TokenAsk

BOTH = "http://one.test:1, http://other.test:2/"
TOKEN = Token(id="t", kind="user", token="secret", expires_at=1.0)
ASK = TokenAsk(kind="user", user="ann")


class Brains:
    """Answers at every host but those in `gone`, which fail as told. heard: the hosts that were connected to."""

    def __init__(self, answer: object, **gone: type[httpx.TransportError]) -> None:
        self._answer, self._gone, self.heard = answer, gone, list[str]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host.split(".")[0]
        self.heard.append(host)
        if host in self._gone:
            raise self._gone[host]("gone")
        return httpx.Response(200, content=msgspec.json.encode(self._answer))


def client(brains: Brains) -> Client:
    return Client(BOTH, "token", transport=httpx.MockTransport(brains), pause=lambda _: None)


def test_two_calls_that_lose_a_brain_turn_once() -> None:
    addresses = Addresses(BOTH)
    used = addresses.now
    addresses.lost(used)
    addresses.lost(used)
    assert addresses.now == "http://other.test:2"
    addresses.lost(addresses.now)
    assert addresses.now == used == "http://one.test:1"


def test_a_client_turns_to_the_next_brain_and_stays_there() -> None:
    brains = Brains(TOKEN, one=httpx.ConnectError)
    with client(brains) as asked:
        assert asked.make_token(ASK, "k") == TOKEN  # even this: nobody can have heard it
        assert asked.make_token(ASK, "k") == TOKEN
    assert brains.heard == ["one", "other", "other"]


def test_what_may_have_been_heard_and_must_not_be_repeated_is_not() -> None:
    brains = Brains(TOKEN, one=httpx.ReadError)
    with client(brains) as asked, pytest.raises(WireFault, match="SUAN-W001"):
        asked.make_token(ASK, "k")
    assert brains.heard == ["one"]


def test_a_client_gives_up_when_all_are_gone() -> None:
    brains = Brains(TOKEN, one=httpx.ConnectError, other=httpx.ConnectError)
    with client(brains) as asked, pytest.raises(WireFault, match="SUAN-W001"):
        asked.account()
    assert set(brains.heard) == {"one", "other"} and len(brains.heard) <= 4


def test_a_node_tells_the_next_brain_whatever_happened_to_the_first() -> None:
    async def scene() -> None:
        one, other = PlayedBrain(), PlayedBrain()
        one.refuses, one.answer = (lambda request: b""), (lambda request: (200, b"nonsense"))
        other.answer = lambda request: (200, b'{"sha256": []}')
        async with one.serving(), other.serving():
            wire = Wire(f"{one.url},{other.url}", b"k" * 32, lambda: 1_000.0)
            for _ in range(2):
                await wire.report("node-a", Report(reading=Reading(node_id="node-a", generation=0)))
            assert await wire.missing(("0" * 64,)) == ()
            await wire.close()
        assert (len(one.asked), len(other.asked), len(other.told)) == (1, 2, 2)

    asyncio.run(scene())
