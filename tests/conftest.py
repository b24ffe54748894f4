"""What several folders of tests start: a PostgreSQL server of their own, from the machine's packages.

Properties are tried on the same examples each time, so that what passed on one machine passes on the next; SUAN_EXPLORE=1
draws others.
"""

import gc
import os
import shutil
import subprocess
import tempfile
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
