"""How near is computing? One horizontal band of a map of the ten computing clusters of East Data, West Computing.

usage: coverage.py BAND [BANDS]    reads clusters.csv and cities.csv, writes out/band-NN.ppm and out/band-NN.json

For each cell of the map, the cluster that answers soonest and the estimated round trip over fibre; for each city in the band
the same. Round trip = 2 x great-circle distance x 1.6 (a fibre is no straight line) / 204 km per ms (light in glass).
"""

import csv
import json
import math
import os
import sys

WEST, EAST, SOUTH, NORTH = 73.0, 135.0, 18.0, 54.0
STEP = 0.2  # degrees
COLOURS = ((86, 180, 233), (230, 159, 0), (0, 158, 115), (240, 228, 66), (0, 114, 178),
           (213, 94, 0), (204, 121, 167), (148, 103, 189), (140, 86, 75), (127, 127, 127))  # fmt: skip


def read(name):
    """Rows of (name, latitude, longitude) in radians."""
    with open(name, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [(r["name"], math.radians(float(r["latitude"])), math.radians(float(r["longitude"]))) for r in rows]


def nearest(latitude, longitude, clusters):
    """(index of the cluster that answers soonest, round trip in ms)."""
    cosine, best, index = math.cos(latitude), 9.0, 0
    for i, (_, lat, lon) in enumerate(clusters):
        h = math.sin((lat - latitude) / 2) ** 2 + cosine * math.cos(lat) * math.sin((lon - longitude) / 2) ** 2
        if h < best:
            best, index = h, i
    return index, 2 * (2 * 6371.0088 * math.asin(math.sqrt(best))) * 1.6 / 204


def main(band, bands):
    clusters, cities = read("clusters.csv"), read("cities.csv")
    rows, columns = round((NORTH - SOUTH) / STEP), round((EAST - WEST) / STEP)
    mine = range(rows * band // bands, rows * (band + 1) // bands)
    pixels, cells, within = bytearray(), [0] * len(clusters), {5: 0, 10: 0, 20: 0}
    for row in mine:
        latitude = math.radians(NORTH - (row + 0.5) * STEP)
        for column in range(columns):
            index, ms = nearest(latitude, math.radians(WEST + (column + 0.5) * STEP), clusters)
            cells[index] += 1
            for limit in within:
                within[limit] += ms <= limit
            light = max(0.25, 1 - round(ms) / 40)
            pixels += bytes(round(c * light) for c in COLOURS[index])
    served = {}
    for name, latitude, longitude in cities:
        if band <= (NORTH - math.degrees(latitude)) / (NORTH - SOUTH) * bands < band + 1:
            index, ms = nearest(latitude, longitude, clusters)
            served[name] = [clusters[index][0], round(ms, 1)]
    os.makedirs("out", exist_ok=True)
    with open(f"out/band-{band:02d}.ppm", "wb") as file:
        file.write(b"P6 %d %d 255\n" % (columns, len(mine)) + pixels)
    with open(f"out/band-{band:02d}.json", "w") as file:
        json.dump({"rows": len(mine), "cells": cells, "within_ms": within, "cities": served}, file)
    print(f"band {band:2d} of {bands}: {len(mine) * columns} cells, {len(served)} cities")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 12)
