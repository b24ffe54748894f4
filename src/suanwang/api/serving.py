"""The doors of services and of the network: publish one, look at it, take it back; say how the network is built; ask for a
route."""

from typing import Annotated, Any, Protocol

import msgspec
from litestar import Response, delete, get, put
from litestar.params import Parameter, QueryParameter

from suanwang.api.callers import Asked
from suanwang.api.door import PLAIN, Called, Limit, page, since
from suanwang.api.dry import only, told
from suanwang.api.trials import Trials
from suanwang.api.twin import rehearsed
from suanwang.brain import commands, would
from suanwang.brain.loop import Brain
from suanwang.brain.trial.work import Publish, Tell, Withdraw
from suanwang.brain.views import find_service
from suanwang.intent.grid import checked as checked_grid
from suanwang.intent.serve import check_service
from suanwang.model import serving as nouns
from suanwang.model.demand import Demand
from suanwang.model.fault import AuthorityFault, NotFoundFault, RuntimeFault, UsageFault
from suanwang.model.grid import Grid, GridPage
from suanwang.model.network import Network
from suanwang.steer.answers import life_s, order, url_of
from suanwang.steer.whole import checked, keepable
from suanwang.trust.publishing import signed_claims
from suanwang.trust.statement import verify

Name = Annotated[str, Parameter(max_length=80)]


class Doors(Protocol):
    """What these routes need of the server's door."""

    brain: Brain
    trials: Trials

    def clock(self) -> float: ...
    def bring_all(self, demand: Demand, user: str) -> None: ...


def service_routes(door: Doors) -> list[Any]:
    """Services: for their users."""

    @put("/v1/services/{name:str}", status_code=200)
    async def publish(
        name: Name, data: nouns.Publishing, caller: Called, rehearse: bool = False, dry_run: bool = False
    ) -> nouns.ServiceView:
        """rehearse: only if nothing promised would be broken by it, as far as the twin can tell. dry_run: where its instances
        would go; its files need not be here."""
        caller.must("user")
        service = check_service(data.service)
        caller.may_submit(service.demand)
        word = verify(data.statement, now=door.clock(), kind="service")
        if word.subject != caller.user or dict(word.claims) != signed_claims(data.service) or service.name != name:
            raise AuthorityFault("SUAN-A009", "the owner's statement is about another service or user", "suan serve FILE")
        fleet = (await door.brain.settled()).fleet
        keepable(service.path, fleet.network, [other.service.path for other in fleet.services.values()])
        if not dry_run:
            door.bring_all(service.demand, caller.user)
        if rehearse:
            await rehearsed(door, caller, Publish(user=caller.user, service=service, public_key=word.public_key))
        act = commands.publish(caller.user, service, word.public_key, data.statement)
        if dry_run:
            one, taken = would.published(await door.brain.settled(), act, word.issuer, door.clock())
            return msgspec.structs.replace(door.brain.service_view(one), taken=taken)
        await door.brain.command(act)
        return door.brain.service_view(find_service(await door.brain.settled(), word.issuer, caller.user))

    @get("/v1/services", opt=PLAIN)
    async def services(caller: Called, limit: Limit = 1000, cursor: str = "") -> nouns.ServicePage:
        state = await door.brain.settled()
        seen = (s for s in state.fleet.services.values() if "operator" in caller.roles or s.user == caller.user)
        named = (s for s in seen if caller.sees(s.service.name))
        rows, following = page(since(named, lambda s: s.id, cursor), lambda s: s.id, limit)
        return nouns.ServicePage(items=tuple(map(door.brain.service_view, rows)), next=following)

    @get("/v1/services/{name:str}", opt=PLAIN)
    async def service(name: Name, caller: Called) -> nouns.ServiceView:
        whose = None if "operator" in caller.roles else caller.user
        return door.brain.service_view(find_service(await door.brain.settled(), name, whose))

    @delete("/v1/services/{name:str}", responses=told(nouns.ServiceView))
    async def withdraw(name: Name, caller: Called, rehearse: bool = False, dry_run: bool = False) -> Response[None]:
        """rehearse: only if nothing promised would be broken by it, as far as the twin can tell. dry_run: the service as it
        would be while its instances go."""
        operator = "operator" in caller.roles
        if rehearse:
            await rehearsed(door, caller, Withdraw(name=name, user=caller.user, operator=operator))
        act, whose = commands.withdraw(name, caller.user, operator), None if operator else caller.user
        if dry_run:
            state = await door.brain.settled()
            return only(door.brain.service_view(would.withdrawn(state, name, whose, act, door.clock())))
        await door.brain.command(act)
        return Response(None)

    return [publish, services, service, withdraw]


def redirect_routes(door: Doors) -> list[Any]:
    """For plain clients where no router steers: the instance that is best now, by HTTP."""

    @get(["/s/{user:str}/{name:str}", "/s/{user:str}/{name:str}/{rest:path}"], opt={"open": True}, status_code=307)
    async def redirect(request: Asked, user: Name, name: Name, rest: str = "/") -> Response[None]:
        choice = door.brain.choices(f"{name}.{user}")
        if choice is None:
            raise NotFoundFault("SUAN-N007", f"there is no service {name!r} of {user!r}", "suan services")
        client = request.client.host if request.client else ""
        best = next(iter(order(choice, client)), None)
        if best is None:
            raise RuntimeFault("SUAN-R017", f"{name} has no instance that can be reached now", "try again in a second")
        query = f"?{request.url.query}" if request.url.query else ""
        life = life_s(choice, door.clock())
        headers = {"location": f"{url_of(choice, best)}{rest}{query}", "cache-control": f"max-age={life}"}
        return Response(None, status_code=307, headers=headers)

    return [redirect]


def network_routes(door: Doors) -> list[Any]:
    """The network and the grid behind it: for its operator to say, for everybody to see."""

    @put("/v1/network", status_code=200)
    async def tell_network(data: Network, caller: Called, rehearse: bool = False, dry_run: bool = False) -> nouns.NetworkView:
        """rehearse: only if nothing promised would be broken by it, as far as the twin can tell. dry_run: the network as it
        would be."""
        caller.must("operator")
        network = checked(data)
        if rehearse:
            await rehearsed(door, caller, Tell(network=msgspec.structs.replace(network, version=0)))
        act = commands.tell_network(network)
        if dry_run:
            return door.brain.network_view(would.network(await door.brain.settled(), act, door.clock()))
        await door.brain.command(act)
        await door.brain.settled()
        return door.brain.network_view()

    @get("/v1/network")
    async def network(caller: Called) -> nouns.NetworkView:
        await door.brain.settled()
        return door.brain.network_view()

    @put("/v1/grid", status_code=200)
    async def tell_grid(data: Grid, caller: Called, dry_run: bool = False) -> GridPage:
        """The hours of a site's or a region's grid: what is told again replaces what was, hours not told stay as they are.
        dry_run: how it would be foreseen then."""
        caller.must("operator")
        told = checked_grid(data)
        act = commands.tell_grid(told)
        if dry_run:
            grid = would.grid(await door.brain.settled(), told, act, door.clock())
            return GridPage(items=await door.brain.grid_views(grid))
        await door.brain.command(act)
        return GridPage(items=tuple(view for view in await door.brain.grid_views() if f"{view.scope}/{view.where}" == told.key))

    @get("/v1/grid")
    async def grid(caller: Called) -> GridPage:
        await door.brain.settled()
        return GridPage(items=await door.brain.grid_views())

    @get("/v1/route")
    async def route(
        caller: Called,
        service: Annotated[str, QueryParameter(max_length=80)],
        ingress: Annotated[str, QueryParameter(name="from", max_length=40)] = "",
    ) -> nouns.RouteView:
        """From an ingress router or an access network, by name."""
        whose = None if "operator" in caller.roles else caller.user
        found = find_service(await door.brain.settled(), service, whose)
        if not door.brain.state.fleet.network.routers:
            raise UsageFault("SUAN-U092", "this domain has no routers to steer by", "suan services shows where it is reached")
        return door.brain.route_view(ingress, found)

    return [tell_network, network, tell_grid, grid, route]
