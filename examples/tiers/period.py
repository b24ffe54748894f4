"""In the cloud: after how many minutes it repeats itself, by the correlation at every lag up to two hours."""

import json

values = [float(line.split(",")[1]) for line in open("minutes.csv")]
mean = sum(values) / len(values)
flat = [value - mean for value in values]
best = max(range(10, 120), key=lambda lag: sum(a * b for a, b in zip(flat, flat[lag:])) / (len(flat) - lag))
json.dump({"period_min": best}, open("period.json", "w"))
