"""The list of commands, the way from a fault to an exit code, and nothing else: `suan --help` must be quick."""

import io
import os
import shlex
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import typer
from typer.completion import completion_init  # pyright: ignore[reportPrivateImportUsage]

from suanwang import __version__
from suanwang.api.catalogue import Words, language
from suanwang.api.cli import (
    apply,
    ask,
    audit,
    change,
    exits,
    grid,
    intents,
    lab,
    local,
    names,
    products,
    provide,
    read,
    reserve,
    run,
    serve,
    split,
    twin,
    why,
)
from suanwang.api.cli.door import Door
from suanwang.model import fault as faults

if TYPE_CHECKING:
    import httpx

    from suanwang.api.cli.traced import Command

UNTRACED = ((), ("up",), ("join",), ("completion",))
"""Commands that say nothing to a brain, or go on for ever and trace themselves."""
PROGRAMS = (".py", ".wasm", ".onnx")
"""What takes arguments of its own."""
COMPLETING = "_SUAN_COMPLETE"
"""Set by the shell when it asks for names."""

EXITS: tuple[tuple[type[faults.Fault], int], ...] = (
    (faults.UsageFault, exits.USAGE),
    (faults.AuthorityFault, exits.REFUSED),
    (faults.QuotaFault, exits.REFUSED),
    (faults.NotFoundFault, exits.NOT_FOUND),
    (faults.WireFault, exits.WIRE),
)
TIMED_OUT = "SUAN-W003"
BROKEN = "SUAN-U132"
"""A rehearsal found that something promised would be broken: a refusal, whatever its family."""

COMMANDS: tuple[tuple[str, Callable[..., object]], ...] = (
    ("up", provide.up),
    ("join", provide.join),
    ("leave", provide.leave),
    ("run", run.run),
    ("ask", ask.ask),
    ("intents", intents.intents),
    ("split", split.split),
    ("apply", apply.apply),
    ("serve", serve.serve),
    ("services", serve.services),
    ("withdraw", serve.withdraw),
    ("route", serve.route),
    ("links", serve.links),
    ("grid", grid.grid),
    ("ps", read.ps),
    ("logs", read.logs),
    ("fetch", read.fetch),
    ("cancel", change.cancel),
    ("reserve", reserve.reserve),
    ("reservations", reserve.reservations),
    ("why", why.why),
    ("nodes", read.nodes),
    ("top", read.top),
    ("bill", read.bill),
    ("account", read.account),
    ("grant", change.grant),
    ("token", change.token),
    ("audit key", audit.key),
    ("audit export", audit.export),
    ("audit verify", audit.verify),
    ("audit prove", audit.prove),
    ("audit witness", audit.witness),
    ("lab up", lab.up),
    ("lab down", lab.down),
    ("lab show", lab.show),
    ("lab exec", lab.inside),
    ("lab cut", lab.cut),
    ("lab mend", lab.mend),
    ("lab set", lab.change),
    ("lab list", lab.labs),
    ("twin try", twin.attempt),
    ("twin save", twin.save),
    ("twin replay", twin.replay),
    ("products list", products.listed),
    ("products measure", products.measure),
    ("meter", local.meter),
    ("doctor", local.doctor),
    ("completion", names.completion),
)


def main(
    argv: Sequence[str] | None = None,
    *,
    transport: "httpx.BaseTransport | None" = None,
    now: Callable[[], float] = time.time,
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Run one command and return its exit code. transport, now, pause: for tests."""
    typed = tuple(sys.argv[1:] if argv is None else argv)
    _any_letter(sys.stdout)
    _any_letter(sys.stderr)
    words = Words(language(os.environ))
    trace = _traced(typed, now)
    door = Door(words, typed, os.environ, sys.stdout, sys.stderr, now, pause, transport, trace)
    if COMPLETING in os.environ:
        completion_init()
    code = _run(door)
    if trace is not None:
        trace.close(code)
    return code


def _any_letter(stream: object) -> None:
    """A terminal that lacks a letter still shows the others. OSError: the stream leads elsewhere than when it was opened."""
    with suppress(OSError):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _traced(typed: tuple[str, ...], now: Callable[[], float]) -> "Command | None":
    """Where OpenTelemetry's variables ask for it; nothing of it is loaded otherwise."""
    if not any(name.startswith("OTEL_EXPORTER_OTLP_") for name in os.environ):
        return None
    from suanwang.api.cli.traced import Command
    from suanwang.api.tracing.begin import tracer

    made = tracer(os.environ, "suan", lambda _: None) if typed[:1] not in UNTRACED else None
    return Command(made, f"suan {typed[0]}", now) if made else None


def _run(door: Door) -> int:
    """The exit code."""
    words, typed = door.words, door.typed
    try:
        code = _carried_out(_commands(words), list(typed) or ["--help"], door)
        sys.stdout.flush()
        return code if isinstance(code, int) else exits.DONE
    except typer.Exit as left:
        return left.exit_code
    except (KeyboardInterrupt, typer.Abort):
        door.say(words("problem.interrupted"))
        return exits.INTERRUPTED
    except BrokenPipeError:
        for stream in (sys.stdout, sys.stderr):  # the reader left; say nothing at exit either
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return exits.DONE
    except Exception as problem:
        fault = _as_fault(problem, door)
        if fault is None:
            raise
        return report(door, fault)


def _carried_out(command: Any, args: list[str], door: Door) -> object:
    """Not by its own main(), which makes of Ctrl-C, of a reader that left and of a file that is cut short an exit code."""
    if COMPLETING in os.environ:
        return command.main(args=args, prog_name="suan", standalone_mode=False, obj=door)
    with command.make_context("suan", args, obj=door) as context:
        return command.invoke(context)


def report(door: Door, fault: faults.Fault) -> int:
    """Print the four parts of an error; returns the exit code."""
    from suanwang.api.render.problem import fault_text

    door.err.write(fault_text(door.words, fault))
    return exit_code(fault)


def exit_code(fault: faults.Fault) -> int:
    """By what went wrong: the code where it says more than the kind, else the kind."""
    if fault.code == TIMED_OUT:
        return exits.TIME
    if fault.code == BROKEN:
        return exits.REFUSED
    if fault.code.startswith("SUAN-P"):
        return exits.NO_PLACE
    return next((code for kind, code in EXITS if isinstance(fault, kind)), exits.FAILED)


def _as_fault(problem: Exception, door: Door) -> faults.Fault | None:
    """Ours as it is; what the parser of flags says (it has a message of its own) as a usage fault; anything else is a bug."""
    if isinstance(problem, faults.Fault):
        return problem
    message = getattr(problem, "format_message", None)
    if message is None:
        return None
    from suanwang.api.whys import why

    return faults.UsageFault("SUAN-U024", why(door.words, "parser", str(message())), _help_of(problem, door.typed))


def _help_of(problem: Exception, typed: tuple[str, ...]) -> str:
    """The page that tells the flags; for a flag that stands behind a program, that it is the program's."""
    context, flag = getattr(problem, "ctx", None), getattr(problem, "option_name", "")
    at = next((at for at, word in enumerate(typed) if flag and word.partition("=")[0] == flag), 0)
    if typed[:1] == ("run",) and any(word.partition(":")[0].endswith(PROGRAMS) for word in typed[1:at]):
        return f"suan {shlex.join((*typed[:at], '--', *typed[at:]))}"
    return f"{context.command_path} --help" if context is not None else "suan --help"


def _commands(words: Words) -> Any:
    app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)
    app.callback()(_version)
    groups: dict[str, typer.Typer] = {"": app}
    for name, function in COMMANDS:
        group, _, own = name.rpartition(" ")
        if group not in groups:
            app.add_typer(groups.setdefault(group, typer.Typer()), name=group)
        groups[group].command(own)(function)
    command: Any = typer.main.get_command(app)
    _put_words(command, words, "suan")
    for name, sub in command.commands.items():
        _put_words(sub, words, name)
        for own, below in getattr(sub, "commands", {}).items():
            _put_words(below, words, f"{name}.{own}")
    return command


def _put_words(command: Any, words: Words, name: str) -> None:
    """Help texts come from the catalogue, so that they are there in both languages."""
    command.help = words(f"help.{name}")
    command.short_help = command.help.partition("\n")[0]
    for param in command.params:
        if param.param_type_name == "option" and param.name != "help":
            own = f"flag.{name}.{param.name}"
            param.help = words.get(own, "") or words(f"flag.{param.name}")


def _say_version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"suan {__version__}\n")
        raise typer.Exit()


def _version(version: bool = typer.Option(False, "--version", is_eager=True, callback=_say_version)) -> None:
    """What may stand before any command."""
