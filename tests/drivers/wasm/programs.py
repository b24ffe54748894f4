"""Small WASI programs of our own, as text."""

WASI = '(import "wasi_snapshot_preview1" "{0}" (func ${0} (param {1}) (result i32)))'


def module(body: str, *imports: str, memory: int = 1) -> str:
    """A command. body: of `_start`; imports: of TYPES."""
    lines = [WASI.format(name, TYPES[name]) for name in imports]
    quit = '(import "wasi_snapshot_preview1" "proc_exit" (func $quit (param i32)))'
    return f'(module {quit} {" ".join(lines)} (memory (export "memory") {memory}) (func (export "_start") {body}))'


TYPES = {
    "fd_write": "i32 i32 i32 i32",
    "args_get": "i32 i32",
    "environ_get": "i32 i32",
    "path_open": "i32 i32 i32 i32 i32 i64 i64 i32 i32",
    "poll_oneoff": "i32 i32 i32 i32",
    "sock_accept": "i32 i32 i32",
}


def quits(code: int) -> str:
    return module(f"(call $quit (i32.const {code}))")


def spins(steps: int) -> str:
    """A counted loop; without an end if steps is 0."""
    count = "(local.tee $i (i32.add (local.get $i) (i32.const 1)))"
    return module(
        f"(local $i i32) (loop $again (br_if $again (i32.ne {count} (i32.const {steps or -1})))"
        + (")" if steps else " (br $again))")
    )


def says_first(function: str) -> str:
    """Print 8 bytes of the first string that args_get or environ_get tells."""
    body = f"""(drop (call ${function} (i32.const 64) (i32.const 1024)))
      (i32.store (i32.const 0) (i32.load (i32.const 64))) (i32.store (i32.const 4) (i32.const 8))
      (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))"""
    return module(body, function, "fd_write")


def floods() -> str:
    """Write 64 KiB to stdout again and again, until it fails; quit with the error."""
    body = """(local $e i32) (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 65000))
      (loop $again
        (br_if $again (i32.eqz (local.tee $e (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16))))))
      (call $quit (local.get $e))"""
    return module(body, "fd_write")


def opens(path: str, root: int) -> str:
    """Open a path for reading, relative to a preopened folder; quit with the error number, 0 if it opened."""
    body = f"""(call $quit (call $path_open (i32.const {root}) (i32.const 1) (i32.const 8) (i32.const {len(path)})
      (i32.const 0) (i64.const 2) (i64.const 2) (i32.const 0) (i32.const 4)))"""
    return module(f"{body}", "path_open").replace("(func (export", f'(data (i32.const 8) "{path}") (func (export')


def sleeps(seconds: int) -> str:
    """One call to the system that returns after so long: poll_oneoff with one relative monotonic clock."""
    body = f"""(i32.store8 (i32.const 8) (i32.const 0)) (i32.store (i32.const 16) (i32.const 1))
      (i64.store (i32.const 24) (i64.const {seconds * 10**9}))
      (drop (call $poll_oneoff (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 128)))"""
    return module(body, "poll_oneoff")


def hogs() -> str:
    """Take memory a MiB at a time and give up, as an allocator would, when it is refused."""
    return module("(loop $again (br_if $again (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) unreachable")


def accepts() -> str:
    """Accept a connection on any of the first descriptors; quit with 0 if one of them is a socket."""
    body = """(local $fd i32) (loop $again
        (if (i32.eqz (call $sock_accept (local.get $fd) (i32.const 0) (i32.const 16))) (then (call $quit (i32.const 0))))
        (br_if $again (i32.lt_u (local.tee $fd (i32.add (local.get $fd) (i32.const 1))) (i32.const 16))))
      (call $quit (i32.const 1))"""
    return module(body, "sock_accept")
