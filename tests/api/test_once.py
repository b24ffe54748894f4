"""A key that stands twice in one object of a body is refused, wherever it stands; anything else is read as ever."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.api.once import check_keys, is_as_written
from suanwang.api.topology import network_in
from suanwang.intent import check
from suanwang.intent.flags import Flags, flags_to_document
from suanwang.model.demand import Demand, Step, Steps, Wasm
from suanwang.model.fault import UsageFault
from tests.api.stage import CODE, Person, Stage, demand, problem, staged

KEYS = st.sampled_from(["a", "b", 'c":', ": d", "é", "\\u0061"])
VALUES: Any = st.recursive(
    st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | KEYS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(VALUES, st.booleans(), st.sampled_from([None, (", ", " : "), (",", ":")]))
def test_what_has_each_key_once_is_read(value: Any, ascii_only: bool, separators: tuple[str, str] | None) -> None:
    check_keys(json.dumps(value, ensure_ascii=ascii_only, separators=separators).encode())


@given(KEYS, VALUES, VALUES, st.integers(0, 3), st.booleans())
def test_a_key_that_stands_twice_is_found_at_any_depth(key: str, one: Any, other: Any, deep: int, ascii_only: bool) -> None:
    first, second = (json.dumps(key, ensure_ascii=how) for how in (ascii_only, True))
    body = f"{{{first}: {json.dumps(one)}, \n{second} :{json.dumps(other)}}}"
    for _ in range(deep):
        body = f'[1, {{"in": {body}}}]'
    with pytest.raises(UsageFault, match="SUAN-U003"):
        check_keys(body.encode())


def test_numbers_of_any_length_are_read() -> None:
    check_keys(b'{"a": %s, "b": -1e999}' % (b"9" * 9000))


def test_what_our_clients_send_is_as_written() -> None:
    body = msgspec.json.encode(sent := demand(3, env=(("A", "1"),), fuel_per_task=7))
    assert is_as_written(body, msgspec.json.decode(body, type=Demand)) and msgspec.json.decode(body, type=Demand) == sent


@pytest.fixture
def stage(tmp_path: Path):
    with staged(tmp_path) as stage:
        yield stage


def post(who: Person, path: str, body: str) -> Any:
    return who.ask("POST", path, body.encode(), content_type="application/json", idempotency_key="k")


def test_a_body_with_a_key_twice_changes_nothing(stage: Stage) -> None:
    stage.node()
    ann, body = stage.person("ann"), msgspec.json.encode(demand()).decode()
    ann.put(CODE)
    size = stage.log_size()
    for odd in (f'{{"name":"other",{body[1:]}', body.replace('"cpu_milli":1000', '"cpu_milli":1000, "cpu_milli":2000')):
        for path in ("/v1/jobs", "/v1/jobs?dry_run=true"):
            assert "twice" in problem(post(ann, path, odd), 400, "SUAN-U003").detail
    twice = body.replace('"env":[]', '"env":[["A","1"],["A","2"]]')
    assert problem(post(ann, "/v1/jobs", twice), 400, "SUAN-U003").detail == 'env sets "A" twice.'
    assert stage.log_size() == size


def test_a_variable_that_is_set_twice_is_refused_everywhere() -> None:
    odd = (("A", "1"), ("B", "1"), ("A", "2"))
    step = Step(name="s", work=Wasm(file="job.wasm"), env=odd)
    for given_to in (demand(env=odd), demand(work=Steps(steps=(step,)))):
        with pytest.raises(UsageFault, match=r'SUAN-U003: env sets "A" twice'):
            check(given_to)
    with pytest.raises(UsageFault, match=r'SUAN-U003: env sets "A" twice'):
        flags_to_document(Flags(env=("A=1", "A=2")), {"run": "x"})


def test_a_file_of_the_network_with_a_key_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "n.json").write_text('{"routers": [], "links": [], "routers": []}')
    with pytest.raises(UsageFault, match="SUAN-U003"):
        network_in(str(tmp_path / "n.json"))
