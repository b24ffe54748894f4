"""PLACEHOLDER by the founder so that imports work; its owner overwrites this whole file."""


class Memory:
    pass


class Asked:
    pass


def step(memory, seen, now):
    return memory, {}
