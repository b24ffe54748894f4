"""Near the sensor: what was lost is dropped, and a minute becomes its mean, so that little has to travel."""

from itertools import groupby

with open("readings.csv") as file:
    rows = [(int(second) // 60, float(value)) for second, value in (line.strip().split(",") for line in file) if value]
with open("minutes.csv", "w") as out:
    for minute, group in groupby(rows, key=lambda row: row[0]):
        values = [value for _, value in group]
        out.write(f"{minute},{sum(values) / len(values):.6f}\n")
