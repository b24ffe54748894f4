"""What comes next, by plain statistics of what was: each forecast is scored hour by hour, and used only while its measured
error is the least.

Every hour, five ways to say what the next `ahead` hours will be:

| way | says |
|---|---|
| persistence | what it is now |
| yesterday | what it was at that hour of the last day that is known |
| last week | what it was at that hour of the same weekday |
| usual | the median of that hour over the last seven days |
| blend | a sum of the four, the level of the last day and how far now is from its usual, with weights learned for each lead |

The weights follow by recursive least squares with forgetting, from what each way would have said against what then was (Bates
and Granger, "The combination of forecasts", 1969; the recursion is in any textbook, as Ljung, "System identification"). Spikes
would rule least squares, so it works on asinh((y - median) / spread) of the last weeks, as Uniejewski, Weron and Ziel do for
power prices ("Variance stabilizing transformations for electricity spot price forecasting", 2018).

Errors are of forecasts made before the hour was known, so they hold what has been learned to account. A missing hour (NaN) is
taken as the hour a day before for what follows, and scores nobody.
"""

from dataclasses import dataclass

import numpy as np

from suanwang.world.compiled import compiled
from suanwang.world.world import Bools, Floats, Ints

WAYS: tuple[str, ...] = ("persistence", "yesterday", "last week", "usual", "blend")
PERSISTENCE, BLEND = 0, 4
DAY, WEEK = 24, 168
USUAL_DAYS = 7
SPREAD_HOURS = 21 * DAY
"""Median and spread are taken over so many hours, once a day."""
FORGET = 0.9985
"""A score or a lesson counts half after 19 days."""
ERROR_RATE = 1.0 / (14 * DAY)
MARGIN = 0.98
"""Another way than persistence is believed once its error is so much of persistence's, or less."""
SCORED_LEAST = DAY
"""Before a way was scored so often at a lead, nobody knows how good it is. What was said in the first day does not count."""
_FEATURES = 7
_PRIOR = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Foreseen:
    """What was foreseen at each hour of a series. Leads are 1 to `ahead` hours; row t is made from hours up to and with t.

    value, error: shape (hours, ahead), in the unit of the series; error: mean absolute, measured until then, infinite before
    there is one. plain_error: of persistence, alike. way: index into WAYS. NaN where nothing was known at all.
    """

    value: Floats
    error: Floats
    plain_error: Floats
    way: Ints

    def helps(self) -> Bools:
        """Shape (hours, ahead): whether it was measured to be better than saying that nothing changes."""
        return self.way != PERSISTENCE


def forecast(past: Floats, ahead: int) -> Foreseen:
    """What is foreseen after the last hour of `past` (newest last): arrays of shape (1, ahead)."""
    every = foreseen(past, ahead)
    return Foreseen(every.value[-1:], every.error[-1:], every.plain_error[-1:], every.way[-1:])


def foreseen(series: Floats, ahead: int) -> Foreseen:
    """What would have been foreseen at every hour of a series; nothing after an hour changes what was foreseen at it."""
    known = np.isfinite(series)
    value, error, plain, way = _every(filled(series), known, ahead)
    return Foreseen(value, error, plain, way)


def filled(series: Floats) -> Floats:
    """Without gaps: a missing hour is what was a day before, else the last that was known; NaN before the first known one."""
    return _filled(np.asarray(series, np.float64), np.isfinite(series))


@compiled
def _filled(series: Floats, known: Bools) -> Floats:
    out = series.copy()
    for t in range(len(out)):
        if not known[t]:
            before = out[t - DAY] if t >= DAY else np.nan
            out[t] = before if np.isfinite(before) else (out[t - 1] if t > 0 else np.nan)
    return out


@compiled
def _every(series: Floats, known: Bools, ahead: int) -> tuple[Floats, Floats, Floats, Ints]:
    hours = len(series)
    value = np.full((hours, ahead), np.nan)
    error = np.full((hours, ahead), np.inf)
    plain = np.full((hours, ahead), np.inf)
    way = np.zeros((hours, ahead), np.int64)
    begin = 0
    while begin < hours and not np.isfinite(series[begin]):
        begin += 1
    said = np.full((ahead + 1, ahead, 5), np.nan)  # what each way said, by hour (a ring) and lead
    read = np.zeros((ahead + 1, ahead, _FEATURES))
    weight = np.zeros((ahead, _FEATURES))
    weight[:, 2] = 0.3
    weight[:, 4] = 0.6
    spread_of = np.zeros((ahead, _FEATURES, _FEATURES))
    for lead in range(ahead):
        for f in range(_FEATURES):
            spread_of[lead, f, f] = _PRIOR
    score = np.zeros((ahead, 5))
    times = np.zeros(ahead)
    gain = np.zeros(_FEATURES)
    middle, scale, low, high = 0.0, 1.0, 0.0, 0.0
    usual_at = np.zeros(DAY)
    for t in range(begin, hours):
        if t == begin or t % DAY == 0:
            some = np.sort(series[max(begin, t + 1 - SPREAD_HOURS) : t + 1])
            middle = some[len(some) // 2]
            scale = max(1e-9, some[(3 * len(some)) // 4] - some[len(some) // 4], 0.01 * abs(middle))
            low, high = some[0], some[-1]
        if known[t]:
            target = np.arcsinh((series[t] - middle) / scale)
            for lead in range(min(ahead, t - begin - DAY)):
                at = (t - lead - 1) % (ahead + 1)
                times[lead] += 1
                rate = max(ERROR_RATE, 1.0 / times[lead])
                for w in range(5):
                    score[lead, w] += rate * (abs(said[at, lead, w] - series[t]) - score[lead, w])
                _learn(weight[lead], spread_of[lead], read[at, lead], target, gain)
        level = 0.0
        for back in range(DAY):
            level += np.arcsinh((series[max(begin, t - back)] - middle) / scale) / DAY
            usual_at[back] = _usual(series, begin, t - back)
        now = np.arcsinh((series[t] - middle) / scale)
        off = now - np.arcsinh((usual_at[0] - middle) / scale)
        at = t % (ahead + 1)
        for lead in range(ahead):
            then = t + lead + 1
            yesterday = series[_same(then, t, DAY, begin)]
            week = series[_same(then, t, WEEK, begin)]
            usual = usual_at[(-lead - 1) % DAY]
            said[at, lead, 0], said[at, lead, 1], said[at, lead, 2], said[at, lead, 3] = series[t], yesterday, week, usual
            row = read[at, lead]
            row[0], row[1], row[5], row[6] = 1.0, now, level, off
            row[2] = np.arcsinh((yesterday - middle) / scale)
            row[3] = np.arcsinh((week - middle) / scale)
            row[4] = np.arcsinh((usual - middle) / scale)
            z = 0.0
            for f in range(_FEATURES):
                z += weight[lead, f] * row[f]
            said[at, lead, 4] = min(high, max(low, middle + scale * np.sinh(min(20.0, max(-20.0, z)))))
            best = 0
            if times[lead] >= SCORED_LEAST:
                for w in range(1, 5):
                    if score[lead, w] < score[lead, best] * (MARGIN if best == 0 else 1.0):
                        best = w
                error[t, lead], plain[t, lead] = score[lead, best], score[lead, 0]
            value[t, lead], way[t, lead] = said[at, lead, best], best
    return value, error, plain, way


@compiled
def _same(then: int, now: int, period: int, begin: int) -> int:
    """The last hour up to `now` that is whole periods before `then`; now itself where the series is too short."""
    back = then - period * ((then - now + period - 1) // period)
    return back if back >= begin else now


@compiled
def _usual(series: Floats, begin: int, hour: int) -> float:
    """The median of the same hour over the last days, from `hour` backwards."""
    some = np.empty(USUAL_DAYS)
    count = 0
    for day in range(USUAL_DAYS):
        at = hour - DAY * day
        if at >= begin:
            some[count] = series[at]
            count += 1
    if count == 0:
        return float(series[begin])
    ordered = np.sort(some[:count])
    return float((ordered[(count - 1) // 2] + ordered[count // 2]) / 2)


@compiled
def _learn(weight: Floats, spread: Floats, row: Floats, target: float, gain: Floats) -> None:
    """One step of recursive least squares with forgetting, in place."""
    n = len(weight)
    wrong, below = target, FORGET
    for i in range(n):
        gain[i] = 0.0
        for j in range(n):
            gain[i] += spread[i, j] * row[j]
        wrong -= weight[i] * row[i]
        below += row[i] * gain[i]
    wrong = min(2.0, max(-2.0, wrong))
    trace = 0.0
    for i in range(n):
        weight[i] += gain[i] / below * wrong
        trace += spread[i, i]
    fade = FORGET if trace < n else 1.0  # what is never seen to move must not grow without bound
    for i in range(n):
        for j in range(n):
            spread[i, j] = (spread[i, j] - gain[i] * gain[j] / below) / fade
