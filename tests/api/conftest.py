"""Made-up requests are a test for each operation: without ids of their own, workers would take all of them for one."""

import pytest
from _pytest.nodeid import NodeId


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have the operation in the id of each, which schemathesis 4.32 puts in the name alone under pytest 9.2."""
    for item in items:
        operation = getattr(item, "operation_label", "")
        if operation and operation not in item.nodeid:
            item._id = NodeId.parse(f"{item.nodeid}[{operation}]")
