"""PUE by the weather: a model, not a measurement. What a hall takes beyond its machines is losses in the power chain, fans and
pumps, and a compressor for the part of the heat that the outdoor air cannot take.

    PUE = 1 + POWER_LOSS + moving + compressed x 1 / COP,    COP = SECOND_LAW x cold / (warm - cold)    in kelvin

| cooling | heat that the outside takes without a compressor | outside is |
|---|---|---|
| chiller | none | dry bulb |
| free | all up to FREE_ALL_C, none from FREE_NONE_C, a straight line between | dry bulb |
| evaporative | the same, with EVAPORATIVE_APPROACH_K to spare | wet bulb |
| liquid | LIQUID_SHARE in water: all up to LIQUID_ALL_C, none from LIQUID_NONE_C; the rest in air, as "free" | dry bulb |

Two constants are calibrated on published figures of one system (Xu, Feng and Li, "Temperature Aware Workload Management in
Geo-distributed Datacenters", ICAC 2013): with outside air its partial PUE is 1.05 at -3.9 C, all of it fans, and 1.30 at
35 C, fans and compressor. That gives MOVING_AIR and, with the temperatures assumed here, SECOND_LAW. Wet bulb: Stull, J. Appl.
Meteorology and Climatology 50 (2011) 2267, to within a kelvin at sea level. All else is an assumption of ours, and says so.

A real hall's own meter is always better: what a provider tells of itself (`Site`) goes before this.
"""

from typing import Literal, get_args

import numpy as np

from suanwang.world.world import Floats

Cooling = Literal["chiller", "free", "evaporative", "liquid"]
COOLINGS: tuple[Cooling, ...] = get_args(Cooling)

POWER_LOSS = 0.05
"""Our assumption: uninterruptible supply, transformers, cables and light, as a share of what the machines take. Fleets that
publish a PUE of 1.10 (Google) and 1.12 (Microsoft) leave room for no more."""
MOVING_AIR = 0.05
"""Fans: the partial PUE of 1.05 at -3.9 C."""
MOVING_LIQUID = 0.02
"""Pumps of a warm-water loop: our assumption. A hall of that kind at NREL states 1.036 in all over a year, so it is not low."""
EVAPORATING_C = 10.0
"""Our assumption: where the compressor takes the heat up."""
CONDENSER_APPROACH_K = 12.0
"""Our assumption: a dry condenser is so much warmer than the air."""
WET_APPROACH_K = 8.0
"""Our assumption: an evaporative condenser is so much warmer than the wet bulb."""
CONDENSING_LEAST_C = 25.0
"""Our assumption: below it the compressor's valve needs the pressure, so colder air gains nothing more."""
FREE_ALL_C, FREE_NONE_C = 12.0, 21.0
"""Our assumption, for air of 21 to 24 C at the machines (ASHRAE's recommended envelope is 18 to 27 C)."""
EVAPORATIVE_APPROACH_K = 1.0
"""Our assumption: air comes so near to the wet bulb, beyond what FREE_ALL_C leaves already."""
WETTING = 0.01
"""Our assumption: pumps and resistance of the wet pads, while they are wet."""
LIQUID_SHARE = 0.8
"""Our assumption: the part of the heat that the water takes; memory, disks and supplies stay in air."""
LIQUID_ALL_C, LIQUID_NONE_C = 30.0, 40.0
"""Our assumption, for water of 40 C at the machines (ASHRAE class W40) and a dry cooler."""

_KELVIN = 273.15
_LIFT_K = 35.0 + CONDENSER_APPROACH_K - EVAPORATING_C
SECOND_LAW = _LIFT_K / (0.30 - MOVING_AIR) / (EVAPORATING_C + _KELVIN)
"""0.52 of Carnot's: the COP of 4.0 that leaves a partial PUE of 1.30 at 35 C."""


def pue(cooling: Cooling, temperature_c: Floats, humidity_pct: Floats | None = None) -> Floats:
    """Modelled PUE, shape of the temperatures. Never falls as it gets warmer, nor, where it matters, as it gets more humid.

    humidity_pct: relative, 0-100; without it evaporative cooling counts on the dry bulb. NaN in gives NaN out.
    """
    dry = np.asarray(temperature_c, np.float64)
    if cooling == "chiller":
        return 1 + POWER_LOSS + MOVING_AIR + _compressor(dry + CONDENSER_APPROACH_K)
    if cooling == "free":
        return 1 + POWER_LOSS + MOVING_AIR + _compressed(dry, FREE_ALL_C, FREE_NONE_C) * _compressor(dry + CONDENSER_APPROACH_K)
    if cooling == "evaporative":
        wet = dry if humidity_pct is None else wet_bulb_c(dry, humidity_pct)
        outside = np.minimum(dry, wet + EVAPORATIVE_APPROACH_K)
        wetting = WETTING * _compressed(dry, FREE_ALL_C, FREE_NONE_C)
        compressed = _compressed(outside, FREE_ALL_C, FREE_NONE_C) * _compressor(wet + WET_APPROACH_K)
        return 1 + POWER_LOSS + MOVING_AIR + wetting + compressed
    water = LIQUID_SHARE * (
        MOVING_LIQUID + _compressed(dry, LIQUID_ALL_C, LIQUID_NONE_C) * _compressor(dry + CONDENSER_APPROACH_K)
    )
    air = pue("free", dry) - 1 - POWER_LOSS
    return 1 + POWER_LOSS + water + (1 - LIQUID_SHARE) * air


def wet_bulb_c(temperature_c: Floats, humidity_pct: Floats) -> Floats:
    """Wet-bulb temperature in degrees Celsius at sea level, from dry bulb and relative humidity (Stull 2011, equation 1).

    Fitted for 5 to 99 % and -20 to 50 C; humidity is cut off there, and the result never lies above the dry bulb.
    """
    dry = np.asarray(temperature_c, np.float64)
    damp = np.clip(np.asarray(humidity_pct, np.float64), 5.0, 99.0)
    wet = (
        dry * np.arctan(0.151977 * np.sqrt(damp + 8.313659))
        + np.arctan(dry + damp)
        - np.arctan(damp - 1.676331)
        + 0.00391838 * damp**1.5 * np.arctan(0.023101 * damp)
        - 4.686035
    )
    return np.minimum(dry, wet)


def _compressed(outside_c: Floats, all_c: float, none_c: float) -> Floats:
    """The part of the heat that needs a compressor, 0-1."""
    return np.clip((outside_c - all_c) / (none_c - all_c), 0.0, 1.0)


def _compressor(condensing_c: Floats) -> Floats:
    """Compressor power for one of heat: 1 / COP between the evaporator and a condenser at that temperature."""
    lift = np.maximum(condensing_c, CONDENSING_LEAST_C) - EVAPORATING_C
    return lift / (SECOND_LAW * (EVAPORATING_C + _KELVIN))
