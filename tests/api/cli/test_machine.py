"""What doctor and meter found is shown whole, in both languages, with what to do about each trouble."""

import pytest

from suanwang.api.catalogue import Words
from suanwang.api.render.machine import doctor_page, meter_page
from suanwang.api.render.table import Table, plain
from suanwang.drivers.doctor import Check, checks
from suanwang.drivers.meter.machine import machine_key
from suanwang.drivers.meter.report import MeterReport
from suanwang.model.metric import Metric
from suanwang.model.node import Speed


def text(page):
    return "\n".join(plain(part) if isinstance(part, Table) else part for part in page)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_doctor_names_what_is_missing_and_what_to_do(lang):
    found = (
        Check(key="python", name="Python", state="ok", found="3.11", means="Suanwang runs on it"),
        Check(
            key="bubblewrap", name="Sandbox", state="missing", found="no", means="no native work", todo="apt install bubblewrap"
        ),
    )
    shown = text(doctor_page(Words(lang), found))
    assert "apt install bubblewrap" in shown and "no native work" in shown
    assert ("缺少" in shown, "missing" in shown) == (lang == "zh", lang == "en")


def test_every_check_has_a_name_in_chinese():
    words = Words("zh")
    assert [check.key for check in checks() if not words.get(f"check.{check.key}", "")] == []


def test_meter_shows_readings_and_the_scores_made_of_them():
    reading = Metric(
        type="wasm_fuel",
        level=0,
        format="float",
        unit="fuel/s",
        source="directly measured",
        statistics="mean",
        value=2.5e9,
        spread=0.02,
    )
    report = MeterReport(
        taken_at=0.0,
        profile="quick",
        machine=machine_key(),
        metrics=(reading,),
        speed=Speed(fuel_per_cpu_s=2.5e9, fuel_per_s=2.5e9, spread=0.02),
        notes=("disk_write: no room",),
    )
    shown = text(meter_page(Words("en"), report))
    assert "2.5e+09" in shown and "L2 norm_fi" in shown and "2.5 Gfuel" in shown and "no room" in shown
