"""The client: what it repeats and what not, how it resumes a watch, and what it makes of answers that are wrong."""

import io

import httpx
import msgspec
import pytest

from suanwang.api.answers import sse
from suanwang.api.client import PAUSES_S, WATCH_PAUSES_S, Client
from suanwang.drivers.problem import fault_from
from suanwang.model import fault as faults
from suanwang.model.demand import Command, Demand
from suanwang.model.view import TokenAsk


def client_of(handler, pauses=None):
    pause = (lambda _: None) if pauses is None else pauses.append
    return Client("http://brain.test/", "good", transport=httpx.MockTransport(handler), pause=pause)


class Broken:
    """Fails so many times, then answers like the brain."""

    def __init__(self, brain, times, error=httpx.ConnectError):
        self.brain, self.left, self.error, self.calls = brain, times, error, 0

    def __call__(self, request):
        self.calls += 1
        if self.left:
            self.left -= 1
            raise self.error("no", request=request)
        return self.brain(request)


def test_a_read_is_repeated_a_bounded_number_of_times(brain):
    pauses = []
    assert client_of(Broken(brain, 2), pauses).account().user == "ming"
    assert tuple(pauses) == PAUSES_S
    gone = Broken(brain, 99)
    with pytest.raises(faults.WireFault, match="W001"):
        client_of(gone).account()
    assert gone.calls == len(PAUSES_S) + 1


def test_a_submission_keeps_its_key_when_it_is_repeated(brain):
    demand = Demand(name="a", work=Command(argv=("true",)))
    broken = Broken(brain, 0)
    client = client_of(broken)
    first = client.submit(demand, "key-1")
    broken.left = 1
    assert client.submit(demand, "key-1").id == first.id
    assert client.submit(demand, "key-2").id != first.id


def test_a_secret_is_never_asked_for_twice(brain):
    broken = Broken(brain, 1, httpx.ReadError)
    with pytest.raises(faults.WireFault):
        client_of(broken).make_token(TokenAsk(kind="join", user="ming"), "key")
    assert broken.calls == 1


def test_a_brain_that_is_slow_is_asked_once(brain):
    slow = Broken(brain, 1, httpx.ReadTimeout)
    with pytest.raises(faults.WireFault, match="W003"):
        client_of(slow).account()
    assert slow.calls == 1


def test_a_watch_resumes_after_the_last_event(brain):
    brain.breaks = True
    client = client_of(brain)
    job = client.submit(Demand(name="a", work=Command(argv=("true",))), "key")
    states = [progress.job.state for progress in client.events(job.id)]
    assert states == ["queued", "running", "running", "done"]
    resumed = [request.headers.get("last-event-id") for request in brain.seen if request.url.path.endswith("/events")]
    assert resumed == [None, "2"]


def test_a_watch_gives_up_in_the_end_but_not_because_nothing_happens(brain):
    pauses = []
    with pytest.raises(faults.WireFault, match="W001"):
        list(client_of(Broken(brain, 99), pauses).events("job"))
    assert tuple(pauses) == WATCH_PAUSES_S
    quiet = Quiet(3 * len(WATCH_PAUSES_S))
    with pytest.raises(faults.WireFault, match="W001"):
        list(client_of(quiet).events("job"))
    assert quiet.left == 0


class Quiet:
    """Accepts a watch and then says nothing until the reader's patience ends; after a while it is gone."""

    def __init__(self, times):
        self.left = times

    def __call__(self, request):
        if not self.left:
            raise httpx.ConnectError("gone", request=request)
        self.left -= 1
        return httpx.Response(200, stream=Silence())


class Silence(httpx.SyncByteStream):
    def __iter__(self):
        raise httpx.ReadTimeout("silence")
        yield b""


@pytest.mark.parametrize("change", [lambda b: b[:-1], lambda b: b + b"x", lambda b: b"X" + b[1:]])
def test_content_that_is_not_what_was_promised_is_refused(change):
    data = b"some bytes"
    name = "6e5f9ca5eebd7fb0f2d67cf8e0d8b9d0a7b5d1f3e0b1d3a86d1d4d0d0d0d0d0d"
    client = client_of(lambda _: httpx.Response(200, content=change(data)))
    with pytest.raises(faults.WireFault, match="W004"):
        client.save_blob(name, len(data), io.BytesIO())


def test_a_problem_becomes_a_fault_of_its_family():
    def fault(status, code):
        body = {"type": "", "title": code, "status": status, "detail": "why", "code": code, "todo": "do"}
        return fault_from(status, msgspec.json.encode(body))

    assert isinstance(fault(400, "SUAN-U001"), faults.UsageFault)
    assert isinstance(fault(401, "SUAN-A003"), faults.AuthorityFault)
    assert isinstance(fault(404, "SUAN-N001"), faults.NotFoundFault)
    assert isinstance(fault(402, "SUAN-M001"), faults.QuotaFault)
    assert isinstance(fault(409, "SUAN-U043"), faults.ConflictFault)
    assert isinstance(fault(503, "SUAN-L001"), faults.LogFault)
    assert (fault(400, "SUAN-U001").why, fault(400, "SUAN-U001").todo) == ("why", "do")
    assert fault_from(200, b"<html>").code == "SUAN-W002"


def test_an_answer_that_is_no_such_noun_is_a_fault():
    with pytest.raises(faults.WireFault, match="W002"):
        client_of(lambda _: httpx.Response(200, content=b'{"hello": 1}')).account()
    with pytest.raises(faults.WireFault, match="W002"):
        client_of(lambda _: httpx.Response(302, headers={"location": "http://elsewhere"})).account()
    for url in ("nowhere", "http://[::1", "ftp://brain"):
        with pytest.raises(faults.UsageFault, match="U028"):
            Client(url, pause=lambda _: None).account()


def test_names_cannot_leave_their_place_in_the_path():
    seen = []
    with pytest.raises(faults.WireFault):
        client_of(lambda request: seen.append(request) or httpx.Response(404)).job("../../account?x=1#y")
    assert seen[0].url.raw_path == b"/v1/jobs/..%2F..%2Faccount%3Fx%3D1%23y"


def test_sse_lines():
    lines = ["id: 1", "data: a", "data:b", "", ": keep", "", "id: 2", "event: x", "data: c", "", "data: cut off"]
    assert list(sse(iter(lines))) == [("1", "a\nb"), ("2", "c")]
