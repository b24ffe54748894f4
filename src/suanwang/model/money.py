"""Money as whole millionths: transfers between accounts, and bill lines in FOCUS column names."""

import msgspec


class Transfer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """amount_micro > 0 moves from debit to credit. kind: "grant", "hold", "post" or "void"."""

    kind: str
    debit: str
    credit: str
    amount_micro: int
    job_id: str = ""


class BillLine(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """One charge: what one job used on one node. Column names of the FinOps Open Cost and Usage Specification (FOCUS) 1.2.

    Money columns are decimal strings in `billing_currency`, exact to a millionth. x_ columns are ours, as FOCUS asks.
    """

    billing_account_id: str
    billing_currency: str
    billed_cost: str
    effective_cost: str
    list_cost: str
    contracted_cost: str
    list_unit_price: str
    contracted_unit_price: str
    pricing_quantity: str
    pricing_unit: str
    consumed_quantity: str
    consumed_unit: str
    charge_category: str
    charge_class: str | None
    charge_description: str
    charge_frequency: str
    charge_period_start: str
    charge_period_end: str
    billing_period_start: str
    billing_period_end: str
    invoice_issuer_name: str
    provider_name: str
    publisher_name: str
    region_id: str
    region_name: str
    resource_id: str
    resource_name: str
    resource_type: str
    service_category: str
    service_name: str
    sku_id: str
    sku_price_id: str
    pricing_category: str
    x_job_id: str = msgspec.field(name="x_JobId")
    x_carbon_g: float = msgspec.field(name="x_CarbonGrams")
    x_cpu_s: float = msgspec.field(name="x_CpuSeconds")
    x_tasks: int = msgspec.field(name="x_Tasks")
    x_energy_kwh: float = msgspec.field(name="x_EnergyKwh", default=0.0)


class Bill(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a job cost. The parts always add up: held = posted + voided + held now, and posted = sum of the lines. Nothing
    is held any more of a job that has ended.

    energy_kwh, carbon_g: modelled, with PUE, of the hours in which it ran. SCI = (carbon_g + embodied_g) / units, a unit being
    `unit`; sci_g is 0 while there are none. embodied_g: the share of making the machines; embodied: whether all of them say
    what their making emitted, else it is left out.
    compensated_micro: what its user got because it gave way to urgent work; no part of the cost.
    credited_micro: what its user got back because an intent was missed; no part of the cost either.
    moved_bytes: files and data that were predicted to come to its nodes first. elsewhere_micro: what whoever holds the data was
    predicted to bill for that; it is in no account here, and so in no line.
    """

    job_id: str
    user: str
    state: str
    currency: str
    held_micro: int
    posted_micro: int
    voided_micro: int
    fuel: int
    carbon_g: float
    lines: tuple[BillLine, ...]
    energy_kwh: float = 0.0
    embodied_g: float = 0.0
    embodied: bool = False
    unit: str = "task"
    units: int = 0
    sci_g: float = 0.0
    compensated_micro: int = 0
    credited_micro: int = 0
    moved_bytes: int = 0
    elsewhere_micro: int = 0
    held_now_micro: int = 0
