"""What a command may touch: where it prints, which brain it talks to, in which language, at what time.

stdout is data, stderr is talk. Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO, cast

from suanwang.api.catalogue import Words

if TYPE_CHECKING:
    import httpx

    from suanwang.api.cli.traced import Command
    from suanwang.api.client import Client
    from suanwang.api.render.table import Page, Table
    from suanwang.api.talk import Talk


@dataclass(frozen=True)
class Door:
    """typed: the command line after `suan`. transport: instead of the network, for tests. now: seconds since 1970.
    trace: of this command, None where nobody traces it."""

    words: Words
    typed: tuple[str, ...]
    environ: Mapping[str, str]
    out: TextIO
    err: TextIO
    now: Callable[[], float]
    pause: Callable[[float], None]
    transport: httpx.BaseTransport | None = None
    trace: Command | None = None

    def client(self) -> Client:
        """The brain of the client configuration."""
        cast("dict[str, object]", sys.modules).setdefault("httpx._main", None)  # its own command line, 0.3 s to import
        from suanwang.api.client import Client
        from suanwang.api.config import load_config

        config = load_config(self.environ)
        peer = config.peer
        if config.token and not (peer.ca or self.transport):
            from suanwang.drivers.meet import meet

            peer = meet(config.url, config.token)
        hooks = self.trace.hooks if self.trace else None
        return Client(config.url, config.token, peer, transport=self.transport, pause=self.pause, hooks=hooks)

    def span(self, name: str) -> AbstractContextManager[None]:
        """What is done within is told to whoever traces this command."""
        return self.trace.span(name) if self.trace else nullcontext()

    def say(self, line: str) -> None:
        """Talk: one line to stderr."""
        from suanwang.api.render.table import clean

        self.err.write(clean(line) + "\n")
        self.err.flush()

    def show(self, page: Page) -> None:
        """Data for people: lines, and tables that fit the terminal, or are plainly aligned when there is none."""
        from suanwang.api.render.table import clean

        for part in page:
            if isinstance(part, str):
                self.out.write(clean(part) + "\n")
            else:
                self._table(part)

    def dry(self, dry_run: bool) -> Page:
        """What stands below the page of a dry run."""
        return (self.words("run.dry"),) if dry_run else ()

    def json(self, noun: object) -> None:
        """Data for programs: the API's own object."""
        import msgspec

        self.out.write(msgspec.json.format(msgspec.json.encode(noun), indent=2).decode() + "\n")

    def answer(self, noun: object, page: Callable[[], Page], json: bool) -> None:
        """The same thing for programs or for people."""
        self.json(noun) if json else self.show(page())

    def data(self, part: bytes) -> None:
        """Bytes as they are."""
        if hasattr(self.out, "buffer"):
            self.out.flush()
            self.out.buffer.write(part)
            self.out.buffer.flush()
        else:
            self.out.write(part.decode(errors="replace"))

    @property
    def live(self) -> bool:
        """Whether stderr is a terminal that a line may be redrawn on."""
        from suanwang.api.talk import redrawn

        return redrawn(self.err, self.environ)

    def talk(self) -> Talk:
        """For what takes long on this machine."""
        from suanwang.api.talk import Talk

        return Talk(self.words, self.err, self.live)

    def _table(self, shown: Table) -> None:
        from suanwang.api.render.table import plain

        if not self.out.isatty() or self.environ.get("NO_COLOR"):
            self.out.write(plain(shown))
            return
        from suanwang.api.cli.terminal import draw

        draw(shown, self.out)
