"""Services, the network that they are reached by, and intents, from the other end."""

from suanwang.api.client.call import Calls, Params, asking, part
from suanwang.model.grid import Grid, GridPage
from suanwang.model.intent import IntentAbout, IntentAsk, IntentPage, IntentReport, IntentView
from suanwang.model.network import Network
from suanwang.model.serving import NetworkView, Publishing, RouteView, ServicePage, ServiceView


class ServingCalls(Calls):
    """What is published, and what is held to."""

    # intents

    def receive_intent(self, asked: IntentAsk, key: str, dry_run: bool = False) -> IntentView:
        """dry_run: judged, and not kept."""
        return self._post("/v1/intents", IntentView, asked, key, params=asking(dry_run=dry_run))

    def accept_intent(self, intent: str, about: str, key: str, dry_run: bool = False) -> IntentView:
        """dry_run: whether it still goes with what else was accepted."""
        path, said = f"/v1/intents/{part(intent)}/accept", IntentAbout(about=about)
        return self._post(path, IntentView, said, key, params=asking(dry_run=dry_run))

    def withdraw_intent(self, intent: str, key: str, dry_run: bool = False) -> IntentView:
        """dry_run: as it would stand then."""
        return self._post(f"/v1/intents/{part(intent)}/withdraw", IntentView, None, key, params=asking(dry_run=dry_run))

    def intents(self) -> IntentPage:
        return self._get("/v1/intents", IntentPage)

    def intent_report(self, intent: str, window_s: float = 3600.0, last: int = 24) -> IntentReport:
        params: Params = {"window": f"{window_s:g}", "last": last}
        return self._get(f"/v1/intents/{part(intent)}/report", IntentReport, params)

    # services and the network

    def publish(self, publishing: Publishing, rehearse: bool = False, dry_run: bool = False) -> ServiceView:
        """The same again changes nothing. rehearse: ConflictFault SUAN-U132 if it would break something promised. dry_run: with
        where its instances would go, in `taken`."""
        path = f"/v1/services/{part(publishing.service.name)}"
        return self._put(path, ServiceView, publishing, rehearse=rehearse, dry_run=dry_run)

    def services(self) -> ServicePage:
        return self._get("/v1/services", ServicePage)

    def service(self, name: str) -> ServiceView:
        return self._get(f"/v1/services/{part(name)}", ServiceView)

    def withdraw(self, name: str, rehearse: bool = False, dry_run: bool = False) -> ServiceView | None:
        """rehearse: see publish. dry_run: the service as it would be while its instances go; None otherwise."""
        return self._go("DELETE", f"/v1/services/{part(name)}", ServiceView, rehearse=rehearse, dry_run=dry_run)

    def network(self) -> NetworkView:
        return self._get("/v1/network", NetworkView)

    def tell_network(self, network: Network, rehearse: bool = False, dry_run: bool = False) -> NetworkView:
        """rehearse: see publish. dry_run: the network as it would be."""
        return self._put("/v1/network", NetworkView, network, rehearse=rehearse, dry_run=dry_run)

    def grid(self) -> GridPage:
        return self._get("/v1/grid", GridPage)

    def tell_grid(self, grid: Grid, dry_run: bool = False) -> GridPage:
        """dry_run: how it would be foreseen then."""
        return self._put("/v1/grid", GridPage, grid, dry_run=dry_run)

    def route(self, ingress: str, service: str) -> RouteView:
        """ingress: name of a router or an access network."""
        return self._get("/v1/route", RouteView, {"from": ingress, "service": service})
