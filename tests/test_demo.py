"""The demonstration that a newcomer sees first runs, and shows what it promises."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_demo_tells_the_whole_life_of_a_job() -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SUAN_")} | {"SUAN_LANG": "en"}
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / "one-tap" / "demo.py"],
        env=environment, capture_output=True, text=True, timeout=400,
    )  # fmt: skip
    said = done.stdout
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert said.count("byte for byte what this machine alone computes") == 2
    speeds = dict(re.findall(r"^(\S+) .* ready .*?([\d.]+) [GM]fuel/s", said, re.MULTILINE))
    assert set(speeds) == {"shenzhen-edge", "shaoguan-cloud", "guian-cloud", "zhongwei-cloud", "guangzhou-home"}
    assert len(re.findall(r"held 0\.\d+ CNY = posted", said)) == 2, "two bills that add up"
    assert "is ahead of" in said, "the margin"
    assert "SUAN-P012" in done.stderr and "closest fix" in said, "a refusal with its smallest change"
