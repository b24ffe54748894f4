"""The language of changes: what is written is understood, or it is said why not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.api.render.trial import said
from suanwang.intent.whatif import whatifs
from suanwang.model.fault import UsageFault
from suanwang.model.trial import WhatIf

NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True).filter(lambda name: name not in ("and", "like"))
TIMES = st.integers(0, 1000).map(float)


def changes() -> st.SearchStrategy[WhatIf]:
    plain = st.builds(WhatIf, what=st.sampled_from(["kill site", "kill node", "cut", "policy"]), name=NAMES)
    scaled = st.builds(WhatIf, what=st.sampled_from(["load", "price", "carbon"]), name=NAMES, times=TIMES)
    set_to = st.builds(WhatIf, what=st.sampled_from(["price", "carbon"]), name=NAMES, value=TIMES)
    added = st.builds(WhatIf, what=st.just("add"), name=NAMES, count=st.integers(1, 10_000))
    return plain | scaled | set_to | added | st.builds(WhatIf, what=st.just("jobs"), times=TIMES)


@given(st.lists(changes(), max_size=6))
def test_what_is_shown_reads_back_as_the_same(wanted: list[WhatIf]) -> None:
    texts = [said(one) for one in wanted]
    assert whatifs(texts) == tuple(wanted)
    assert whatifs([", ".join(texts)]) == whatifs([" and ".join(texts)]) == tuple(wanted)
    assert whatifs(" ".join(texts).split()) == tuple(wanted), "nor does it matter how the shell divides them"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("price n1 =0.3 CNY/Tfuel", WhatIf(what="price", name="n1", value=0.3)),
        ("carbon near = 100 gCO2e/kWh", WhatIf(what="carbon", name="near", value=100.0)),
        ("load web ×1.5", WhatIf(what="load", name="web", times=1.5)),
    ],
)
def test_signs_and_units_may_be_written(text: str, meant: WhatIf) -> None:
    assert whatifs([text]) == (meant,)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("destroy near", "no change"),
        ("kill town near", "a site or a node"),
        ("kill site", "more word"),
        ("load web", "more word"),
        ("load web 2", "by how many times"),
        ("load web x-2", "not from 0"),
        ("load web = 3", "by how many times"),
        ("jobs xmany", "not a number"),
        ("price n1 = nan", "not from 0"),
        ("add 0 like n1", "like one that is there"),
        ("add 2 as n1", "like one that is there"),
        ("cut a-b " * 40, "more than"),
    ],
)
def test_what_is_not_understood_is_refused_with_an_example(text: str, why: str) -> None:
    with pytest.raises(UsageFault) as wrong:
        whatifs([text])
    assert wrong.value.code == "SUAN-U130" and why in wrong.value.why and wrong.value.todo.startswith("suan twin try")
