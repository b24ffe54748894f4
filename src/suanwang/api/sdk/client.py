"""The network in a few calls: `plan = client.plan(...)`, `job = plan.submit()`, `for line in job.logs()`; each also with
`.aio`.

What is asked for is written as on the command line and goes the same way, so the two cannot differ. Errors are Faults with a
code, the reason in numbers, and what to do.
"""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from suanwang.api.catalogue import Words, language
from suanwang.api.cli.package import package, package_document
from suanwang.api.client import Client as Wire
from suanwang.api.config import load_config
from suanwang.api.render.jobs import jobs_page
from suanwang.api.render.nodes import nodes_page
from suanwang.api.sdk.ask import Asked, asked
from suanwang.api.sdk.both import both
from suanwang.api.sdk.flags import flags
from suanwang.api.sdk.html import html
from suanwang.api.sdk.jobs import PlacementFault, Planned, RunningJob, planned
from suanwang.api.sdk.spoken import spoken
from suanwang.drivers.chat import ModelAt
from suanwang.drivers.meet import meet

__all__ = ["Client", "Listed", "PlacementFault", "Planned", "RunningJob"]


class Listed(tuple[Any, ...]):
    """Items, and the table of them in a notebook."""

    def __new__(cls, items: tuple[Any, ...], shown: str) -> "Listed":
        made = super().__new__(cls, items)
        made._shown = shown
        return made

    _shown: str

    def _repr_html_(self) -> str:
        return self._shown


class Client:
    """The brain at `url`, or the one of the client configuration that `suan up` wrote (environment: SUAN_URL, SUAN_TOKEN)."""

    def __init__(self, url: str = "", token: str = "", *, wire: Wire | None = None, lang: str = "") -> None:
        self.words = Words(lang or language(os.environ))
        with spoken(self.words):
            self._wire = wire or _connected(url, token)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections; so does the end of `with Client() as client:`."""
        self._wire.close()

    @property
    def wire(self) -> Wire:
        """Every call of the API, one method each."""
        return self._wire

    @both
    def plan(self, target: str = "", *command: str, **wanted: Any) -> Planned:
        """What would be decided now. Nothing is sent or started.

        target: a job file, x.py, x.py:function or x.wasm; or none and a command. wanted: as the flags of `suan run`:
        near="shenzhen", within="20ms", budget=5, over="in/*.csv", file=["a.txt"], ... UsageFault: it cannot be read.
        """
        return planned(self, package(flags(target, command, wanted)))

    @both
    def plan_of(self, document: Mapping[str, object], folder: str = ".") -> Planned:
        """The same for a document, as a job file holds one. folder: where names of files start."""
        return planned(self, package_document(document, Path(folder)))

    @both
    def ask(self, sentence: str, *files: str, model: ModelAt | bool = False, products: str = "") -> Asked:
        """What a sentence in Chinese or English is taken to mean, as `suan ask`. Nothing is sent or started.

        files: that it speaks of. products: a folder of products instead of those that are shipped. model: a language model of
        your own that may say unknown words otherwise, or True for that of SUAN_MODEL_URL and SUAN_MODEL; what it makes of them
        is in `helped`, and counts after `meant()`. WireFault SUAN-W050: it gave no answer that can be read.
        """
        return asked(self, sentence, files, model, products)

    @both
    def run(self, target: str = "", *command: str, **wanted: Any) -> RunningJob:
        """Plan and submit. PlacementFault: no node can take it."""
        return planned(self, package(flags(target, command, wanted))).submit()

    @both
    def job(self, name: str) -> RunningJob:
        """A job by id, unique beginning of an id, or name."""
        return RunningJob(self, self._wire.job(name))

    @both
    def jobs(self, limit: int = 100) -> Listed:
        """The newest jobs."""
        items = self._wire.jobs(limit=limit).items
        return Listed(items, html(jobs_page(self.words, items, time.time())))

    @both
    def nodes(self) -> Listed:
        """The nodes, with their live state."""
        items = self._wire.nodes().items
        return Listed(items, html(nodes_page(self.words, items)))


def _connected(url: str, token: str) -> Wire:
    own = {"SUAN_URL": url, "SUAN_TOKEN": token}
    config = load_config({**os.environ, **{name: value for name, value in own.items() if value}})
    peer = config.peer
    if config.token and not peer.ca:
        peer = meet(config.url, config.token)
    return Wire(config.url, config.token, peer)
