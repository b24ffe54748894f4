"""Network interfaces of one namespace: made, named, addressed, marked and watched, by rtnetlink."""

import asyncio
import errno
import fcntl
import os
import socket
import struct
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path

import msgspec

from suanwang.drivers.kernel.channel import Channel, refused
from suanwang.drivers.kernel.message import (
    AF_INET6,
    CREATE,
    EXCL,
    REPLACE,
    attribute,
    attributes,
    messages,
    nested,
    number_in,
    text,
    u8,
    u32,
)
from suanwang.drivers.kernel.namespace import descriptor, inside

NEWLINK, DELLINK, GETLINK, SETLINK, NEWADDR, DELADDR = 16, 17, 18, 19, 20, 21
_IFINFO, _IFADDR = struct.Struct("=BxHiII"), struct.Struct("=BBBBI")
_ADDRESS, _NAME, _MTU, _LINKINFO, _NS_FD, _ALIAS, _AF_SPEC, _CARRIER, _QLEN = 1, 3, 4, 18, 28, 20, 26, 33, 13
_UP, _RUNNING = 1, 0x40
_NODAD, _NOPREFIX = 0x02, 0x200
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
GROUP_LINK = 1
_NEWROUTE, _BOOT = 24, 3


class Link(msgspec.Struct, frozen=True):
    """up: told to be. carrier: it is, and the other end too. alias: "" if it has none."""

    name: str
    index: int
    up: bool
    carrier: bool
    alias: str = ""


class Links:
    """Of one namespace, "" for the one of this thread. KernelFault SUAN-K003 where the kernel says no."""

    def __init__(self, namespace: str = "") -> None:
        self.namespace = namespace
        self._channel = Channel(namespace)

    def close(self) -> None:
        self._channel.close()

    def veth(self, name: str, peer: str, peer_namespace: str | int = "", *, mtu: int = 0) -> None:
        """A pair of interfaces; the peer in another namespace, by name or descriptor, or in this one if it is ""."""
        there = descriptor(peer_namespace) if isinstance(peer_namespace, str) and peer_namespace else peer_namespace
        try:
            where = u32(_NS_FD, there) if isinstance(there, int) else b""
            size = u32(_MTU, mtu) if mtu else b""
            other = attribute(1, _IFINFO.pack(0, 0, 0, 0, 0) + text(_NAME, peer) + size + where)
            info = nested(_LINKINFO, text(1, "veth"), nested(2, other))
            self._ask(
                f"the interface {name}", NEWLINK, CREATE | EXCL, _IFINFO.pack(0, 0, 0, 0, 0) + text(_NAME, name) + size + info
            )
        finally:
            if isinstance(peer_namespace, str) and isinstance(there, int):
                os.close(there)

    def tun(self, name: str) -> int:
        """A TUN interface that lives as long as the descriptor that is returned; packets are read from it without a header."""
        with inside(self.namespace):
            fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                fcntl.ioctl(fd, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _IFF_TUN | _IFF_NO_PI))
            except OSError as error:
                os.close(fd)
                raise refused(f"the interface {name}", error) from error
        return fd

    def remove(self, name: str) -> None:
        """With its peer, if it has one; nothing if it is not there."""
        try:
            self._channel.ask(DELLINK, 0, _IFINFO.pack(0, 0, 0, 0, 0) + text(_NAME, name))
        except OSError as error:
            if error.errno != errno.ENODEV:
                raise refused(f"to remove {name}", error) from error

    def up(self, name: str) -> None:
        self._change(name, flags=_UP)

    def down(self, name: str) -> None:
        self._change(name, flags=0)

    def mtu(self, name: str, size: int) -> None:
        self._change(name, u32(_MTU, size))

    def mac(self, name: str, address: str) -> None:
        """address: "02:00:00:00:00:01"."""
        self._change(name, attribute(_ADDRESS, bytes.fromhex(address.replace(":", ""))))

    def alias(self, name: str, said: str) -> None:
        """A mark that stays with the interface, to know one's own by."""
        self._change(name, attribute(_ALIAS, said.encode()))

    def rename(self, name: str, fresh: str) -> None:
        self._change(name, text(_NAME, fresh), by_index=True)

    def move(self, name: str, namespace: str) -> None:
        """To another namespace."""
        fd = descriptor(namespace)
        try:
            self._change(name, u32(_NS_FD, fd))
        finally:
            os.close(fd)

    def addr_gen_none(self, name: str) -> None:
        """No link-local address but those that are given."""
        self._change(name, nested(_AF_SPEC, nested(AF_INET6, u8(8, 1))))

    def address(self, name: str, given: str, *, prefix_route: bool = True) -> None:
        """given: "fd00::1/64"; usable at once, without asking whether somebody has it. One that is there stays."""
        flags = _NODAD | (0 if prefix_route else _NOPREFIX)
        self._ask(f"the address {given}", NEWADDR, CREATE | REPLACE, self._addressed(name, given) + u32(8, flags))

    def drop_address(self, name: str, given: str) -> None:
        """Nothing if it is not there."""
        try:
            self._channel.ask(DELADDR, 0, self._addressed(name, given))
        except OSError as error:
            if error.errno not in (errno.EADDRNOTAVAIL, errno.ENODEV):
                raise refused(f"to drop {given}", error) from error

    def link_local(self, name: str, given: str) -> None:
        """given: "fe80::1"."""
        self.address(name, f"{given}/64")

    def default_route(self, name: str, via: str) -> None:
        """All that is for nobody nearer goes this way."""
        head = struct.pack("=BBBBBBBBI", AF_INET6, 0, 0, 0, 254, _BOOT, 0, 1, 0)
        gate = attribute(5, socket.inet_pton(AF_INET6, via))
        self._ask("the default route", _NEWROUTE, CREATE | REPLACE, head + gate + u32(4, self.index(name)))

    def names(self) -> tuple[Link, ...]:
        """All interfaces, by index."""
        found = (link for _, body in self._channel.dump(GETLINK, _IFINFO.pack(0, 0, 0, 0, 0)) if (link := _link(body)))
        return tuple(sorted(found, key=lambda link: link.index))

    def aliases(self) -> dict[str, str]:
        """The marks, by interface, of those that have one."""
        return {link.name: link.alias for link in self.names() if link.alias}

    def index(self, name: str) -> int:
        """KernelFault SUAN-K003: there is no such interface."""
        with inside(self.namespace):
            try:
                return socket.if_nametoindex(name)
            except OSError as error:
                raise refused(f"the interface {name}", error) from error

    def sysctls(self, values: Mapping[str, int | str]) -> None:
        """Settings under /proc/sys, such as "net.ipv6.conf.all.forwarding"; those that this kernel lacks are passed over.
        With slashes between the parts where a part has a dot in it."""
        with inside(self.namespace):
            for key, value in values.items():
                try:
                    Path("/proc/sys", key if "/" in key else key.replace(".", "/")).write_text(f"{value}")
                except FileNotFoundError:
                    continue
                except OSError as error:
                    raise refused(f"the setting {key}", error) from error

    async def watch(self) -> AsyncGenerator[Link]:
        """Each change of an interface, as it is afterwards; one that is gone is neither up nor carried."""
        channel, loop = Channel(self.namespace, GROUP_LINK), asyncio.get_running_loop()
        channel.socket.setblocking(False)
        try:
            while True:
                for kind, _, _, body in messages(await loop.sock_recv(channel.socket, 1 << 16)):
                    if kind in (NEWLINK, DELLINK) and (link := _link(body)):
                        yield msgspec.structs.replace(link, up=False, carrier=False) if kind == DELLINK else link
        finally:
            channel.close()

    def _addressed(self, name: str, given: str) -> bytes:
        plain, _, bits = given.partition("/")
        family = socket.AF_INET6 if ":" in plain else socket.AF_INET
        packed = socket.inet_pton(family, plain)
        head = _IFADDR.pack(family, int(bits or len(packed) * 8), 0, 0, self.index(name))
        return head + attribute(1, packed) + attribute(2, packed)

    def _change(self, name: str, parts: bytes = b"", flags: int | None = None, *, by_index: bool = False) -> None:
        mask = _UP if flags is not None else 0
        index = self.index(name) if by_index else 0
        named = b"" if by_index else text(_NAME, name)
        self._ask(f"a change of {name}", NEWLINK, 0, _IFINFO.pack(0, 0, index, flags or 0, mask) + named + parts)

    def _ask(self, what: str, kind: int, flags: int, body: bytes) -> None:
        try:
            self._channel.ask(kind, flags, body)
        except OSError as error:
            raise refused(what, error) from error


def _link(body: bytes) -> Link | None:
    _, _, index, flags, _ = _IFINFO.unpack_from(body)
    found = attributes(body[_IFINFO.size :])
    name = found.get(_NAME, b"").rstrip(b"\0").decode()
    carrier = bool(flags & _RUNNING) and number_in(found.get(_CARRIER, b"\1")) != 0
    return Link(name, index, bool(flags & _UP), carrier, found.get(_ALIAS, b"").rstrip(b"\0").decode(errors="replace"))
