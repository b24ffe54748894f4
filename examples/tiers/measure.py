"""A sensor's day: two hundred thousand noisy readings of a machine's vibration, some of them lost."""

import random

draw = random.Random(7)
with open("readings.csv", "w") as file:
    for second in range(200_000):
        value = 10 + 3 * ((second % 3600) / 3600) + draw.gauss(0, 1)
        file.write(f"{second},{'' if draw.random() < 0.01 else f'{value:.4f}'}\n")
