"""What a unit of work emits: SCI = (E x I + M) / R, Software Carbon Intensity (Green Software Foundation, ISO/IEC 21031:2024).

E is the energy, I the grid's intensity where and when it was drawn, M the share of what making the hardware emitted, R the
number of units of work. It is a rate and takes no offsets. Here E is drawn by the machines and by the hall around them (PUE).
"""

SERVER_EMBODIED_G: dict[str, float] = {
    "processor, 80 cores of Zen 4": 30_700.0,
    "memory, 12 x 64 GB DDR5": 12 * 105_400.0,
    "disks, 6 x 2 TB": 6 * 34_650.0,
    "network, 100 Gbit/s": 58_090.0,
    "board, case, supply": 350_000.0,
    "fans": 1_060.0,
    "its tenth of a rack": 50_000.0 * 72 / 180,
}
"""gCO2e of making one server of a public cloud, by part: figures of the GreenSKU framework (Wang et al., "Designing Cloud
Servers for Lower Carbon", ISCA 2024; data CC-BY-4.0), some of them its authors' lump estimates. How many parts a server has is
ours. A rack lives 15 years and the server 6, so the server bears 6/15 of its part; the building is left out."""
SERVER_CORES = 80
SERVER_LIFE_H = 72 / 12 * 8766.0
"""Six years, from the same source."""


def embodied_g(core_hours: float) -> float:
    """M: the share of a server's embodied gCO2e that falls on so many core-hours, by time and cores reserved (TE x TS x RS)."""
    return sum(SERVER_EMBODIED_G.values()) * core_hours / (SERVER_CORES * SERVER_LIFE_H)


def making_g(node_g: float, core_s: float, cores: float) -> float:
    """M of work that reserved so many core-seconds of a machine of so many cores, whose making emitted node_g: by time and
    cores over six years."""
    return node_g * core_s / 3600.0 / (max(cores, 1e-3) * SERVER_LIFE_H)


def sci_g(operational_g: float, embodied: float, units: float) -> float:
    """gCO2e per unit of work. operational_g: E x I, summed over the hours and places in which it was drawn. units: above 0."""
    if units <= 0:
        raise ValueError(f"{units} units of work: a rate needs some")
    return (operational_g + embodied) / units
