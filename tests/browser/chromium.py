"""A headless Chromium that is driven over a pair of pipes: the Chrome DevTools Protocol, each message ended by a zero byte."""

import base64
import fcntl
import itertools
import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

PROGRAM = next((p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), "")
_FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--window-size=1280,900",
          "--enable-unsafe-swiftshader", "--use-angle=swiftshader", "--remote-debugging-pipe")  # fmt: skip


_KEYS = {"Tab": 9, "Enter": 13, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
"""What a key is called in numbers, as old programs ask."""


class Chromium:
    """One browser with one page. errors: what its console said in red; asked: every URL that the page asked for."""

    def __init__(self, folder: Path, *more: str) -> None:
        (self._in, out), (told, self._out) = [_high(os.pipe()) for _ in range(2)]
        self._numbers, self._kept = itertools.count(1), b""
        self.errors: list[str] = []
        self.asked: list[str] = []

        def ends() -> None:
            os.dup2(told, 3)
            os.dup2(out, 4)

        command = (PROGRAM, *_FLAGS, *more, f"--user-data-dir={folder}", "about:blank")
        self._process = subprocess.Popen(command, preexec_fn=ends, pass_fds=(3, 4), stderr=subprocess.DEVNULL)
        os.close(out)
        os.close(told)
        self._session = ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Runtime", "Network", "Log", "Page"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: object) -> dict[str, Any]:
        """Ask the browser and wait for the answer; what happens meanwhile is noted."""
        number = next(self._numbers)
        session = {"sessionId": self._session} if self._session else {}
        os.write(self._out, json.dumps({"id": number, "method": method, "params": params, **session}).encode() + b"\0")
        end = time.monotonic() + 60
        while (message := self._next(end)).get("id") != number:
            self._note(message)
        assert "error" not in message, f"{method}: {message['error']}"
        return message["result"]

    def open(self, url: str) -> None:
        self.call("Page.navigate", url=url)

    def value(self, expression: str) -> Any:
        """What a JavaScript expression is on the page now."""
        ask = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        try:
            return self.call("Runtime.evaluate", **ask)["result"].get("value")
        except AssertionError as problem:
            if "navigated or closed" in str(problem) or "context" in str(problem):  # the page is just becoming another
                return None
            raise

    def until(self, expression: str, limit_s: float = 20.0) -> None:
        """Wait until it is true."""
        end = time.monotonic() + limit_s
        while not self.value(f"Boolean({expression})"):
            assert time.monotonic() < end, f"never true: {expression}\n{self.errors}\n{self.value('document.body.innerText')}"
            time.sleep(0.05)

    def reads(self, text: str) -> None:
        """The page shows this text, soon."""
        self.until(f"document.body.innerText.includes({json.dumps(text)})")

    def click(self, selector: str, text: str = "") -> None:
        """Press the mouse on the first element there that has this text: where it is, as a person does."""
        all_of = f"[...document.querySelectorAll({json.dumps(selector)})]"
        found = f"{all_of}.find(e => e.textContent.trim().includes({json.dumps(text)}))"
        self.until(found)
        shown = f"const e = {found}; e.scrollIntoView({{block: 'center'}}); const b = e.getBoundingClientRect();"
        at = self.value(f"(() => {{ {shown} return [b.x + b.width / 2, b.y + b.height / 2]; }})()")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=at[0], y=at[1], button="left", clickCount=1)

    def types(self, text: str) -> None:
        """Into what has the focus."""
        self.call("Input.insertText", text=text)

    def presses(self, key: str) -> None:
        typed = {"text": "\r"} if key == "Enter" else {}  # without it, no button is pressed
        for kind, more in (("keyDown", typed), ("keyUp", {})):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=_KEYS[key], **more)

    def size(self, wide: int, high: int = 900) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=wide, height=high, deviceScaleFactor=1, mobile=False)

    def violations(self, axe: str) -> list[str]:
        """What axe-core, whose source this is, finds wrong on the page: rule, and the first element."""
        if not self.value("'axe' in window"):
            self.value(f"{axe}; true")
        found = self.value(
            "axe.run(document, {preload: false}).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"
        )
        return [f"{rule}: {'; '.join(nodes)[:400]}" for rule, nodes in found or []]

    def shot(self, file: Path) -> None:
        file.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        os.close(self._in)
        os.close(self._out)

    def _next(self, end: float) -> dict[str, Any]:
        waiting = select.poll()  # select() knows no descriptor above 1023
        waiting.register(self._in, select.POLLIN)
        while b"\0" not in self._kept:
            ready = waiting.poll(1000 * max(0.0, end - time.monotonic()))
            assert ready, "the browser does not answer"
            read = os.read(self._in, 1 << 20)
            assert read, "the browser went away"
            self._kept += read
        message, _, self._kept = self._kept.partition(b"\0")
        return json.loads(message)

    def _note(self, message: dict[str, Any]) -> None:
        params = message.get("params", {})
        match message.get("method"):
            case "Runtime.exceptionThrown":
                self.errors.append(str(params["exceptionDetails"].get("exception", params["exceptionDetails"])))
            case "Runtime.consoleAPICalled" if params["type"] == "error":
                self.errors.append(str(params["args"]))
            case "Log.entryAdded" if params["entry"]["level"] == "error":
                self.errors.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")
            case "Network.requestWillBeSent":
                self.asked.append(params["request"]["url"])
            case _:
                pass


def _high(ends: tuple[int, int]) -> tuple[int, int]:
    """The same pipe under numbers that 3 and 4 are not among."""
    moved = (fcntl.fcntl(ends[0], fcntl.F_DUPFD_CLOEXEC, 10), fcntl.fcntl(ends[1], fcntl.F_DUPFD_CLOEXEC, 10))
    for end in ends:
        os.close(end)
    return moved
