"""A language model behind an endpoint that speaks OpenAI's chat completions: one question, one answer, both bounded.

Nothing is kept, nothing is tried twice, no redirect is followed; what comes back is text from a stranger.
"""

import time
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx
import msgspec

from suanwang.model.fault import UsageFault, WireFault

ANSWER_BYTES_MAX = 64 * 1024
WORDS_MAX = 800
"""Tokens that a model may answer; what is asked for needs a few dozen."""
TIMEOUT_S = 20.0
_NEAR = ("127.0.0.1", "::1", "localhost")


class ModelAt(NamedTuple):
    """url: up to and with /v1. name: as the endpoint knows the model. key: "" if it wants none."""

    url: str
    name: str
    key: str = ""
    timeout_s: float = TIMEOUT_S


class _Message(msgspec.Struct):
    content: str


class _Choice(msgspec.Struct):
    message: _Message


class _Completion(msgspec.Struct):
    choices: tuple[_Choice, ...]


def chat(model: ModelAt, messages: Sequence[tuple[str, str]], transport: httpx.BaseTransport | None = None) -> str:
    """What it answers. messages: (role, content). WireFault SUAN-W050: nothing of use came back in time. UsageFault SUAN-U150:
    a key would go over an open line."""
    where = urlsplit(model.url)
    if where.scheme not in ("http", "https") or (model.key and where.scheme == "http" and where.hostname not in _NEAR):
        why = f"the address of the language model is {model.url}, and its key goes only over https or to this machine"
        raise UsageFault("SUAN-U150", why, "export SUAN_MODEL_URL=https://HOST/v1")
    asked = {
        "model": model.name, "temperature": 0, "max_tokens": WORDS_MAX, "stream": False,
        "messages": [{"role": role, "content": content} for role, content in messages],
    }  # fmt: skip
    try:
        return msgspec.json.decode(_sent(model, asked, transport), type=_Completion).choices[0].message.content
    except (httpx.HTTPError, httpx.InvalidURL, msgspec.DecodeError, IndexError, TimeoutError, ValueError) as problem:
        why = f"{model.name} at {where.hostname} gave no answer that can be read: {problem or type(problem).__name__}"
        raise WireFault("SUAN-W050", why, "say it again without --model, or in other words") from problem


def _sent(model: ModelAt, asked: dict[str, object], transport: httpx.BaseTransport | None) -> bytes:
    head = {"Authorization": f"Bearer {model.key}"} if model.key else {}
    until, body = time.monotonic() + model.timeout_s, bytearray()
    with (
        httpx.Client(timeout=model.timeout_s, transport=transport) as client,
        client.stream("POST", f"{model.url.rstrip('/')}/chat/completions", json=asked, headers=head) as answer,
    ):
        answer.raise_for_status()
        if answer.is_redirect:
            raise ValueError(f"status {answer.status_code}")
        for part in answer.iter_bytes():
            body += part
            if len(body) > ANSWER_BYTES_MAX:
                raise ValueError(f"more than {ANSWER_BYTES_MAX} bytes")
            if time.monotonic() > until:
                raise TimeoutError(f"more than {model.timeout_s:g} s")
    return bytes(body)
