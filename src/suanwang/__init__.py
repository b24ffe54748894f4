"""Suanwang (算网): an open Computing Force Network. decide(world, demand) -> Plan | Refusal is the one idea."""

__version__ = "0.1.0"
