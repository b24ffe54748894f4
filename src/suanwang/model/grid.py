"""The grid hour by hour, as the operator tells it: carbon, the price of power, the weather; hours are of UTC, by number."""

from typing import Annotated, Literal

import msgspec

from suanwang.model.where import Text

HOUR_S = 3600.0
HOURS_MAX = 24 * 400
"""Hours that are told at once, at most."""
Figures = Annotated[tuple[float | None, ...], msgspec.Meta(max_length=HOURS_MAX)]
Scope = Literal["site", "region"]
What = Literal["carbon", "price", "temperature", "humidity"]
WHATS: tuple[What, ...] = ("carbon", "price", "temperature", "humidity")


class Grid(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Figures of one site or one region. first_hour: hours since 1970 of the first; a column has a figure an hour from there
    on, None where it is not known, or is empty.

    carbon: gCO2e per kWh. price: of electricity, CNY per kWh, below 0 where the grid pays; it is what the provider pays, and
    no user is billed by it. temperature: of the air outside, degrees Celsius. humidity: relative, 0-100.
    """

    scope: Scope
    where: Text
    first_hour: Annotated[int, msgspec.Meta(ge=0, le=10**7)]
    carbon: Figures = ()
    price: Figures = ()
    temperature: Figures = ()
    humidity: Figures = ()

    @property
    def key(self) -> str:
        """What it is kept under."""
        return f"{self.scope}/{self.where}"

    @property
    def hours(self) -> int:
        """How many hours there are columns for."""
        return max(len(self.carbon), len(self.price), len(self.temperature), len(self.humidity))


class GridHour(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An hour as it is reckoned with. hour: since 1970. told: whether the carbon was told; else it is foreseen, and `way` says
    how (world/forecast.py), `error_g` how far off that was on average so far, 0 if nobody has measured it.

    Where a column was never told there is None. pue: modelled from the weather, None for a region: it depends on the hall.
    """

    hour: int
    told: bool
    way: str
    error_g: float
    carbon: float | None = None
    price: float | None = None
    temperature: float | None = None
    pue: float | None = None


class GridView(msgspec.Struct, frozen=True, kw_only=True):
    """A grid as it is known. first_hour, last_hour: of what was told; missing: hours between them without carbon.

    ahead: this hour and the next ones. error_g, plain_error_g: mean absolute error of foreseeing the carbon of the next day,
    and of saying that it stays as it is; 0 where nobody has measured it.
    """

    scope: Scope
    where: str
    first_hour: int
    last_hour: int
    missing: int
    ahead: tuple[GridHour, ...] = ()
    error_g: float = 0.0
    plain_error_g: float = 0.0


class GridPage(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of each grid; all at once, there is no second page."""

    items: tuple[GridView, ...]
