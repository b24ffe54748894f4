"""Where a node joins and with what: flags, what its folder knows, or a token asked for with the right of whoever types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from suanwang.api.config import load_config
from suanwang.api.options import JoinOptions
from suanwang.api.provision import load_provision
from suanwang.drivers.addresses import Addresses
from suanwang.drivers.clock import new_id
from suanwang.model.fault import UsageFault
from suanwang.model.view import TokenAsk
from suanwang.trust.statement import unproven

if TYPE_CHECKING:
    from suanwang.api.client import Client

TOKEN_S = 600.0


def completed(options: JoinOptions, environ: Mapping[str, str], asker: Callable[[], Client]) -> JoinOptions:
    """The same with a URL, and with a join token if one is needed. UsageFault SUAN-U071, U028; AuthorityFault SUAN-A001; faults
    of the brain that is asked.

    asker: makes a client of the brain of the client configuration.
    """
    if options.url:
        Addresses(options.url)
    if options.token:
        unproven(options.token)
    if options.token and options.url:
        return options
    known = load_provision(Path(options.folder).resolve() / "node")
    if known is not None and options.url in ("", known.url):
        return msgspec.structs.replace(options, url=known.url)
    config = load_config(environ)
    url = options.url or config.url
    if not options.token and config.token and config.url == url:
        with asker() as client:
            ask = TokenAsk(kind="join", user=client.account().user, expires_s=TOKEN_S)
            return msgspec.structs.replace(options, url=url, token=client.make_token(ask, new_id("key")).token)
    if not (url and options.token):
        raise UsageFault("SUAN-U071", "to join, a brain's URL and a join token are needed", "suan join URL --token TOKEN")
    return msgspec.structs.replace(options, url=url)
