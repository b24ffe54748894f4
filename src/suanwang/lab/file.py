"""Lab files: those that come with the package, by name, and those of users, by path."""

from importlib import resources
from pathlib import Path

from suanwang.intent import parse_yaml
from suanwang.lab.plan import Plan, plan_of
from suanwang.model.fault import UsageFault

SHIPPED = ("three-sites", "hubs")


def read_plan(which: str, name: str = "") -> Plan:
    """The plan of a shipped lab, or of a file. name: instead of the file's own. UsageFault SUAN-U094: there is no such file."""
    if which in SHIPPED:
        text = resources.files("suanwang.lab").joinpath(f"files/{which}.yaml").read_text(encoding="utf-8")
    else:
        try:
            text = Path(which).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            why = f"the lab file {which} cannot be read: {error}"
            raise UsageFault("SUAN-U094", why, f"name a file, or one of {', '.join(SHIPPED)}") from error
    document = dict(parse_yaml(text))
    return plan_of({**document, "name": name} if name else document)
