"""One run of a guest: its surroundings (arguments, environment, its folder as "/"), its bounds, and how it truly ended."""

import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from wasmtime import Engine, ExitTrap, Store, Trap, TrapCode, WasiConfig, WasmtimeError

from suanwang.drivers.wasm.flight import Halted, sliced
from suanwang.drivers.wasm.guests import DONE, CoreGuest, Ending, Guest, PythonGuest
from suanwang.drivers.wasm.modules import Invalid, Modules
from suanwang.drivers.wasm.stopper import Stopper
from suanwang.drivers.wasm.wire import Ended, Task
from suanwang.model.quantity import show_bytes

TABLE_ELEMENTS_MAX = 1_000_000
NEAR_LIMIT_BYTES = 1024 * 1024
"""A guest that gave up with less than this left of its memory is taken to have run out of it."""
WALK_FILES_MAX = 10_000
OWN_BYTES_MAX = 1 << 30
"""Memory of the worker besides the guest's: mostly what compiling a large module takes."""


class Executor:
    """Runs tasks on one engine, one at a time."""

    def __init__(self, engine: Engine, modules: Modules, stopper: Stopper) -> None:
        self._engine = engine
        self._stopper = stopper
        self._guests: dict[str, Guest] = {"wasm": CoreGuest(engine, modules), "python": PythonGuest(engine)}
        self._task: Task | None = None
        self._store: Store | None = None
        self._began = (0.0, 0.0, 0.0)

    def run(self, task: Task) -> Ended:
        """Run to the end, whatever that is; every bound of the task holds. cpu_s leaves out compiling."""
        self._stopper.begin(task.number, task.wall_s_max)
        _limit(resource.RLIMIT_DATA, task.memory_bytes_max + OWN_BYTES_MAX)
        with closing(Store(self._engine)) as store:
            store.set_fuel(task.fuel_max)
            sliced(store)
            store.set_limits(memory_size=task.memory_bytes_max, table_elements=TABLE_ELEMENTS_MAX)
            self._task, self._store, self._began = task, store, (time.time(), time.monotonic(), time.process_time())
            guest = self._guests[task.kind]
            ending = self._end(guest, task, store)
            answer = self._answer(_judged(ending, task, self._stopper.end(), self._began[0]), guest.memory_bytes(store))
            self._store = None
        return answer

    def last_words(self) -> Ended | None:
        """From the other thread, about a guest lost in a call to the system: its ending and its fuel, which stands still."""
        if self._task is None or self._store is None:
            return None
        ending = _judged(("failed", "", -1, ""), self._task, self._stopper.reason, self._began[0])
        return self._answer(ending, 0, last=True)

    def _answer(self, ending: Ending, peak: int, last: bool = False) -> Ended:
        assert self._task is not None and self._store is not None
        cpu, (state, code, exit_code, note) = time.process_time(), ending
        return Ended(
            number=self._task.number,
            state=state,
            code=code,
            exit_code=exit_code,
            fuel=self._task.fuel_max - self._store.get_fuel(),
            cpu_s=cpu - self._began[2],
            wall_s=time.monotonic() - self._began[1],
            memory_peak_bytes=peak,
            note=note,
            process_cpu_s=cpu,
            last=last,
        )

    def _end(self, guest: Guest, task: Task, store: Store) -> Ending:
        @contextmanager
        def bounds() -> Iterator[Callable[[], bool]]:
            store.set_wasi(_surroundings(task))
            self._stopper.arm(store)
            if self._stopper.halted():  # while it was compiled
                raise Halted
            self._began = (*self._began[:2], time.process_time())
            with _file_limit(task.output_bytes_max):
                yield self._stopper.halted

        try:
            return guest.run(task, store, bounds)
        except Invalid as error:
            return "failed", "invalid", -1, f"{os.path.basename(task.file)}: {error}"
        except Halted:
            return "failed", "", -1, ""
        except ExitTrap as leaving:
            return ("failed", "exit", leaving.code, "") if leaving.code else DONE
        except (Trap, WasmtimeError) as error:
            return _trapped(error, guest.memory_bytes(store), task.memory_bytes_max)


def _surroundings(task: Task) -> WasiConfig:
    """WASI as the guest sees it: no input, no sockets, no file but those of its folder."""
    wasi = WasiConfig()
    wasi.argv = list(task.argv)
    wasi.env = list(task.env)
    wasi.stdout_file = task.stdout
    wasi.stderr_file = task.stderr
    wasi.preopen_dir(task.folder, "/")
    if task.kind == "wasm":  # C and Rust programs look relative paths up under "."
        wasi.preopen_dir(task.folder, ".")
    return wasi


@contextmanager
def _file_limit(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes (the signal is ignored, so the write fails with EFBIG)."""
    _limit(resource.RLIMIT_FSIZE, size)
    try:
        yield
    finally:
        _limit(resource.RLIMIT_FSIZE, None)


def _limit(what: int, size: int | None) -> None:
    """Set this process's soft limit, within the hard one; None lifts it as far as that goes."""
    hard = resource.getrlimit(what)[1]
    inside = size is not None and (hard == resource.RLIM_INFINITY or size < hard)
    resource.setrlimit(what, (size if inside and size is not None else hard, hard))


def _trapped(error: Exception, memory_bytes: int, memory_bytes_max: int) -> Ending:
    """What a trap means. A component's traps come without a code, so their text is read; no guest chooses that text."""
    text = str(error)
    code = error.trap_code if isinstance(error, Trap) else None
    if code is TrapCode.OUT_OF_FUEL or (code is None and "all fuel consumed" in text):
        return "failed", "fuel", -1, "out of fuel"
    if "exceeds memory limits" in text:
        return "failed", "memory", -1, f"it needs more memory at its start than the {show_bytes(memory_bytes_max)} it may use"
    why = text.strip().splitlines()[-1].strip().removeprefix("wasm trap: ")
    if "unreachable" in why and memory_bytes_max - memory_bytes < NEAR_LIMIT_BYTES:
        used, most = show_bytes(memory_bytes), show_bytes(memory_bytes_max)
        return "failed", "memory", -1, f"gave up with {used} of {most} of memory in use"
    return "failed", "exit", -1, why


def _judged(ending: Ending, task: Task, stopped: str, began_at: float) -> Ending:
    """The ending in the light of what else is known: why it was stopped, and whether an output file is full."""
    state, code, exit_code, _ = ending
    if stopped and state == "failed" and exit_code == -1 and code in ("", "exit"):
        if stopped == "cancelled":
            return "cancelled", "cancelled", -1, ""
        return "failed", "time", -1, f"stopped after {task.wall_s_max:g} s"
    full = _full_file(task, began_at, everywhere=code in ("exit", "output"))
    if full and code in ("", "exit", "output"):
        return "failed", "output", exit_code, f"{full} reached the limit of {show_bytes(task.output_bytes_max)}"
    return ending


def _full_file(task: Task, began_at: float, everywhere: bool) -> str:
    """Name of an output that has reached the limit, or "". everywhere: look at the files of the folder too, of which those
    that were given may be larger."""
    for name, path in (("stdout", task.stdout), ("stderr", task.stderr)):
        if os.path.exists(path) and os.stat(path).st_size >= task.output_bytes_max:
            return name
    seen = 0
    for place, _, names in os.walk(task.folder) if everywhere else ():
        for name in names:
            facts = os.lstat(os.path.join(place, name))
            if facts.st_size == task.output_bytes_max and facts.st_mtime >= began_at - 1.0:
                return name
        seen += len(names)
        if seen > WALK_FILES_MAX:
            break
    return ""
