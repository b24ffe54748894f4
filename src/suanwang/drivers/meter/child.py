"""The child that runs the kernels: a request on standard input, readings on standard output, then it is gone."""

import sys

import msgspec

from suanwang.drivers.meter.kernels import run
from suanwang.drivers.meter.parent import Request


def main() -> None:
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=Request)
    done = tuple(run(order.kernel, order.budget_s, request.array_bytes, order.repetitions) for order in request.orders)
    sys.stdout.buffer.write(msgspec.json.encode(done))


if __name__ == "__main__":
    main()
