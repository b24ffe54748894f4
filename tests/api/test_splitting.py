"""The tiers of a split: nodes by name, id or tier, each another one."""

import msgspec
import pytest

from suanwang.model.fault import NotFoundFault, UsageFault
from suanwang.model.view import NodeView
from tests.brain.sample import a_node

pytest.importorskip("onnx")
from suanwang.api.splitting import line_of


def seen(name: str, tier: str) -> NodeView:
    node = a_node(name)
    site = msgspec.structs.replace(node.site, tier=tier)
    node = msgspec.structs.replace(node, runtimes=("onnx",), site=site)
    return NodeView(
        node=node, state="ready", heard_s=0.0, cpu_milli_free=0, memory_bytes_free=0, accelerators_free=(), running=0
    )


VIEWS = (seen("phone", "device"), seen("hall", "cloud"))


def test_each_tier_is_a_node_by_name_or_by_tier():
    assert [node.name for node in line_of(VIEWS, ("device", None, "hall"), (20.0, 1000.0)).nodes] == ["phone", "hall"]
    with pytest.raises(NotFoundFault, match="SUAN-N002"):
        line_of(VIEWS, ("device", "edge", None), (20.0, 1000.0))


@pytest.mark.parametrize("wanted", [("phone", None, "phone"), ("device", "phone", "hall"), ("hall", "cloud", None)])
def test_a_node_is_not_two_tiers(wanted):
    with pytest.raises(UsageFault, match=r"SUAN-U183.* would be two of the tiers"):
        line_of(VIEWS, wanted, (20.0, 1000.0))
