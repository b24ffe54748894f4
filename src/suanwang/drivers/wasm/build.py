"""Build and compile the Python component, as a program of its own: `python -m suanwang.drivers.wasm.build CACHE`.

It needs half a gigabyte for half a minute, which must not stay with the agent.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from wasmtime.component import Component

from suanwang.drivers.wasm import cache as caches
from suanwang.drivers.wasm import component, engine

COMPONENTIZE = "import sys; from componentize_py import script; sys.exit(script())"


def componentize(target: Path) -> None:
    """Freeze the guest, after its imports, into a component."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".build-") as name:
        place = Path(name)
        guest, nothing = place / "guest", place / "nothing"
        guest.mkdir()
        (nothing / "lib").mkdir(parents=True)
        for file in component.GUEST_FILES:  # a copy: the builder writes byte code beside the sources
            shutil.copyfile(component.GUEST / file, guest / file)
        argv = [sys.executable, "-c", COMPONENTIZE, "-q", "-d", str(guest / "world.wit"), "-w", "pyrun", "componentize", "app"]
        # An empty VIRTUAL_ENV keeps the packages installed on this machine out of the component.
        environment = {**os.environ, "VIRTUAL_ENV": str(nothing)}
        subprocess.run([*argv, "-p", str(guest), "-o", str(place / "out.wasm")], env=environment, check=True, cwd=place)
        caches.put(target, (place / "out.wasm").read_bytes())


def main(cache: Path) -> None:
    target = component.component_path(caches.trusted(cache))
    if not target.exists():
        componentize(target)
    compiled = component.compiled_path(cache)
    assert compiled is not None
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the compiler would hear of it when it is done
    caches.put(compiled, Component(engine.build(parallel=True), target.read_bytes()).serialize())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
