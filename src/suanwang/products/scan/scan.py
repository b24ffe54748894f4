"""Maximum-intensity projections of a scanned volume, and how bright it is: as one program, or as a service that is sent
volumes.

A volume is bytes: three numbers of four bytes each, little end first (layers, rows, columns), then a byte for each point.
From it come three pictures (PGM), seen along each axis, and the shares of its brightness in eight steps.
"""

import json
import os
import random
import struct
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HEAD = struct.Struct("<III")
POINTS_MOST = 64 << 20


def read(data):
    """(layers, rows, columns, points); ValueError for what is no volume."""
    if len(data) < HEAD.size:
        raise ValueError("there is no head of three numbers")
    layers, rows, columns = HEAD.unpack_from(data)
    points = memoryview(data)[HEAD.size :]
    if not 0 < layers * rows * columns <= POINTS_MOST or len(points) != layers * rows * columns:
        raise ValueError(f"{layers} x {rows} x {columns} points are said, {len(points)} are there")
    return layers, rows, columns, points


def analysed(data):
    """({axis: picture}, brightness): each picture as (width, height, bytes)."""
    layers, rows, columns, points = read(data)
    size = rows * columns
    front, top, side = bytearray(size), bytearray(layers * columns), bytearray(layers * rows)
    steps = [0] * 8
    for z in range(layers):
        layer = bytes(points[z * size : (z + 1) * size])
        front = bytearray(map(max, front, layer))
        lines = [layer[y * columns : (y + 1) * columns] for y in range(rows)]
        top[z * columns : (z + 1) * columns] = bytes(map(max, *lines)) if rows > 1 else lines[0]
        side[z * rows : (z + 1) * rows] = bytes(map(max, lines))
        for value, count in enumerate(map(layer.count, range(256))):
            steps[value >> 5] += count
    pictures = {"front": (columns, rows, front), "top": (columns, layers, top), "side": (rows, layers, side)}
    return pictures, [count / (size * layers) for count in steps]


def written(picture):
    width, height, data = picture
    return b"P5 %d %d 255\n" % (width, height) + bytes(data)


def once(path):
    with open(path, "rb") as file:
        pictures, brightness = analysed(file.read())
    os.makedirs("out", exist_ok=True)
    name = os.path.splitext(os.path.basename(path))[0]
    for axis, picture in pictures.items():
        with open(f"out/{name}-{axis}.pgm", "wb") as file:
            file.write(written(picture))
    with open(f"out/{name}.json", "w") as file:
        json.dump({"brightness": brightness}, file)


def measured(many):
    """So many times what a volume of 128^3 points takes, without the way over HTTP; the bytes that would be answered."""
    volume = HEAD.pack(128, 128, 128) + random.Random(0).randbytes(128**3)
    return sum(len(written(analysed(volume)[0]["front"])) for _ in range(many))


class Scans(BaseHTTPRequestHandler):
    """GET /: whether it is there. POST /: a volume, answered by its picture from the front."""

    def do_GET(self):
        self.answered(200, b"ready\n", "text/plain")

    def do_POST(self):
        size = int(self.headers.get("Content-Length") or 0)
        if not HEAD.size < size <= HEAD.size + POINTS_MOST:
            return self.answered(413, b"a volume has up to 64 Mi points\n", "text/plain")
        try:
            pictures, _ = analysed(self.rfile.read(size))
        except ValueError as problem:
            return self.answered(400, f"{problem}\n".encode(), "text/plain")
        self.answered(200, written(pictures["front"]), "image/x-portable-graymap")

    def answered(self, status, body, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        pass


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(measured(int(sys.argv[2])))
    elif len(sys.argv) == 2:
        once(sys.argv[1])
    else:
        ThreadingHTTPServer((os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8080"))), Scans).serve_forever()
