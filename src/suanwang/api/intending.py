"""The doors of intents: say what is wanted, accept what is planned for it, see how far it holds."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Protocol

from litestar import Response, get, post
from litestar.params import Parameter

from suanwang.api.callers import Caller
from suanwang.api.door import Called, Key, Limit, page, since
from suanwang.api.dry import only, told
from suanwang.api.said import Said
from suanwang.brain import commands, would
from suanwang.brain.intents import IntentState, report_of, view_of
from suanwang.brain.loop import Brain
from suanwang.brain.promise import find_intent
from suanwang.intent.serve import check_service
from suanwang.intent.steps import check
from suanwang.intent.targets import of_job, of_service
from suanwang.model.demand import Demand
from suanwang.model.fault import UsageFault
from suanwang.model.intent import Intent, IntentAbout, IntentAsk, IntentPage, IntentReport, IntentView
from suanwang.model.view import Rehearsal
from suanwang.trust.identity import short_hash

Name = Annotated[str, Parameter(max_length=80)]
Seconds = Annotated[float, Parameter(ge=60, le=31 * 86400)]
Windows = Annotated[int, Parameter(ge=1, le=1000)]
Rehearse = Callable[[str, Demand], Awaitable[Rehearsal]]


class Doors(Protocol):
    """What these routes need of the server's door."""

    brain: Brain
    credit: float

    def clock(self) -> float: ...


def intent_routes(door: Doors, rehearse: Rehearse) -> list[Any]:
    """Intents: for their users."""

    def shown(one: IntentState) -> IntentView:
        return view_of(one, door.brain.found(one.intent.id))

    async def imagined(intent_id: str, act: commands.Act) -> IntentState:
        state = await door.brain.settled()
        return would.intended(state.intents.get(intent_id), intent_id, act, state, door.clock())

    @post("/v1/intents", responses=told(IntentView))
    async def receive_intent(data: IntentAsk, caller: Called, key: Key, dry_run: bool = False) -> Response[IntentView]:
        """Heard, and judged: received with what would be decided of it now, or rejected with why and what would help. The same
        key is the same intent. dry_run: judged, and not heard of again."""
        caller.must("user")
        about = _about(data)
        caller.may_submit(about)
        intent_id = f"intent-{short_hash('suanwang intent v1', f'{caller.user}/{key}'.encode())[:10]}"
        targets = of_service(data.service) if data.service else of_job(about)
        intent = Intent(id=intent_id, user=caller.user, words=data.words, kind="service" if data.service else "job",
                        name=about.name, targets=targets, credit=door.credit)  # fmt: skip
        decided = await rehearse(caller.user, about)
        taken = decided.plan or decided.refusal
        act = commands.receive_intent(intent, taken)
        if dry_run:
            return only(view_of(await imagined(intent_id, act), taken=taken))
        await door.brain.command(act)
        state = await door.brain.settled()
        return Said(view_of(state.intents[intent_id], taken=taken), status_code=201)

    @get("/v1/intents")
    async def intents(caller: Called, limit: Limit = 1000, cursor: str = "") -> IntentPage:
        """Newest first; those that are over for a while."""
        state = await door.brain.settled()
        seen = [one for one in state.intents.values() if "operator" in caller.roles or one.intent.user == caller.user]
        rows, following = page(since(reversed(seen), _id, cursor), _id, limit)
        return IntentPage(items=tuple(map(shown, rows)), next=following)

    @get("/v1/intents/{name:str}")
    async def intent(name: Name, caller: Called) -> IntentView:
        """By id, or by the name of what it is about."""
        return shown(find_intent(await door.brain.settled(), name, _whose(caller)))

    @get("/v1/intents/{name:str}/report")
    async def intent_report(name: Name, caller: Called, window: Seconds = 3600.0, last: Windows = 24) -> IntentReport:
        """How far it held, in all and in each of the last windows of so many seconds."""
        one = find_intent(await door.brain.settled(), name, _whose(caller))
        return report_of(one, door.clock(), window, last, door.brain.found(one.intent.id))

    @post("/v1/intents/{name:str}/accept", status_code=200)
    async def accept_intent(name: Name, data: IntentAbout, caller: Called, dry_run: bool = False) -> IntentView:
        """The job or service that was made for it; from now on it is kept. Asking twice changes nothing. dry_run: whether it
        still goes with what else was accepted."""
        caller.must("user")
        act = commands.accept_intent(name, caller.user, data.about)
        if dry_run:
            one = find_intent(await door.brain.settled(), name, caller.user)
            return view_of(await imagined(one.intent.id, act), door.brain.found(one.intent.id))
        await door.brain.command(act)
        return shown(find_intent(await door.brain.settled(), name, caller.user))

    @post("/v1/intents/{name:str}/withdraw", status_code=200)
    async def withdraw_intent(name: Name, caller: Called, dry_run: bool = False) -> IntentView:
        """Its job or service goes on, but nobody holds to it. Asking twice changes nothing. dry_run: as it would stand then."""
        intent_id = find_intent(await door.brain.settled(), name, _whose(caller)).intent.id
        act = commands.withdraw_intent(intent_id, _whose(caller))
        if dry_run:
            return view_of(await imagined(intent_id, act), door.brain.found(intent_id))
        await door.brain.command(act)
        return shown(find_intent(await door.brain.settled(), intent_id, _whose(caller)))

    return [receive_intent, intents, intent, intent_report, accept_intent, withdraw_intent]


def _about(data: IntentAsk) -> Demand:
    """UsageFault SUAN-U173: neither or both."""
    if data.service is not None and data.demand is None:
        return check_service(data.service).demand
    if data.demand is not None and data.service is None:
        return check(data.demand)
    raise UsageFault("SUAN-U173", "an intent is about a service or a demand, exactly one of them", "suan ask")


def _whose(caller: Caller) -> str | None:
    return None if "operator" in caller.roles else caller.user


def _id(one: IntentState) -> str:
    return one.intent.id
