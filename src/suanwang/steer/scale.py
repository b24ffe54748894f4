"""PLACEHOLDER by the founder so that imports work; its owner overwrites this whole file."""


class Memory:
    pass


def wanted(memory, spec, **k):
    return memory, spec.least
