"""Programs and tables that run in the kernel (bpf(2)), by its system call alone: written as instructions here, so that it
takes no compiler, no library and no headers on the machine.

    assembled   names of registers, labels and map descriptors -> the instructions of linux/bpf.h
    Map         a table that program and user space share; it lives as long as either
    load        the kernel checks a program before it takes it: what it refuses, it says why
"""

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

HASH, ARRAY, LRU_HASH = 1, 2, 9
LOOKUP, UPDATE, KTIME_NS, RANDOM, SET_HASH, LOAD_BYTES = 1, 2, 5, 7, 48, 68
"""Helpers: of maps, the clock, chance, and of packets (bpf_set_hash, bpf_skb_load_bytes_relative)."""
SCHED_CLS = 3
_CREATE, _LOOKUP, _UPDATE, _DELETE, _LOAD, _RUN, _PROG_BY_ID, _MAP_BY_ID, _INFO, _BATCH = 0, 1, 2, 3, 5, 10, 13, 14, 15, 24
_CALL = {"x86_64": 321, "aarch64": 280, "riscv64": 280}
_ATTR = 128
_LOG = 1 << 18
_libc = ctypes.CDLL(None, use_errno=True)

_ALU = {"add": 0x00, "sub": 0x10, "mul": 0x20, "or": 0x40, "and": 0x50, "lsh": 0x60, "rsh": 0x70, "mov": 0xB0}
_JUMP = {"ja": 0x00, "jeq": 0x10, "jgt": 0x20, "jge": 0x30, "jset": 0x40, "jne": 0x50, "jsgt": 0x60, "jlt": 0xA0, "jle": 0xB0,
         "jslt": 0xC0}  # fmt: skip
_SIZE = {"u32": 0x00, "u16": 0x08, "u8": 0x10, "u64": 0x18}
_INSTRUCTION = struct.Struct("<BBhi")

Part = str | int | tuple[str, int]
Line = tuple[Part, ...]
"""("add", "r1", 4 or "r2"), with "32" after the name for the lower half; ("jeq", "r1", 0 or "r2", "label"); ("label", "name");
("load", "u32", "r1", "r2", offset); ("store", "u32", "r1", offset, "r2" or a number); ("count", "r1", offset, "r2") adds at
once; ("swap16", "r1") from the network's order; ("map", "r1", descriptor); ("wide", "r1", number); ("call", helper);
("exit",)."""


def assembled(lines: Sequence[Line]) -> bytes:
    """The instructions. Labels are ("label", name)."""
    at, places = 0, dict[str, int]()
    for line in lines:
        if line[0] == "label":
            places[str(line[1])] = at
        else:
            at += 2 if line[0] in ("map", "wide") else 1
    made, at = bytearray(), 0
    for line in lines:
        if line[0] != "label":
            made += (one := _instruction(line, at, places))
            at += len(one) // 8
    return bytes(made)


def _instruction(line: Line, at: int, places: dict[str, int]) -> bytes:
    match line:
        case ("exit",):
            return _INSTRUCTION.pack(0x95, 0, 0, 0)
        case ("call", int(helper)):
            return _INSTRUCTION.pack(0x85, 0, 0, helper)
        case ("map", str(to), int(fd)):
            return _INSTRUCTION.pack(0x18, _register(to) | 0x10, 0, fd) + bytes(8)
        case ("wide", str(to), int(value)):
            low, high = struct.unpack("<ii", struct.pack("<Q", value))
            return _INSTRUCTION.pack(0x18, _register(to), 0, low) + _INSTRUCTION.pack(0, 0, 0, high)
        case ("swap16", str(which)):
            return _INSTRUCTION.pack(0xDC, _register(which), 0, 16)
        case ("load", str(size), str(to), str(where), int(offset)):
            return _INSTRUCTION.pack(0x61 | _SIZE[size], _register(to) | _register(where) << 4, offset, 0)
        case ("store", str(size), str(where), int(offset), str(what)):
            return _INSTRUCTION.pack(0x63 | _SIZE[size], _register(where) | _register(what) << 4, offset, 0)
        case ("store", str(size), str(where), int(offset), int(what)):
            return _INSTRUCTION.pack(0x62 | _SIZE[size], _register(where), offset, what)
        case ("count", str(where), int(offset), str(what)):
            return _INSTRUCTION.pack(0xC3, _register(where) | _register(what) << 4, offset, 0)
        case ("ja", str(label)):
            return _INSTRUCTION.pack(0x05, 0, places[label] - at - 1, 0)
        case (str(name), str(to), (str() | int()) as what, str(label)):
            code, half = _JUMP[name.removesuffix("32")], 0x06 if name.endswith("32") else 0x05
            return _with(code | half, to, what, places[label] - at - 1)
        case (str(name), str(to), (str() | int()) as what):
            code, half = _ALU[name.removesuffix("32")], 0x04 if name.endswith("32") else 0x07
            return _with(code | half, to, what, 0)
        case _:
            raise AssertionError(f"no such instruction: {line}")


def _with(code: int, to: str, what: str | int, offset: int) -> bytes:
    if isinstance(what, str):
        return _INSTRUCTION.pack(code | 0x08, _register(to) | _register(what) << 4, offset, 0)
    return _INSTRUCTION.pack(code, _register(to), offset, what)


def _register(name: str) -> int:
    return int(name.removeprefix("r"))


class Map:
    """A table by its descriptor, which is ours to close. key, value: their sizes in bytes."""

    def __init__(self, fd: int, key: int, value: int, entries: int) -> None:
        self.fd, self.key, self.value, self.entries = fd, key, value, entries

    @classmethod
    def made(cls, kind: int, key: int, value: int, entries: int, name: str) -> "Map":
        """A new one. OSError as the kernel says it."""
        attr = struct.pack("=IIIIIII", kind, key, value, entries, 0, 0, 0) + name.encode()[:15].ljust(16, b"\0")
        return cls(_bpf(_CREATE, attr), key, value, entries)

    @classmethod
    def held(cls, id: int) -> "Map":
        """One that is there already. OSError as the kernel says it."""
        fd = _bpf(_MAP_BY_ID, struct.pack("=III", id, 0, 0))
        _, _, key, value, entries = struct.unpack_from("=IIIII", _info(fd, 80))
        return cls(fd, key, value, entries)

    def close(self) -> None:
        os.close(self.fd)

    def get(self, key: bytes) -> bytes | None:
        """None if it is not there."""
        found = ctypes.create_string_buffer(self.value)
        try:
            self._do(_LOOKUP, key, found)
        except OSError as error:
            if error.errno == errno.ENOENT:
                return None
            raise
        return found.raw

    def put(self, key: bytes, value: bytes) -> None:
        assert len(value) == self.value, "a value of another size"
        self._do(_UPDATE, key, ctypes.create_string_buffer(value, len(value)))

    def drop(self, key: bytes) -> None:
        """Nothing if it is not there."""
        try:
            self._do(_DELETE, key, None)
        except OSError as error:
            if error.errno != errno.ENOENT:
                raise

    def all(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """(keys, values), a row each; of what changes meanwhile some may be missed."""
        keys, values = list[NDArray[np.uint8]](), list[NDArray[np.uint8]]()
        for key, value in self._batches(max(64, min(self.entries, 8192))):
            keys.append(key)
            values.append(value)
        return (
            np.concatenate(keys) if keys else np.zeros((0, self.key), np.uint8),
            np.concatenate(values) if values else np.zeros((0, self.value), np.uint8),
        )

    def _batches(self, most: int) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
        place, first = ctypes.create_string_buffer(max(self.key, 4)), True
        while True:
            keys, values = np.zeros((most, self.key), np.uint8), np.zeros((most, self.value), np.uint8)
            attr = ctypes.create_string_buffer(
                struct.pack(
                    "=QQQQIIQQ", 0 if first else ctypes.addressof(place), ctypes.addressof(place), keys.ctypes.data,
                    values.ctypes.data, most, self.fd, 0, 0,
                ),
                _ATTR,
            )  # fmt: skip
            over = False
            try:
                _called(_BATCH, attr)
            except OSError as error:
                if error.errno == errno.ENOSPC and most < self.entries:  # a bucket of the table holds more than that
                    most *= 2
                    continue
                if error.errno != errno.ENOENT:
                    raise
                over = True
            (count,) = struct.unpack_from("=I", attr.raw, 32)
            yield keys[:count], values[:count]
            if over or count == 0:
                return
            first = False

    def _do(self, command: int, key: bytes, value: "ctypes.Array[ctypes.c_char] | None") -> None:
        assert len(key) == self.key, "a key of another size"
        named = ctypes.create_string_buffer(key, len(key))
        where = ctypes.addressof(value) if value is not None else 0
        _bpf(command, struct.pack("=IIQQQ", self.fd, 0, ctypes.addressof(named), where, 0))


class Program(NamedTuple):
    """One that the kernel holds. tag: the same for the same instructions. maps: ids of the tables that it uses."""

    fd: int
    id: int
    tag: bytes
    maps: tuple[int, ...]

    def run(self, packet: bytes, times: int = 1) -> tuple[int, int]:
        """(what it answers to this packet, from its Ethernet header on; ns that it takes), so many times over. OSError as the
        kernel says it."""
        given = ctypes.create_string_buffer(packet, len(packet))
        attr = struct.pack("=IIIIQQII", self.fd, 0, len(packet), 0, ctypes.addressof(given), 0, times, 0)
        told = ctypes.create_string_buffer(attr, _ATTR)
        _called(_RUN, told)
        return struct.unpack_from("=i", told.raw, 4)[0], struct.unpack_from("=I", told.raw, 36)[0]


def load(code: bytes, name: str) -> Program:
    """Have the kernel check and keep a program for packets (SCHED_CLS). OSError: its last words on it are the error's."""
    lines, licence = ctypes.create_string_buffer(code, len(code)), ctypes.create_string_buffer(b"GPL")
    named = name.encode()[:15].ljust(16, b"\0")

    def asked(log: int, size: int) -> int:
        where = 0 if not size else ctypes.addressof(said)
        head = struct.pack("=IIQQ", SCHED_CLS, len(code) // 8, ctypes.addressof(lines), ctypes.addressof(licence))
        return _bpf(_LOAD, head + struct.pack("=IIQII", log, size, where, 0, 0) + named)

    said = ctypes.create_string_buffer(_LOG)
    try:
        return program(asked(0, 0))
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EINVAL, errno.E2BIG):
            raise
    try:
        return program(asked(1, _LOG))
    except OSError as error:
        why = said.value.decode(errors="replace").strip().splitlines()
        raise OSError(error.errno, f"{error.strerror}: {' | '.join(why[-4:-1] or why)}") from error


def program(fd: int) -> Program:
    """What the kernel says of one that it holds."""
    ids = (ctypes.c_uint32 * 16)()
    asked = bytearray(96)
    struct.pack_into("=IQ", asked, 52, 16, ctypes.addressof(ids))
    told = _info(fd, 96, bytes(asked))
    _, id = struct.unpack_from("=II", told)
    (count,) = struct.unpack_from("=I", told, 52)
    return Program(fd, id, told[8:16], tuple(ids[:count]))


def held(id: int) -> Program:
    """One that is there already. OSError as the kernel says it."""
    return program(_bpf(_PROG_BY_ID, struct.pack("=III", id, 0, 0)))


def _info(fd: int, size: int, asked: bytes = b"") -> bytes:
    told = ctypes.create_string_buffer(asked, size)
    _bpf(_INFO, struct.pack("=IIQ", fd, size, ctypes.addressof(told)))
    return told.raw


def _bpf(command: int, attr: bytes) -> int:
    return _called(command, ctypes.create_string_buffer(attr, _ATTR))


def _called(command: int, attr: "ctypes.Array[ctypes.c_char]") -> int:
    number = _CALL.get(platform.machine())
    if number is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    found = _libc.syscall(number, command, attr, len(attr))
    if found < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return int(found)
