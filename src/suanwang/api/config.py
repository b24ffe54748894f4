"""Where a client finds its brain: one small private file, overridden by SUAN_URL and SUAN_TOKEN."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from suanwang.drivers.tls import NOBODY, Peer
from suanwang.model.fault import UsageFault

DEFAULT_URL = "https://127.0.0.1:7420"


class Config(NamedTuple):
    """url: of the brain, without a trailing slash; token: a user token, "" if there is none; peer: whom to expect there."""

    url: str
    token: str
    peer: Peer = NOBODY


def config_path(environ: Mapping[str, str] = os.environ) -> Path:
    """$XDG_CONFIG_HOME/suanwang/client.json, or ~/.config/suanwang/client.json (XDG Base Directory Specification)."""
    root = environ.get("XDG_CONFIG_HOME", "")
    folder = Path(root) if root else Path(environ.get("HOME") or Path.home()) / ".config"
    return folder / "suanwang" / "client.json"


def load_config(environ: Mapping[str, str] = os.environ) -> Config:
    """The environment first, then the file, then the brain that `suan up` starts by default. UsageFault SUAN-U026: not JSON.

    A token from the file goes only to the URL from the file: SUAN_URL alone never sends it to somebody else.
    """
    kept = _read(config_path(environ))
    url = (environ.get("SUAN_URL") or kept.url).rstrip("/")
    token = environ.get("SUAN_TOKEN") or (kept.token if url == kept.url else "")
    return Config(url=url, token=token, peer=kept.peer if url == kept.url else NOBODY)


def save_config(url: str, token: str, environ: Mapping[str, str] = os.environ, *, peer: Peer = NOBODY) -> Path:
    """Write the file whole or not at all, readable by its owner only; returns its path."""
    path = config_path(environ)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"url": url.rstrip("/"), "token": token, **peer._asdict()}, file)
        file.write("\n")
    os.replace(fresh, path)
    return path


def _read(path: Path) -> Config:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        peer = Peer(str(kept.get("ca", "")), str(kept.get("brain_id", "")))
        return Config(str(kept["url"]).rstrip("/"), str(kept.get("token", "")), peer)
    except FileNotFoundError:
        return Config(url=DEFAULT_URL, token="")
    except (ValueError, KeyError, AttributeError, TypeError) as problem:
        raise UsageFault("SUAN-U026", f"{path} is not a client configuration: {problem}", f"rm {path}") from problem
