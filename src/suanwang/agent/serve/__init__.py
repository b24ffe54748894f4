"""Services on a node: every instance stands where it can be reached, is checked, is measured, and is told about."""

from suanwang.agent.serve.serving import Serving, Unserved

__all__ = ["Serving", "Unserved"]
