"""Quantities as people write them: a number with its unit, read exactly, and written back.

A reader (`latency_ms`, `size_bytes`, ...) turns text into the unit its name says; a number without a unit is refused, because
a guess would be a wrong bill. A writer (`ms_text`, ...) gives back text that reads as the same value; a shower (`show_ms`, ...)
gives the rounded text of a table. Arithmetic is decimal throughout; a float appears only as the last step, or not at all.

Faults, all UsageFault: SUAN-U010 unit missing, SUAN-U011 unknown unit, SUAN-U012 not a number, SUAN-U013 out of range.
"""

import difflib
import re
import unicodedata
from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Context, Decimal

from suanwang.model.fault import UsageFault

LEDGER_CURRENCY = "CNY"
MICRO = 1_000_000

LATENCY_MS_LIMIT = 3_600_000  # an hour
RATE_MBIT_LEAST, RATE_MBIT_LIMIT = 0.008, 1_000_000
DURATION_S_LIMIT = 366 * 86_400
BYTES_LIMIT = 2**60
MONEY_MICRO_LIMIT = 10**15  # 10^9 CNY; a thousand such sums still fit into 64 bits
CARBON_G_LIMIT = 10**12
FUEL_LIMIT = 10**18
CPU_MILLI_LIMIT = 10_000_000
COUNT_LIMIT = 1_000_000

_MS = {"us": "0.001", "μs": "0.001", "ms": "1", "s": "1000", "sec": "1000", "微秒": "0.001", "毫秒": "1", "秒": "1000"}
_S = {
    **{"ms": "0.001", "s": "1", "sec": "1", "second": "1", "seconds": "1", "毫秒": "0.001", "秒": "1"},
    **{"m": "60", "min": "60", "mins": "60", "minute": "60", "minutes": "60", "分": "60", "分钟": "60"},
    **{"h": "3600", "hr": "3600", "hour": "3600", "hours": "3600", "小时": "3600"},
    **{"d": "86400", "day": "86400", "days": "86400", "天": "86400"},
}
_MBIT = {"kb": "0.001", "Mb": "1", "Gb": "1000", "kbit": "0.001", "Mbit": "1", "Gbit": "1000"}
_BYTES = {
    "B": "1",
    **{f"{letter}B": str(1000 ** (i + 1)) for i, letter in enumerate("KMGTP")},
    **{f"{letter}iB": str(1024 ** (i + 1)) for i, letter in enumerate("KMGTP")},
}
_CNY: dict[str, str] = {unit: str(MICRO) for unit in ("CNY", "RMB", "yuan", "¥", "元", "块", "块钱", "人民币")}
_FOREIGN = frozenset(
    {"usd", "eur", "gbp", "jpy", "hkd", "twd", "krw", "sgd", "$", "€", "£", "美元", "欧元", "日元", "港元", "英镑"}
)
_GRAMS = {
    f"{prefix}{tail}": factor
    for prefix, factor in (("mg", "0.001"), ("g", "1"), ("kg", "1000"), ("t", "1000000"))
    for tail in ("CO2e", "CO2eq", "CO2", "")
} | {"克": "1", "千克": "1000", "公斤": "1000", "吨": "1000000"}
_FUEL = {f"{letter}fuel": str(1000**i) for i, letter in enumerate(("", "k", "M", "G", "T", "P", "E"))}
_CORES = {"": "1000", "m": "1", "core": "1000", "cores": "1000", "核": "1000"}

_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3}(?![0-9]))?"
_ONE = re.compile(rf"({_NUMBER})\s*([^\s0-9+.,-][^\s.,+-]*)?")
_PARTS = re.compile(rf"({_NUMBER})\s*([^\s0-9+.,-]+)\s*")
_TEXT_MAX = 64
_EXACT = Context(prec=120, Emax=9999, Emin=-9999)  # more digits than a text can hold, whatever the thread's own context


def latency_ms(value: object, what: str = "latency") -> float:
    """Milliseconds: "20ms", "0.5 s", "20毫秒"."""
    return float(_amount(value, what, _MS, "20ms", LATENCY_MS_LIMIT, "ms"))


def rate_mbit(value: object, what: str = "rate") -> float:
    """Megabits a second: "100Mb", "2.5 Gb"; 8 kb at least, since nothing slower carries a packet in time."""
    rate = float(_amount(value, what, _MBIT, "100Mb", RATE_MBIT_LIMIT, "Mb"))
    if rate < RATE_MBIT_LEAST:
        raise UsageFault("SUAN-U013", f"{what} is {quoted(value)}; it is at least 8kb.", _write("100Mb"))
    return rate


def duration_s(value: object, what: str = "duration") -> float:
    """Seconds: "90 s", "10min", "2h", or parts one after another: "1h30min"."""
    text = _text_of(value, what, "10min")
    parts = _PARTS.findall(text)
    if len(parts) < 2 or _PARTS.sub("", text):
        return float(_amount(value, what, _S, "10min", DURATION_S_LIMIT, "s"))
    factors = [_factor(unit, _S, what, text, "1h30min") for _, unit in parts]
    if len(set(factors)) < len(factors):
        raise UsageFault("SUAN-U012", f"{what} is {quoted(value)}, which names a unit twice.", _write("1h30min"))
    pairs = zip(parts, factors, strict=True)
    total = sum((_EXACT.multiply(_signless(number, what, text), factor) for (number, _), factor in pairs), Decimal())
    return float(_bounded(total, what, text, DURATION_S_LIMIT, "s"))


def size_bytes(value: object, what: str = "memory") -> int:
    """Bytes, rounded up to a whole one: "8GiB" (2^30), "500 MB" (10^6)."""
    return _whole_up(_amount(value, what, _BYTES, "8GiB", BYTES_LIMIT, "B"))


def fuel(value: object, what: str = "work") -> int:
    """Fuel, rounded up to a whole unit: "20 Gfuel", "1.5 Tfuel"."""
    return _whole_up(_amount(value, what, _FUEL, "20 Gfuel", FUEL_LIMIT, "fuel"))


def carbon_g(value: object, what: str = "carbon") -> float:
    """Grams of CO2 equivalent: "100 gCO2e", "1.2 kgCO2e", "100g"."""
    return float(_amount(value, what, _GRAMS, "100 gCO2e", CARBON_G_LIMIT, "g"))


def money_micro(value: object, what: str = "budget", *, bare: bool = False) -> int:
    """Whole millionths of the ledger's currency, exact: "30 CNY", "0.5 yuan", "¥5", "20 元".

    bare: a plain number is money too. Only a budget says so: `--budget 5` means 5 CNY, on the flag as in YAML. Another
    currency is refused, never converted; so is a fraction of a millionth.
    """
    text = _text_of(value, what, "30 CNY")
    sign = re.match(r"[^\s0-9.+-]+", text)
    if sign and sign.end() < len(text):  # "¥5", "CNY 5": the same as "5 CNY"
        text = f"{text[sign.end() :].lstrip()} {sign.group()}"
    _own_currency(text, what)
    units = {**_CNY, "": str(MICRO)} if bare else _CNY
    micro = _amount(text, what, units, "30 CNY", MONEY_MICRO_LIMIT, "millionths of a CNY")
    if micro != micro.to_integral_value():
        raise UsageFault("SUAN-U013", f"{what} is {quoted(value)}, finer than a millionth of a CNY.", _write("0.000001 CNY"))
    return int(micro)


def price_micro_per_tfuel(value: object, what: str = "price") -> int:
    """Millionths of the ledger's currency for 10^12 fuel: "0.5 CNY/Tfuel", "2 元/Gfuel"."""
    text = _text_of(value, what, "0.5 CNY/Tfuel")
    money, slash, unit = text.partition("/")
    if not slash:
        raise UsageFault("SUAN-U010", f"{what} is {quoted(value)}; it does not say per how much fuel.", _write("0.5 CNY/Tfuel"))
    per = _factor(unit.strip(), _FUEL, what, text, "0.5 CNY/Tfuel")
    micro = _EXACT.divide(Decimal(money_micro(money.strip(), what) * 10**12), per)
    return _whole_up(_bounded(micro, what, text, MONEY_MICRO_LIMIT, "millionths of a CNY"))


def price_micro_per_gb(value: object, what: str = "egress") -> int:
    """Millionths of the ledger's currency for 10^9 bytes, rounded up: "0.5 CNY/GB", "1 元/GiB"."""
    text = _text_of(value, what, "0.5 CNY/GB")
    money, slash, unit = text.partition("/")
    if not slash:
        raise UsageFault("SUAN-U010", f"{what} is {quoted(value)}; it does not say per how many bytes.", _write("0.5 CNY/GB"))
    per = _factor(unit.strip(), _BYTES, what, text, "0.5 CNY/GB")
    micro = _EXACT.divide(Decimal(money_micro(money.strip(), what) * 10**9), per)
    return _whole_up(_bounded(micro, what, text, MONEY_MICRO_LIMIT, "millionths of a CNY"))


def cpu_milli(value: object, what: str = "cpu") -> int:
    """Thousandths of a core: 4, "4", 1.5, "500m"."""
    milli = _amount(value, what, _CORES, "4 or 500m", CPU_MILLI_LIMIT, "thousandths of a core")
    if milli != milli.to_integral_value():
        raise UsageFault("SUAN-U013", f"{what} is {quoted(value)}, finer than a thousandth of a core.", _write("0.5 or 500m"))
    return int(milli)


def count(value: object, what: str = "count", *, most: int = COUNT_LIMIT) -> int:
    """A whole number from 0 to `most`: 4, "4"."""
    number = _amount(value, what, {"": "1"}, "4", most, "")
    if number != number.to_integral_value():
        raise UsageFault("SUAN-U012", f"{what} is {quoted(value)}, which is not a whole number.", _write("4"))
    return int(number)


def share_milli(value: object, what: str = "share") -> int:
    """Thousandths of something, from 1 to 1000: 0.5, "0.25"."""
    milli = 1000 * _amount(value, what, {"": "1"}, "0.5", 1, "")
    if milli != milli.to_integral_value() or not milli:
        raise UsageFault("SUAN-U013", f"{what} is {quoted(value)}; a share has whole thousandths, 0.001 to 1.", _write("0.5"))
    return int(milli)


def quoted(value: object) -> str:
    """What was read, fit for a message: in quotes, on one line, at most 40 characters."""
    text = str(value) if isinstance(value, str | float | bool) else _shape(value)
    text = "".join(c if c.isprintable() else "�" for c in text[:41])
    return f'"{text}"' if len(text) <= 40 else f'"{text[:39]}…"'


def ms_text(ms: float) -> str:
    """Reads back as the same latency."""
    return f"{_plain(ms)}ms"


def rate_text(mbit: float) -> str:
    """Reads back as the same rate."""
    return f"{_plain(mbit)}Mb"


def s_text(seconds: float) -> str:
    """Reads back as the same duration, in the largest unit that keeps it whole."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds and seconds % size == 0:
            return f"{_plain(seconds / size)}{unit}"
    return f"{_plain(seconds)}s"


def bytes_text(size: int) -> str:
    """Reads back as the same size, in the largest binary unit that keeps it whole."""
    for power, letter in ((5, "P"), (4, "T"), (3, "G"), (2, "M"), (1, "K")):
        if size and size % 1024**power == 0:
            return f"{size // 1024**power}{letter}iB"
    return f"{size}B"


def money_text(micro: int) -> str:
    """Reads back as the same sum."""
    return f"{_plain(Decimal(micro).scaleb(-6, _EXACT))} {LEDGER_CURRENCY}"


def carbon_text(grams: float) -> str:
    """Reads back as the same mass."""
    return f"{_plain(grams)} gCO2e"


def fuel_text(amount: int) -> str:
    """Reads back as the same fuel, in the largest unit that keeps it whole."""
    for power, letter in ((6, "E"), (5, "P"), (4, "T"), (3, "G"), (2, "M")):
        if amount and amount % 1000**power == 0:
            return f"{amount // 1000**power} {letter}fuel"
    return f"{amount} fuel"


def cpu_text(milli: int) -> str:
    """Reads back as the same share: "4", "500m"."""
    return f"{milli}m" if milli % 1000 else str(milli // 1000)


def show_money(micro: int) -> str:
    """ "4.35 CNY"; sums under a CNY keep four places, under a hundredth six, so that a small price is not shown as nothing."""
    size = abs(micro)
    places = 2 if size >= MICRO or size == 0 else 4 if size >= MICRO // 100 else 6
    value = Decimal(micro).scaleb(-6, _EXACT).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN, _EXACT)
    text = f"{value:f}"
    while len(text) - text.index(".") > 3 and text.endswith("0"):
        text = text[:-1]
    return f"{text} {LEDGER_CURRENCY}"


def show_price(micro_per_tfuel: int) -> str:
    """ "0.50 CNY/Tfuel"."""
    return f"{show_money(micro_per_tfuel)}/Tfuel"


def show_bytes(size: int) -> str:
    """ "512 B", "8.0 GiB"."""
    return f"{size} B" if abs(size) < 1024 else _scaled(size / 1024, 1024, ("KiB", "MiB", "GiB", "TiB", "PiB"))


def show_fuel(amount: float) -> str:
    """ "950 fuel", "1.2 Tfuel"."""
    if abs(amount) < 1000:
        return f"{amount:.0f} fuel"
    return _scaled(amount / 1000, 1000, ("kfuel", "Mfuel", "Gfuel", "Tfuel", "Pfuel", "Efuel"))


def show_carbon(grams: float) -> str:
    """ "4.2 mgCO2e", "100.0 gCO2e", "1.2 kgCO2e"."""
    return "0 gCO2e" if grams == 0 else _scaled(grams * 1000, 1000, ("mgCO2e", "gCO2e", "kgCO2e", "tCO2e"))


def show_energy(kwh: float) -> str:
    """ "3.6 mWh", "120.0 Wh", "1.2 kWh"."""
    return "0 Wh" if kwh == 0 else _scaled(kwh * 1e6, 1000, ("mWh", "Wh", "kWh", "MWh"))


def show_ms(ms: float) -> str:
    """ "0.25 ms", "3.4 ms", "312 ms"; from ten seconds on as a duration."""
    if abs(ms) >= 10_000:
        return show_duration(ms / 1000)
    return f"{ms:.0f} ms" if abs(ms) >= 9.95 or ms == 0 else f"{ms:.1f} ms" if abs(ms) >= 0.995 else f"{ms:.2g} ms"


def show_duration(seconds: float) -> str:
    """ "312 ms", "4.2 s", "42 s", "2 min 5 s", "1 h 30 min", "3 d 4 h": two units at most."""
    if abs(seconds) < 0.9995:
        return show_ms(seconds * 1000)
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    for big, small, big_unit, small_unit in ((1, 1, "s", ""), (60, 1, "min", "s"), (3600, 60, "h", "min")):
        whole = round(seconds / small)
        if whole * small < big * (24 if big == 3600 else 60):
            return _two(whole, big // small, big_unit, small_unit)
    return _two(round(seconds / 3600), 24, "d", "h")


def _two(whole: int, per: int, big: str, small: str) -> str:
    more, rest = divmod(whole, per)
    return f"{more} {big} {rest} {small}" if rest else f"{more} {big}"


def _scaled(value: float, step: int, units: tuple[str, ...]) -> str:
    for unit in units[:-1]:
        if round(abs(value), 1) < step:
            return f"{value:.1f} {unit}" if abs(value) >= 0.095 else f"{value:.2g} {unit}"
        value /= step
    return f"{value:.1f} {units[-1]}"


def _amount(value: object, what: str, units: Mapping[str, str], example: str, limit: int, unit: str) -> Decimal:
    """The value in the base unit of `units`, between 0 and `limit`."""
    text = _text_of(value, what, example)
    match = _ONE.fullmatch(text)
    if match is None:
        raise UsageFault("SUAN-U012", f"{what} is {quoted(value)}, which is not a number with a unit.", _write(example))
    factor = _factor(match[2] or "", units, what, text, example)
    return _bounded(_EXACT.multiply(_signless(match[1], what, text), factor), what, text, limit, unit)


def _text_of(value: object, what: str, example: str) -> str:
    """The text of a string or number, full-width forms made narrow. Too long a number is refused before it is spelt out."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise UsageFault("SUAN-U012", f"{what} is {quoted(value)}, which is not a number.", _write(example))
    if isinstance(value, int) and abs(value) >= 10**_TEXT_MAX:
        raise UsageFault("SUAN-U013", f"{what} has more than {_TEXT_MAX} digits.", _write(example))
    text = value if isinstance(value, str) else repr(value)
    if len(text) > _TEXT_MAX:
        raise UsageFault("SUAN-U012", f"{what} is {quoted(text)}, {len(text)} characters long.", _write(example))
    return unicodedata.normalize("NFKC", text).strip()


def _signless(number: str, what: str, text: str) -> Decimal:
    value = _EXACT.create_decimal(number)
    if value.is_signed() and value:
        raise UsageFault("SUAN-U013", f"{what} is {quoted(text)}; it cannot be negative.", "write a number of 0 or more")
    return value.copy_abs()


def _factor(unit: str, units: Mapping[str, str], what: str, text: str, example: str) -> Decimal:
    """Of a unit as written, in any case; the exact spelling first."""
    found = units.get(unit) or {u.casefold(): f for u, f in units.items()}.get(unit.casefold())
    if found is not None:
        return Decimal(found)
    if not unit:
        raise UsageFault("SUAN-U010", f"{what} is {quoted(text)}, which has no unit.", _write(example))
    if set(units) <= {""}:
        raise UsageFault("SUAN-U012", f"{what} is {quoted(text)}; it takes a plain number.", _write(example))
    known = [u for u in units if u]
    near = difflib.get_close_matches(unit.casefold(), [u.casefold() for u in known], 1, 0.5)
    hint = next((f" Did you mean {u}?" for u in known if near and u.casefold() == near[0]), "")
    raise UsageFault("SUAN-U011", f"{what} is {quoted(text)}; the unit {quoted(unit)} is not known.{hint}", _write(example))


def _own_currency(text: str, what: str) -> None:
    unit = re.sub(rf"^{_NUMBER}\s*", "", text).casefold()
    if unit in _FOREIGN:
        why = f"{what} is {quoted(text)}, but the ledger is kept in {LEDGER_CURRENCY} and no other currency is converted."
        raise UsageFault("SUAN-U011", why, _write(f"30 {LEDGER_CURRENCY}"))


def _bounded(value: Decimal, what: str, text: str, limit: int, unit: str) -> Decimal:
    if value > limit:
        raise UsageFault(
            "SUAN-U013", f"{what} is {quoted(text)}, more than {limit} {unit}".rstrip() + ".", "write a smaller number"
        )
    return value


def _whole_up(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_CEILING))


def _plain(value: float | Decimal) -> str:
    """All digits, none of the empty ones: 20.0 -> "20"; in powers of ten where that would be longer than a reader takes."""
    text = f"{Decimal(repr(value)) if isinstance(value, float) else value:f}"
    if len(text) > 40:
        return str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _shape(value: object) -> str:
    if isinstance(value, int):
        return str(value) if abs(value) < 10**_TEXT_MAX else "a very long number"
    return {"NoneType": "nothing", "dict": "a mapping", "list": "a list", "tuple": "a list"}.get(
        type(value).__name__, "an object"
    )


def _write(example: str) -> str:
    return f"write it like this: {example}"
