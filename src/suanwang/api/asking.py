"""The door for sentences: what is understood, the document that it means, and what would happen; nothing is carried out."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import PurePosixPath
from typing import Any, Protocol

from litestar import post
from litestar.di import NamedDependency

from suanwang.api.callers import Caller
from suanwang.api.products import products
from suanwang.brain.loop import Brain
from suanwang.brain.state import State
from suanwang.intent import Globs, Wanted, demand_from, wanted, write_yaml
from suanwang.intent.say.phrases import Moment
from suanwang.intent.say.read import core_speed, document, understood
from suanwang.model.demand import Demand
from suanwang.model.heard import Heard, Sentence
from suanwang.model.said import Product, Question, Understood
from suanwang.model.view import Rehearsal

Called = NamedDependency[Caller]
Rehearse = Callable[[str, Demand], Awaitable[Rehearsal]]
"""What would happen if this user submitted this demand now."""


class Doors(Protocol):
    """What this route needs of the server's door."""

    brain: Brain

    def clock(self) -> float: ...


def ask_routes(door: Doors, rehearse: Rehearse) -> list[Any]:
    """Sentences: for users."""

    @post("/v1/asks", status_code=200)
    async def ask(data: Sentence, caller: Called) -> Heard:
        """A sentence in Chinese or English; the products that it may name are those that are shipped."""
        caller.must("user")
        offered = tuple(product for product, _ in products().values())
        zone = timezone(timedelta(minutes=data.zone_minutes))
        said = understood(data.sentence, Moment(datetime.fromtimestamp(door.clock(), UTC).astimezone(zone), offered))
        if isinstance(said, Question):
            return Heard(said=said)
        made = document(said, offered, _speed(await door.brain.settled()))
        heard = Heard(said=said, document=write_yaml(made), files=_files(said, made, offered))
        if heard.files or said.kind == "service":
            return heard
        demand = demand_from(made, files=(), items=())
        caller.may_submit(demand)
        return Heard(said=said, document=heard.document, demand=demand, rehearsal=await rehearse(caller.user, demand))

    return [ask]


def _speed(state: State) -> float:
    return core_speed([node.speed.fuel_per_s for node in state.world.nodes])


def _files(said: Understood, made: dict[str, object], offered: tuple[Product, ...]) -> tuple[str, ...]:
    """Files that lie with the user: those that the array runs over, the program, and arguments that look like files."""
    product = next((p for p in offered if p.name == said.product), None)
    if any(claim.field == "given" for claim in said.claims) or (product and product.over and "over" not in made):
        return ("*",)
    if said.kind == "service":
        return ()
    need: Wanted = wanted(made)
    over = need.over.patterns if isinstance(need.over, Globs) else ()
    named = () if product else tuple(name for name in need.mentioned if PurePosixPath(name).suffix[1:2].isalpha())
    return tuple(dict.fromkeys((*over, *((need.script,) if need.script else ()), *named)))
