"""A lab with its brain, forwarders and agents; the services of its users, and clients who ask for them."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from suanwang.lab import build, place
from tests.typed import Typed, suan

SUAN = Path(sys.executable).with_name("suan")
LAB = f"c{os.getpid()}"
APP = """
import http.server, os, socket
class Hello(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = (os.environ["WORD"] + " " + os.environ["SUAN_JOB"]).encode()
        self.send_response(200); self.send_header("content-length", str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *args): pass
class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
Server(("::", int(os.environ["PORT"])), Hello).serve_forever()
"""


class Country:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._brain: Typed | None = None
        (folder / "app.py").write_text(APP)

    def begin(self) -> None:
        self.suan("lab", "up", "three-sites", "--name", LAB)
        self._brain = Typed(self.folder, inside=(SUAN, "lab", "exec", "--lab", LAB, "brain", "--"))

    def end(self) -> None:
        if self._brain is not None:
            self._brain.close()
        if LAB in place.names():
            self.suan("lab", "down", LAB)

    def suan(self, *words: str) -> str:
        """Typed on the host."""
        return self._done(suan(), words, None)

    def asked(self, *words: str) -> str:
        """Typed on the brain's machine."""
        assert self._brain is not None
        return self._done(self._brain.words, words, build.environment(place.ROOT / LAB))

    def _done(self, typed: tuple[str, ...], words: tuple[str, ...], env: Mapping[str, str] | None) -> str:
        done = subprocess.run([*typed, *words], capture_output=True, text=True, timeout=150, cwd=self.folder, env=env)
        assert done.returncode == 0, done.stderr[-1500:] + done.stdout[-500:]
        return done.stdout

    def serve(self, name: str, *, word: str = "hello", **more: object) -> dict[str, Any]:
        lines = {"name": name, "run": "python3 app.py", "port": 8080, "files": ["app.py"], "every": "500ms", "drain": "3s",
                 "affinity": "2s", "env": {"WORD": word}, "needs": {"cpu": 0.1, "memory": "64MiB"}, **more}  # fmt: skip
        (self.folder / f"{name}.yaml").write_text(json.dumps(lines))
        return json.loads(self.asked("serve", f"{name}.yaml", "--wait", "40s", "--json"))

    def service(self, name: str) -> dict[str, Any]:
        return json.loads(self.asked("services", name, "--json"))

    def get(self, address: str, source: str = "home-1", limit_s: float = 3.0) -> str:
        """By a plain client in a network of users; "" if there was no answer."""
        typed = [SUAN, "lab", "exec", "--lab", LAB, source, "--", "curl", "-s", "-m", f"{limit_s}", f"http://[{address}]:8080/"]
        return subprocess.run(typed, capture_output=True, text=True, timeout=60).stdout

    def loop(self, address: str, source: str = "home-1") -> "Loop":
        return Loop(address, source, self.folder)


LOOP = """
import sys, time, urllib.request
address, source = sys.argv[1], sys.argv[2]
while True:
    began = time.time()
    try:
        said = urllib.request.urlopen(f"http://[{address}]:8080/", timeout=3).read().decode()
    except OSError as error:
        said = f"failed {error}"
    print(began, time.time() - began, said, flush=True)
    time.sleep(max(0, 0.02 - (time.time() - began)))
"""


class Loop:
    """A client that asks fifty times a second, each time anew; it has asked once when this is made."""

    def __init__(self, address: str, source: str, folder: Path) -> None:
        typed = [SUAN, "lab", "exec", "--lab", LAB, source, "--", sys.executable, "-c", LOOP, address, source]
        self.process = subprocess.Popen(typed, stdout=subprocess.PIPE, text=True)
        self.rows: list[tuple[float, float, str]] = []
        assert self.process.stdout is not None
        self._note(self.process.stdout.readline())
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._note(line)

    def _note(self, line: str) -> None:
        began, took, said = line.rstrip("\n").split(" ", 2)
        self.rows.append((float(began), float(took), said))

    def stop(self) -> list[tuple[float, float, str]]:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        return self.rows
