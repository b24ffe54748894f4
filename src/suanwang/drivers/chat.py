"""A language model behind an endpoint that speaks OpenAI's chat completions: one question, one answer, both bounded.

Nothing is kept, nothing is tried twice, no redirect is followed; what comes back is text from a stranger.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
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


def chat(model: ModelAt, messages: Sequence[tuple[str, str]]) -> str:
    """What it answers. messages: (role, content). WireFault SUAN-W050: nothing of use came back in time. UsageFault SUAN-U150:
    a key would go over an open line."""
    where = urlsplit(model.url)
    near = where.hostname in _NEAR
    if where.scheme not in ("http", "https") or (model.key and where.scheme == "http" and not near):
        why = f"the address of the language model is {model.url}, and its key goes only over https or to this machine"
        raise UsageFault("SUAN-U150", why, "export SUAN_MODEL_URL=https://HOST/v1")
    asked = {
        "model": model.name, "temperature": 0, "max_tokens": WORDS_MAX, "stream": False,
        "messages": [{"role": role, "content": content} for role, content in messages],
    }  # fmt: skip
    try:
        with ThreadPoolExecutor(1) as aside:  # whoever asks may have an event loop of their own
            body = aside.submit(lambda: asyncio.run(_in_time(model, asked, near))).result()
        return msgspec.json.decode(body, type=_Completion).choices[0].message.content
    except (httpx.HTTPError, httpx.InvalidURL, msgspec.DecodeError, IndexError, TimeoutError, ValueError) as problem:
        why = f"{model.name} at {where.hostname} gave no answer that can be read: {problem or type(problem).__name__}"
        raise WireFault("SUAN-W050", why, "say it again without --model, or in other words") from problem


async def _in_time(model: ModelAt, asked: dict[str, object], near: bool) -> bytes:
    """All of it together: one that sends a byte now and then is left as well."""
    try:
        async with asyncio.timeout(model.timeout_s):
            return await _sent(model, asked, near)
    except TimeoutError:
        raise TimeoutError(f"more than {model.timeout_s:g} s") from None


async def _sent(model: ModelAt, asked: dict[str, object], near: bool) -> bytes:
    """As it came, not unpacked: a few bytes may be many. near: then no proxy is asked to carry it."""
    head = {"Authorization": f"Bearer {model.key}"} if model.key else {}
    body = bytearray()
    async with (
        httpx.AsyncClient(timeout=model.timeout_s, trust_env=not near, headers={"Accept-Encoding": "identity"}) as client,
        client.stream("POST", f"{model.url.rstrip('/')}/chat/completions", json=asked, headers=head) as answer,
    ):
        answer.raise_for_status()
        if answer.is_redirect:
            raise ValueError(f"status {answer.status_code}")
        async for part in answer.aiter_raw():
            body += part
            if len(body) > ANSWER_BYTES_MAX:
                raise ValueError(f"more than {ANSWER_BYTES_MAX} bytes")
    return bytes(body)
