"""Grid carbon intensity by region, for providers that state none of their own: yearly averages, not the live grid.

Source: average electricity CO2 factors of Chinese provinces for 2022, announced by the Ministry of Ecology and Environment and
the National Bureau of Statistics of China; CO2 only. Transcribed from a public listing, to be verified before it is quoted.
"""

NATIONAL_G_KWH = 582.3
"""China, where a region is not listed: the national average used by common carbon trackers (Our World in Data)."""

PROVINCE_G_KWH: dict[str, float] = {
    "anhui": 678.2,
    "beijing": 558.0,
    "chongqing": 522.7,
    "fujian": 409.2,
    "gansu": 477.2,
    "guangdong": 440.3,
    "guangxi": 404.4,
    "guizhou": 498.9,
    "hainan": 418.4,
    "hebei": 725.2,
    "heilongjiang": 536.8,
    "henan": 605.8,
    "hubei": 436.4,
    "hunan": 490.0,
    "inner-mongolia": 684.9,
    "jiangsu": 597.8,
    "jiangxi": 575.2,
    "jilin": 493.2,
    "liaoning": 562.6,
    "ningxia": 642.3,
    "qinghai": 156.7,
    "shaanxi": 655.8,
    "shandong": 641.0,
    "shanghai": 584.9,
    "shanxi": 709.6,
    "sichuan": 140.4,
    "tianjin": 704.1,
    "xinjiang": 623.1,
    "yunnan": 107.3,
    "zhejiang": 515.3,
}


def carbon_g_kwh(region: str) -> float:
    """gCO2e per kWh of a region, as named in `Place.region`."""
    return PROVINCE_G_KWH.get(region, NATIONAL_G_KWH)
