"""Trees built leaf by leaf."""

from collections.abc import Iterable

from suanwang.trust.merkle import Tree


def tree_over(leaf_hashes: Iterable[bytes]) -> Tree:
    """The tree of these leaves, in order."""
    tree = Tree()
    for leaf in leaf_hashes:
        tree.append(leaf)
    return tree
