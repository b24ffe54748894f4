"""`--detach`: a brain or a node as a process of its own, waited for until it is there. Nothing of theirs is loaded here."""

from pathlib import Path

import msgspec

from suanwang.api.lending import check_lent
from suanwang.api.options import JoinOptions, NodeOptions, UpOptions
from suanwang.api.process import awaited, background, in_use
from suanwang.api.talk import Talk, here


def brain(options: UpOptions) -> None:
    """Start a brain, and its first node if it is to have one. Fault SUAN-B010 if it does not start."""
    folder, talk = Path(options.folder).resolve(), here(options.lang)
    if options.with_node:
        check_lent(options.node)
    options = with_node_there(options, folder, talk)
    ready, node, log = folder / "brain" / "ready", folder / "node" / "ready", folder / "brain.log"
    if options.with_node:
        node.unlink(missing_ok=True)
    with talk.waiting("wait.started"):
        background(options, log, ready, talk.line)
    talk("up.detached", folder=folder, pid=ready.read_text().strip())
    if options.with_node:  # so that what is typed next finds it
        with talk.waiting("wait.first_node"):
            awaited(node, log, lambda: not ready.exists(), talk.line)


def node(options: JoinOptions) -> None:
    """Start an agent. options: with a URL unless the folder knows it (credentials.completed). Fault SUAN-B010."""
    folder, talk = Path(options.folder).resolve(), here(options.lang)
    check_lent(options.node)
    with talk.waiting("wait.node"):
        background(options, folder / "node.log", folder / "node" / "ready", talk.line)
    talk("join.detached", folder=folder, dir=options.folder)


def with_node_there(options: UpOptions, folder: Path, talk: Talk) -> UpOptions:
    """An agent outlives a brain that was killed, and goes on with the next one: none is started beside it."""
    if not (options.with_node and in_use(folder / "node")):
        return options
    if options.node != NodeOptions() and not in_use(folder / "brain"):
        talk("up.node_goes_on", folder=folder, dir=options.folder)
    return msgspec.structs.replace(options, with_node=False)
