"""What several folders of tests start: a PostgreSQL server of their own, from the machine's packages.

A brain in a test's own process whose loop ends by a bug ends its process, as it should; here that fails the test, by name.

Properties are tried on the same examples each time, so that what passed on one machine passes on the next; SUAN_EXPLORE=1
draws others.
"""

import gc
import logging
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Generator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "same", derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)  # machines are busy
settings.register_profile("explore", database=None)
settings.load_profile("explore" if os.environ.get("SUAN_EXPLORE") else "same")


OPEN_MAX = 200
"""Files that this process may have open between two modules."""


@pytest.fixture(scope="module", autouse=True)
def nothing_stays_open() -> Generator[None]:
    """What tests left in circles is closed: thousands of files stay open otherwise, more than some machines allow."""
    yield
    if len(os.listdir("/proc/self/fd")) > OPEN_MAX:  # to look each time would take minutes in all
        gc.collect()


class Bugs(logging.Handler):
    """Loops of brains that ended in this process. A brain notes it in the log, then sends SIGTERM; a signal for which nothing
    is noted is somebody's who wants this process to end."""

    def __init__(self) -> None:
        super().__init__(logging.CRITICAL)
        self.found: list[str] = []
        self.within = False

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg == "the brain's loop ended":
            self.found.append(logging.Formatter().formatException(record.exc_info) if record.exc_info else "it just ended")

    def told(self, number: int, _: object) -> None:
        """The signal. Between tests it waits for the next one, which then fails: who can say whose brain it was?"""
        if not self.found:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        elif self.within:
            self._fail()

    def watched(self) -> Generator[None]:
        """Around a phase of a test. The failure may be caught by whatever runs then, so it is looked at again behind it."""
        self.within = True
        try:
            yield
        finally:
            self.within = False
            if self.found:
                try:
                    self._fail()
                finally:
                    self.found.clear()

    def _fail(self) -> None:
        pytest.fail("the brain's loop ended:\n" + "\n".join(self.found), pytrace=False)


BUGS = Bugs()


def pytest_configure() -> None:
    logging.getLogger().addHandler(BUGS)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, BUGS.told)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None]:
    yield from BUGS.watched()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None]:
    yield from BUGS.watched()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None]:
    yield from BUGS.watched()


class Server:
    """A PostgreSQL server in a folder, reached by a socket there; run as the user postgres where we are root."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder, self._programs = folder, programs
        self._names = count(1)

    def make(self) -> None:
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-N", "-A", "trust", "-U", "postgres", "-D", str(self.folder / "data"))
        self.start()

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses= -c fsync=off"
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "-o", options, "-w", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def database(self) -> str:
        """The URL of a new database."""
        name = f"t{next(self._names)}"
        self._run("createdb", "-h", str(self.folder), "-U", "postgres", name)
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def _run(self, program: str, *arguments: str) -> None:
        who = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*who, str(self._programs / program), *arguments]
        with (Path(tempfile.gettempdir()) / f"{self.folder.name}.out").open("w+") as out:  # a server keeps its output open
            done = subprocess.run(command, stdout=out, stderr=out, cwd="/", timeout=60)
            out.seek(0)
            assert done.returncode == 0, f"{program}: {out.read()}"


@pytest.fixture(scope="session")
def postgres() -> Generator[Server]:
    """A running server; tests make themselves a database in it."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        pytest.skip("no PostgreSQL here: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="suan-pg-"))
    server = Server(folder, programs[-1])
    try:
        server.make()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_suffix(".out").unlink(missing_ok=True)


@pytest.fixture
def database(postgres: Server) -> Callable[[], str]:
    """Makes the URL of a new database."""
    return postgres.database
