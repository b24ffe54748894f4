"""What is said beside data: in the reader's language, and what is waited for only if it takes longer than a moment."""

import io
import threading

import pytest

from suanwang.api import talk as module
from suanwang.api.catalogue import Words
from suanwang.api.talk import CLEAR, Talk, redrawn
from suanwang.model.fault import Fault


class Screen(io.StringIO):
    """A terminal, and the moment at which something was redrawn on it."""

    def __init__(self) -> None:
        super().__init__()
        self.turned = threading.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text.startswith(CLEAR) and not text.endswith("\n"):
            self.turned.set()
        return super().write(text)


def test_what_is_over_at_once_is_not_told() -> None:
    err = io.StringIO()
    with Talk(Words("en"), err, live=False).waiting("wait.measured"):
        pass
    assert err.getvalue() == ""


@pytest.mark.parametrize(("lang", "text"), [("en", "measuring how fast this machine is"), ("zh", "测量本机速度")])
def test_off_a_terminal_a_wait_is_two_lines(lang: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOMENT_S", 0.0)
    err, begun = io.StringIO(), threading.Event()
    monkeypatch.setattr(module, "show_duration", lambda _: begun.set() or "2.0 s")
    talk = Talk(Words(lang), err, live=False)
    with talk.waiting("wait.measured"):
        while not err.getvalue():
            begun.wait(0.01)
    words = Words(lang)
    assert err.getvalue() == f"{words('wait.for', text=text)}\n{words('wait.over', text=text, took='2.0 s')}\n"


def test_on_a_terminal_it_is_redrawn_and_lines_take_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOMENT_S", 0.0)
    monkeypatch.setattr(module, "TICK_S", 0.001)
    err = Screen()
    talk = Talk(Words("en"), err, live=True)
    with talk.waiting("wait.measured"):
        assert err.turned.wait(20)
        talk("join.joined", name="gz", url="https://brain")
    said = err.getvalue()
    assert f"{CLEAR}node gz joined https://brain\n" in said
    assert said.rpartition(CLEAR)[2].startswith("measuring how fast this machine is: ")
    assert said.count("\n") == 2


def test_a_fault_is_told_in_the_readers_language() -> None:
    err = io.StringIO()
    Talk(Words("zh"), err, live=False).fault("join.again", Fault("SUAN-W001", "the brain hung up"))
    assert err.getvalue() == f"SUAN-W001：{Words('zh')('error.SUAN-W001').rstrip('.')}（the brain hung up）；会一直重试\n"


def test_a_line_is_redrawn_only_where_that_is_wanted() -> None:
    assert redrawn(Screen(), {})
    assert not redrawn(Screen(), {"NO_COLOR": "1"})
    assert not redrawn(Screen(), {"TERM": "dumb"})
    assert not redrawn(io.StringIO(), {})
