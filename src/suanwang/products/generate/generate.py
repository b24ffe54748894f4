"""Text from a trigram model: the next word is drawn from those after the last two in a corpus (Shannon 1948, section 3).

A small model, but a real one: as one program that makes so many tokens, or as a service. A token is a word or a sign.
"""

import json
import os
import random
import re
import sys
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

TOKENS_MOST = 1_000_000


def model(text):
    """{(word, word): words that followed}, closed to a ring, so that every pair has a next word."""
    words = re.findall(r"\w+|[^\w\s]", text)
    follows = defaultdict(list)
    for i in range(len(words)):
        follows[words[i - 2], words[i - 1]].append(words[i])
    return dict(follows)


def tokens(follows, many, seed):
    """So many words, one after the other."""
    drawn = random.Random(seed)
    last = drawn.choice(list(follows))
    for _ in range(many):
        word = drawn.choice(follows[last])
        last = (last[1], word)
        yield word


def answer(follows, many, seed):
    return json.dumps({"tokens": list(tokens(follows, many, seed))}).encode()


class Generates(BaseHTTPRequestHandler):
    """GET /: whether it is there. GET /tokens?n=100&seed=1: so many tokens, as JSON."""

    follows: ClassVar[dict] = {}

    def do_GET(self):
        asked = urlsplit(self.path)
        if asked.path != "/tokens":
            return self.answered(200, b"ready\n", "text/plain")
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        many, seed = query.get("n", "100"), query.get("seed", "0")
        if not (many.isdecimal() and seed.isdecimal() and len(many) < 8 and 0 < int(many) <= TOKENS_MOST):
            return self.answered(400, b"n is a number up to 1000000, seed a number\n", "text/plain")
        self.answered(200, answer(self.follows, int(many), int(seed)), "application/json")

    def answered(self, status, body, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        pass


if __name__ == "__main__":
    Generates.follows = model((Path(__file__).parent / "corpus.txt").read_text(encoding="utf-8"))
    if len(sys.argv) == 2:
        print(sum(len(answer(Generates.follows, 100, seed)) for seed in range(int(sys.argv[1]) // 100)))
    else:
        where = (os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8080")))
        ThreadingHTTPServer(where, Generates).serve_forever()
