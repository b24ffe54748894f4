"""At the edge: the line that fits the minutes best."""

import json

rows = [tuple(map(float, line.split(","))) for line in open("minutes.csv")]
x, y = sum(r[0] for r in rows) / len(rows), sum(r[1] for r in rows) / len(rows)
slope = sum((a - x) * (b - y) for a, b in rows) / sum((a - x) ** 2 for a, _ in rows)
json.dump({"slope": round(slope, 9), "mean": round(y, 6)}, open("trend.json", "w"))
