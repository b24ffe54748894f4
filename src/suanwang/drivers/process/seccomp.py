"""The system calls a task may not make, as a classic BPF program for the kernel's seccomp filter, written by hand.

A short list of what has no business in a computation: changing mounts and namespaces, loading code into the kernel, looking
into other processes, keys, clocks, and sockets of families that are not held by a network namespace (AF_VSOCK reaches the
machine's host). All else is allowed, so ordinary programs do not notice. Numbers: the kernel's syscall tables; layout of
`struct seccomp_data` and return values: linux/seccomp.h, linux/filter.h, linux/audit.h.
"""

import errno
import struct

_LD, _JEQ, _JGE, _JSET, _RET = 0x20, 0x15, 0x35, 0x45, 0x06
_NR, _ARCH, _ARG0, _ARG1 = 0, 4, 16, 24
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_X32_BIT = 0x40000000
_NAMESPACES = 0x7E020080  # CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET,TIME}
_FAMILIES = (1, 2, 10, 16)  # AF_UNIX, AF_INET, AF_INET6, AF_NETLINK (getifaddrs)
_TERMINAL = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX: type into the terminal of another

_NEW = {  # the same numbers everywhere since 5.x
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428, "move_mount": 429,
    "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "pidfd_getfd": 438, "mount_setattr": 442,
    "quotactl_fd": 443,
}  # fmt: skip
_X86_64 = {
    "ptrace": 101, "syslog": 103, "vhangup": 153, "pivot_root": 155, "chroot": 161, "acct": 163, "settimeofday": 164,
    "mount": 165, "umount2": 166, "swapon": 167, "swapoff": 168, "reboot": 169, "sethostname": 170, "setdomainname": 171,
    "iopl": 172, "ioperm": 173, "init_module": 175, "delete_module": 176, "quotactl": 179, "lookup_dcookie": 212,
    "clock_settime": 227, "kexec_load": 246, "add_key": 248, "request_key": 249, "keyctl": 250, "unshare": 272,
    "perf_event_open": 298, "name_to_handle_at": 303, "open_by_handle_at": 304, "setns": 308, "process_vm_readv": 310,
    "process_vm_writev": 311, "kcmp": 312, "finit_module": 313, "kexec_file_load": 320, "bpf": 321, "userfaultfd": 323,
}  # fmt: skip
_AARCH64 = {
    "lookup_dcookie": 18, "umount2": 39, "mount": 40, "pivot_root": 41, "chroot": 51, "vhangup": 58, "quotactl": 60,
    "acct": 89, "unshare": 97, "kexec_load": 104, "init_module": 105, "delete_module": 106, "clock_settime": 112,
    "syslog": 116, "ptrace": 117, "reboot": 142, "sethostname": 161, "setdomainname": 162, "settimeofday": 170,
    "add_key": 217, "request_key": 218, "keyctl": 219, "swapon": 224, "swapoff": 225, "perf_event_open": 241,
    "name_to_handle_at": 264, "open_by_handle_at": 265, "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271,
    "kcmp": 272, "finit_module": 273, "bpf": 280, "userfaultfd": 282, "kexec_file_load": 294,
}  # fmt: skip
_MACHINES = {  # audit id, refused calls, and the numbers of clone, clone3, socket, ioctl
    "x86_64": (0xC000003E, _X86_64, 56, 435, 41, 16),
    "aarch64": (0xC00000B7, _AARCH64, 220, 435, 198, 29),
}


def program(machine: str) -> bytes:
    """The filter for `os.uname().machine`, as an array of struct sock_filter; b"" for a machine we have no numbers for."""
    if machine not in _MACHINES:
        return b""
    audit, refused, clone, clone3, socket, ioctl = _MACHINES[machine]
    code = [_op(_LD, _ARCH), _op(_JEQ, audit, 1, 0), _op(_RET, _KILL), _op(_LD, _NR)]
    if machine == "x86_64":
        code += [_op(_JGE, _X32_BIT, 0, 1), _no(errno.ENOSYS)]
    for number in sorted((refused | _NEW).values()):
        code += [_op(_JEQ, number, 0, 1), _no(errno.EPERM)]
    # The flags of clone3 lie in memory, where a filter cannot look; libraries fall back to clone.
    code += [_op(_JEQ, clone3, 0, 1), _no(errno.ENOSYS)]
    code += _when(clone, [_op(_LD, _ARG0), _op(_JSET, _NAMESPACES, 0, 1), _no(errno.EPERM)])
    code += _when(socket, [_op(_LD, _ARG0), *_any(_FAMILIES, len(_FAMILIES)), _no(errno.EAFNOSUPPORT)])
    code += _when(ioctl, [_op(_LD, _ARG1), *(x for t in _TERMINAL for x in (_op(_JEQ, t, 0, 1), _no(errno.EPERM)))])
    return b"".join([*code, _op(_RET, _ALLOW)])


def _op(code: int, k: int, then: int = 0, other: int = 0) -> bytes:
    return struct.pack("=HBBI", code, then, other, k)


def _no(error: int) -> bytes:
    return _op(_RET, _ERRNO | error)


def _when(number: int, body: list[bytes]) -> list[bytes]:
    """If it is this call: the body, and what falls through it is allowed. Else on with the number still loaded."""
    return [_op(_JEQ, number, 0, len(body) + 1), *body, _op(_RET, _ALLOW)]


def _any(values: tuple[int, ...], count: int) -> list[bytes]:
    """Skip the refusal that follows when the loaded word is one of the values."""
    return [_op(_JEQ, value, count - i, 0) for i, value in enumerate(values)]
