"""A bill adds up to the millionth, says what was used where, and cannot carry a formula into a spreadsheet."""

import csv as reader
from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from suanwang.market.bill import Head, Used, bill, csv, decimal
from suanwang.market.price import TFUEL, cost_micro
from suanwang.model.node import Capacity, Node, Offer, Speed
from suanwang.model.plan import Placement
from suanwang.model.where import Place, Site

NOON_31_DECEMBER = 1_798_718_400.0  # 2026-12-31T12:00:00Z
HEAD = Head(job_id="job-1", job_name="render", user="alice", state="done", at=NOON_31_DECEMBER, invoice_issuer="brain-x")


def node(number: int, name: str = "") -> Node:
    site = Site(name="wuhu-dc", place=Place(name="wuhu", region="anhui", latitude=31.3, longitude=118.4))
    return Node(
        id=f"node-{number}", name=name or f"wuhu-{number:02d}", public_key="00", owner="bob", site=site, arch="x86_64",
        capacity=Capacity(cpu_milli=4000, memory_bytes=1), runtimes=("wasm",),
        speed=Speed(fuel_per_cpu_s=1e9, fuel_per_s=1e9), offer=Offer(price_micro_per_tfuel=1),
    )  # fmt: skip


def used(on: Node, fuel: int, price: int = 2_000_000, fuel_max: int = 10 * TFUEL, at: float = NOON_31_DECEMBER) -> Used:
    placement = Placement(
        id=f"job-1/{fuel}", job_id="job-1", node_id=on.id, tasks=(0, 1), attempt=1, width=1, runtime="wasm", cpu_milli=1000,
        memory_bytes=1, price_micro_per_tfuel=price, fuel_max=fuel_max, hold_micro=cost_micro(fuel_max, price),
        latency_ms=0.0, finish_s=1.0, carbon_g=0.0, price_micro=0,
    )  # fmt: skip
    return Used(placement=placement, node=on, fuel=fuel, cpu_s=1.5, tasks=2, carbon_g=0.25, started_at=at, ended_at=at + 9.7)


def test_placements_on_one_node_become_one_line():
    of = bill(HEAD, [used(node(1), TFUEL // 2), used(node(2), 1), used(node(1), TFUEL, at=NOON_31_DECEMBER + 20)])
    first, second = of.lines
    assert (first.resource_id, first.resource_name, first.x_tasks, first.x_cpu_s, first.x_carbon_g) == (
        "node-1", "wuhu-01", 4, 3.0, 0.5,
    )  # fmt: skip
    assert first.billed_cost == first.effective_cost == first.list_cost == first.contracted_cost == "3.000000"
    assert (first.consumed_quantity, first.consumed_unit, first.list_unit_price) == ("1.500000000000", "Tfuel", "2.000000")
    assert (second.billed_cost, second.pricing_quantity) == ("0.000000", "0.000000000001")
    assert (first.charge_period_start, first.charge_period_end) == ("2026-12-31T12:00:00Z", "2026-12-31T12:00:30Z")
    assert (first.billing_period_start, first.billing_period_end) == ("2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z")
    assert (first.charge_category, first.service_category, first.provider_name, first.region_id, first.charge_description) == (
        "Usage", "Compute", "bob", "anhui", "render: 4 tasks on wuhu-01",
    )  # fmt: skip


def test_a_node_that_changed_its_price_gets_a_line_per_price_and_an_unused_placement_none():
    of = bill(HEAD, [used(node(1), TFUEL, price=10), used(node(1), TFUEL, price=20)])
    assert [line.list_unit_price for line in of.lines] == ["0.000010", "0.000020"]
    idle = msgspec.structs.replace(used(node(1), 0), tasks=0)
    assert bill(HEAD, [idle]).lines == ()
    assert bill(HEAD, [idle]).voided_micro == idle.placement.hold_micro


USES = st.builds(
    used,
    st.integers(1, 3).map(node),
    st.integers(0, 3 * TFUEL),
    st.sampled_from([0, 1, 333_333, 2_000_000]),
    st.integers(0, 2 * TFUEL),
)


@given(st.lists(USES, max_size=8))
def test_the_parts_add_up(uses: list[Used]):
    of = bill(HEAD, uses)
    assert sum(Decimal(line.billed_cost) for line in of.lines) == Decimal(of.posted_micro) / 10**6
    assert of.held_micro == of.posted_micro + of.voided_micro and of.voided_micro >= 0
    assert sum(Decimal(line.consumed_quantity) for line in of.lines) * TFUEL == of.fuel
    for line in of.lines:
        off = Decimal(line.pricing_quantity) * Decimal(line.list_unit_price) - Decimal(line.list_cost)
        assert abs(off) <= len(uses) * Decimal("0.0000005")


def test_csv_reads_back_and_disarms_formulas():
    head = Head(job_id="j", job_name='=cmd("x"), 渲染', user="@alice", state="done", at=0.0)
    rows = list(reader.DictReader(csv(bill(head, [used(node(1, name="+1\n2"), TFUEL)])).splitlines(keepends=True)))
    assert len(rows) == 1
    assert rows[0]["ChargeDescription"] == '\'=cmd("x"), 渲染: 2 tasks on +1\n2'
    assert (rows[0]["BillingAccountId"], rows[0]["ResourceName"]) == ("'@alice", "'+1\n2")
    assert (rows[0]["BilledCost"], rows[0]["ChargeClass"], rows[0]["x_JobId"]) == ("2.000000", "", "j")
    assert {"BillingPeriodStart", "SkuPriceId", "x_CarbonGrams", "x_CpuSeconds", "x_Tasks"} <= set(rows[0])


def test_decimals_are_exact():
    assert [decimal(n) for n in (0, 1, 999_999, 10**18 + 1)] == ["0.000000", "0.000001", "0.999999", "1000000000000.000001"]
