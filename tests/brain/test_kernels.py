"""What plans need is compiled beside the brain, before anybody needs it; and it is all that they need."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from suanwang.brain import kernels
from suanwang.brain.kernels import Kernels

ALL = """
import sys
from numba.core.dispatcher import Dispatcher
from suanwang.brain import solve
from suanwang.model.graph import Graph, GraphFile, GraphTask
from suanwang.model.graph_plan import Host
from suanwang.model.network import Link, Network, Router
from suanwang.place.graph.again import Begun, held
from suanwang.place.graph.columns import case
from suanwang.place.graph.plan import schedule

def compiled():
    modules = [m for name, m in sys.modules.items() if name.startswith("suanwang.")]
    return {(m.__name__, name): len(f.signatures) for m in modules for name, f in vars(m).items() if isinstance(f, Dispatcher)}

solve.warm()
before = compiled()
tasks = (GraphTask(name="a", work_s=3.0, reads=("g",), writes=("x", "y")),
         GraphTask(name="b", work_s=2.0, cores=2, reads=("x",)),
         GraphTask(name="c", work_s=1.0, reads=("y",), after=("b",)), GraphTask(name="d", work_s=1.0))
graph = Graph(name="g", tasks=tasks, files=tuple(GraphFile(name=n, size_bytes=10**6) for n in "gxy"))
network = Network(routers=tuple(Router(number=n, name=str(n)) for n in (1, 2, 3)),
                  links=tuple(Link(a=1, b=n, latency_ms=2.0, rate_mbit=10.0) for n in (2, 3)))
told = case(graph, tuple(Host(name=str(n), router=n, cores=2, speed=n / 2) for n in (1, 2, 3)), network, 1)
plan = schedule(told, steps=50)
known, fixed = held(told, [Begun(task="a", host="2", start_s=0.0, took_s=1.0)], 1.0)
schedule(known, steps=50, fixed=fixed)
schedule(known, steps=50, fixed=fixed, before=plan)
print(sum(before.values()), {name: n for name, n in compiled().items() if n != before[name]})
"""


def test_real_plans_need_nothing_more_than_what_is_compiled_ahead() -> None:
    done = subprocess.run([sys.executable, "-c", ALL], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    count, more = done.stdout.split(maxsplit=1)
    assert int(count) > 5 and more.strip() == "{}"


class Told:
    """What is entered for as long as kernels are made."""

    def __init__(self) -> None:
        self.said = list[str]()

    @contextlib.contextmanager
    def __call__(self) -> Generator[None]:
        self.said.append("begun")
        yield
        self.said.append("over")


def test_whoever_comes_meanwhile_waits_and_the_second_time_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, let = list[int](), asyncio.Event()

    async def slowly(nice: int) -> None:
        await let.wait()
        made.append(nice)

    async def scene() -> None:
        monkeypatch.setattr(kernels, "_compiled", slowly)
        one, told = Kernels(), Told()
        assert not one.preparing
        making = asyncio.create_task(one.make(tmp_path / "cache", told))
        waiting = asyncio.create_task(one.ready())
        await asyncio.wait((waiting,), timeout=0.2)
        assert one.preparing and not waiting.done() and told.said == ["begun"]  # that somebody waits made it begin at once
        let.set()
        await asyncio.gather(making, waiting)
        assert (made, one.preparing, told.said) == ([0], False, ["begun", "over"])
        await Kernels().make(tmp_path / "cache", told)
        assert (made, len(told.said)) == ([0], 2)

    asyncio.run(scene())


def test_where_it_cannot_be_made_ahead_nobody_waits_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        monkeypatch.setattr(kernels.sys, "executable", "/bin/false")
        one = Kernels()
        making = asyncio.create_task(one.make(tmp_path, Told()))
        await one.ready()
        with pytest.raises(OSError, match="status 1"):
            await making
        assert not one.preparing and not list(tmp_path.iterdir())

    asyncio.run(scene())
