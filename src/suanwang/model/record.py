"""What is known of a node, or of an owner, from work that several did and that could be compared."""

import msgspec

ERROR_START = 0.1
"""The error rate of one of whom nothing is known (BOINC, adaptive replication)."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """agreed, disagreed: results that were, or were not, what a quorum found. failed: failures where a quorum succeeded.

    lost: placements that went away, which is churn and no lie. error: the estimated error rate, 0-1, newest work weighing most.
    speeds: fuel per second and core of the newest tasks that were long enough to show one.
    """

    agreed: int = 0
    disagreed: int = 0
    failed: int = 0
    lost: int = 0
    error: float = ERROR_START
    speeds: tuple[float, ...] = ()
