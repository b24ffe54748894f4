"""The console finds the Chinese of what the brain keeps in English exactly as the command line does."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from suanwang.api.catalogue import Words
from suanwang.api.whys import coded, listed, table, why

CONSOLE = Path(__file__).parents[2] / "console"
BUNDLER = CONSOLE / "node_modules" / ".bin" / "esbuild"
PAGE = """
globalThis.$state = (value) => value;
globalThis.localStorage = { getItem: () => "zh" };
globalThis.sessionStorage = { getItem: () => "" };
"""
"""What a browser and the compiler of Svelte give."""
ASKS = """
import { readFileSync } from "node:fs";
import { coded, listed, why } from "./src/lib/why";
const found = { why, listed, coded: (_, text) => coded(text) };
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(([how, section, text]) => found[how](section, text))));
"""
VALUES = ("x", "done", "latency", 'a: b; is "c"', "{0}$&", "")


@pytest.mark.skipif(not (BUNDLER.exists() and shutil.which("node")), reason="the console's tools are not here: make console")
def test_both_find_the_same(tmp_path: Path):
    subprocess.run(["node", "tools/words.js"], cwd=CONSOLE, check=True, timeout=60)
    bundle = [
        BUNDLER,
        "--bundle",
        "--platform=node",
        "--log-level=error",
        f"--banner:js={PAGE}",
        f"--outfile={tmp_path / 'a.js'}",
    ]
    subprocess.run(bundle, input=ASKS, cwd=CONSOLE, check=True, text=True, timeout=60)
    kept = ("any", "path", "ended", "done", "proposal", "note", "SUAN-U170", "SUAN-R014", "SUAN-R021")
    said = [(section, english.format(*[value] * 9)) for section in kept for english in table()[section] for value in VALUES]
    asks = [
        *(("why", section, text) for section, text in said),
        *(("coded", "", f"{section}: {text}") for section, text in said),
        *(("listed", section, f"{text}; {other}") for section, text in said for _, other in said[:3]),
        ("why", "R999", "nothing of ours"),
    ]
    done = subprocess.run(
        ["node", tmp_path / "a.js"], input=json.dumps(asks), capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(done.stdout) == [_here(*ask) for ask in asks]


def _here(how: str, section: str, text: str) -> str:
    words = Words("zh")
    return coded(words, text) if how == "coded" else {"why": why, "listed": listed}[how](words, section, text)
