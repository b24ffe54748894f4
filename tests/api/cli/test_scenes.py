"""Scenes: a file of commands and what each prints. SUAN_UPDATE_SCENES=1 rewrites them; the difference is for a person to read.

$ suan ...      a command; what follows is its stdout, then stderr with "2| " before each line, then "exit N" if N is not 0
% lang zh       from here on; % mode failed: how submitted jobs end; % file PATH TEXT: write a file first
# ...           a remark
"""

import os
import shlex
from pathlib import Path

import pytest

SCENES = sorted(Path(__file__).with_name("scenes").glob("*.txt"))


@pytest.mark.parametrize("scene", SCENES, ids=lambda path: path.stem)
def test_scene(scene, suan, brain):
    written = scene.read_text(encoding="utf-8")
    stage = Stage(suan, brain)
    played = "".join(stage.play(line) for line in written.splitlines() if line[:1] in ("$", "%", "#"))
    if os.environ.get("SUAN_UPDATE_SCENES") == "1":
        scene.write_text(played, encoding="utf-8")
    else:
        assert played == written


class Stage:
    """Plays line after line; settings hold for all that follow."""

    def __init__(self, suan, brain):
        self.suan, self.brain, self.lang = suan, brain, "en"

    def play(self, line):
        if line.startswith("$ suan"):
            return f"{line}\n{shown(self.suan(*shlex.split(line)[2:], lang=self.lang))}\n"
        if line.startswith("% "):
            self.set(*line[2:].split(" ", 2))
        return line + "\n"

    def set(self, what, value, text=""):
        if what == "lang":
            self.lang = value
        elif what == "mode":
            self.brain.mode = value
        elif what == "file":
            Path(value).parent.mkdir(parents=True, exist_ok=True)
            Path(value).write_text(text.replace("\\n", "\n") + "\n")
        elif what == "output":
            self.brain.outputs.append((0, value, text.encode()))
        else:
            raise ValueError(what)


def shown(said):
    err = "".join(f"2| {line}".rstrip() + "\n" for line in said.err.splitlines())
    return said.out + err + (f"exit {said.code}\n" if said.code else "")
