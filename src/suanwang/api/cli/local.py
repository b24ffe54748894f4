"""The commands about this machine, without a brain: what works here, and how fast it is."""

from typing import TYPE_CHECKING, Annotated

import typer

from suanwang.api.cli.door import Door
from suanwang.api.cli.flags import Json

if TYPE_CHECKING:
    from suanwang.drivers.meter.report import MeterReport


def doctor(ctx: typer.Context, json: Json = False) -> None:
    from suanwang.api.process import cache_folder
    from suanwang.api.render.machine import doctor_page
    from suanwang.drivers.doctor import checks

    door: Door = ctx.obj
    found = checks(cache_folder())
    door.answer(found, lambda: doctor_page(door.words, found), json)


def meter(ctx: typer.Context, full: Annotated[bool, typer.Option("--full")] = False, json: Json = False) -> None:
    from suanwang.api.render.machine import meter_page

    door: Door = ctx.obj
    door.say(door.words("meter.measuring"))
    report = measured_now(door, full)
    door.answer(report, lambda: meter_page(door.words, report), json)


def measured_now(door: Door, full: bool) -> "MeterReport":
    """Measure now; a full report is kept, and nodes of this machine publish it."""
    import asyncio
    import tempfile
    from pathlib import Path

    from suanwang.api.process import cache_folder
    from suanwang.drivers.meter.machine import machine_key
    from suanwang.drivers.meter.measure import measure
    from suanwang.drivers.meter.report import save
    from suanwang.drivers.meter.tasks import task_starts
    from suanwang.drivers.wasm.runtime import WasmRuntime

    talk = door.talk()

    async def take() -> "MeterReport":
        wasm = WasmRuntime(cache_folder(), 1, building=lambda: talk.waiting("wait.python"))
        await wasm.prepare()
        with tempfile.TemporaryDirectory() as scratch:
            try:
                return await measure(
                    "full" if full else "quick",
                    taken_at=door.now(),
                    key=machine_key(),
                    fuel=wasm,
                    folder=cache_folder(),
                    starts=task_starts(wasm, Path(scratch)) if full else (),
                )
            finally:
                await wasm.close()

    report = asyncio.run(take())
    if full:
        save(cache_folder() / "meter.json", report)
    return report
