"""From what a kernel holds to what it is to hold by the least change, in an order in which at no moment a route is missing.

    put   next hops, groups, SIDs, routes, rules      nothing refers to what is not there yet
    drop  rules, routes, SIDs, groups, next hops      nothing is taken away that something still refers to

What has changed is put over what is there: for the kernel that is one step.
"""

from collections.abc import Iterable

from suanwang.model.fib import Change, Drop, Entry, Fib, Put, key_of


def diff(desired: Fib, actual: Fib) -> tuple[Change, ...]:
    """The changes, in order; none if it holds all that it is to hold, and nothing else."""
    parts = [
        (desired.next_hops, actual.next_hops),
        (desired.groups, actual.groups),
        (desired.sids, actual.sids),
        (desired.routes, actual.routes),
        (desired.rules, actual.rules),
    ]
    puts = [Put(entry) for wanted, there in parts for entry in _lacking(wanted, there)]
    drops = [Drop(entry) for wanted, there in reversed(parts) for entry in _spare(wanted, there)]
    return (*puts, *drops)


def _lacking(wanted: Iterable[Entry], there: Iterable[Entry]) -> list[Entry]:
    known = {key_of(entry): entry for entry in there}
    return [entry for entry in wanted if known.get(key_of(entry)) != entry]


def _spare(wanted: Iterable[Entry], there: Iterable[Entry]) -> list[Entry]:
    keys = {key_of(entry) for entry in wanted}
    return [entry for entry in there if key_of(entry) not in keys]
