"""The file in which an operator says how the network is built: the JSON of a model.network.Network, or what `suan links --json`
shows, which holds one. A file that names no routers is none: telling it would leave every service without its way."""

from pathlib import Path
from typing import Any

import msgspec

from suanwang.api.once import check_keys
from suanwang.model.fault import UsageFault
from suanwang.model.network import Network
from suanwang.steer.whole import checked


def network_in(path: str) -> Network:
    """UsageFault SUAN-U093 if the file cannot be read, holds no network, or one that cannot be; SUAN-U003 for a key twice."""
    try:
        text = Path(path).read_bytes()
        found: Any = msgspec.json.decode(text)
        check_keys(text)
        told = found.get("network", found) if isinstance(found, dict) else found
        if not isinstance(told, dict) or "routers" not in told:
            raise UsageFault("SUAN-U093", f'{path} holds no network: it has no "routers"', "suan links --json shows the form")
        return checked(msgspec.convert(told, Network))
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageFault("SUAN-U093", f"{path} holds no network: {error}", "suan links --json shows the form") from error
