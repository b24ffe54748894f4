"""What `import suanwang` offers is called so wherever its name is read."""

import pickle
import pydoc
import subprocess
import sys

import pytest
from tools.docstrings import OFFERED

import suanwang
from suanwang.api import sdk

NAMES = sorted({*suanwang.__all__} - {"__version__"})


@pytest.mark.parametrize("name", NAMES)
def test_it_is_called_as_it_is_imported(name: str) -> None:
    thing = getattr(suanwang, name)
    assert (thing.__module__, thing.__qualname__) == ("suanwang", name)
    assert pickle.loads(pickle.dumps(thing)) is thing  # found again by that name
    assert f"{name} in suanwang" in pydoc.plain(pydoc.render_doc(thing)).splitlines()[0].replace("module ", "")
    assert not isinstance(thing, type) or repr(thing) == f"<class 'suanwang.{name}'>"


def test_every_list_of_them_is_the_same() -> None:
    assert NAMES == sorted(sdk.__all__) == sorted(OFFERED)
    assert set(NAMES) <= set(dir(suanwang))
    with pytest.raises(AttributeError, match="'suanwang' has no attribute 'Nobody'"):
        _ = suanwang.Nobody


def test_a_call_that_may_be_awaited_shows_what_it_takes() -> None:
    assert "timeout_s: float | None = None" in pydoc.plain(pydoc.render_doc(suanwang.RunningJob.wait))


def test_none_of_it_is_loaded_before_it_is_used() -> None:
    said = "import suanwang, sys; dir(suanwang); print(sorted(name for name in sys.modules if name.startswith('suanwang')))"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['suanwang']"
