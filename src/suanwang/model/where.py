"""A place on the map, by name: where a user or the data is, and where a site stands."""

from typing import Annotated

import msgspec

Text = Annotated[str, msgspec.Meta(max_length=80)]


class Place(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A named point.

    name, name_zh: English (lower case, as typed) and Chinese names.
    region: the province or country the place lies in, as used by `limits.region` (lower case pinyin or English).
    latitude, longitude: degrees, WGS 84, good to about 0.1 degree.
    """

    name: Text
    name_zh: Text = ""
    region: Text = ""
    latitude: Annotated[float, msgspec.Meta(ge=-90.0, le=90.0)]
    longitude: Annotated[float, msgspec.Meta(ge=-180.0, le=180.0)]


class Site(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A place with nodes behind one egress (CATS-serviced site).

    tier: "cloud", "edge", "far-edge" or "device".
    access_ms: round trip from the site's gateway to a node, in milliseconds, added to every distance estimate.
    carbon_g_kwh: grid carbon intensity in gCO2e per kWh, declared by the operator of the site.
    pue: power usage effectiveness of the building (1.0 is perfect), declared.
    cooling: "chiller", "free", "evaporative" or "liquid" (world/pue.py), or "" where it is not told: then `pue` is taken as
    it is.
    """

    name: str
    place: Place
    tier: str = "cloud"
    access_ms: float = 0.5
    carbon_g_kwh: float = 582.3
    pue: float = 1.3
    cooling: Text = ""
