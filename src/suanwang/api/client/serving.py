"""Services, the network that they are reached by, and intents, from the other end."""

import msgspec

from suanwang.api.client.call import TRIAL_S, Calls, Params, part, read, rehearsing
from suanwang.model.grid import Grid, GridPage
from suanwang.model.intent import IntentAbout, IntentAsk, IntentPage, IntentReport, IntentView
from suanwang.model.network import Network
from suanwang.model.serving import NetworkView, Publishing, RouteView, ServicePage, ServiceView


class ServingCalls(Calls):
    """What is published, and what is held to."""

    # intents

    def receive_intent(self, asked: IntentAsk, key: str) -> IntentView:
        return self._post("/v1/intents", IntentView, asked, key)

    def accept_intent(self, intent: str, about: str, key: str) -> IntentView:
        return self._post(f"/v1/intents/{part(intent)}/accept", IntentView, IntentAbout(about=about), key)

    def withdraw_intent(self, intent: str, key: str) -> IntentView:
        return self._post(f"/v1/intents/{part(intent)}/withdraw", IntentView, None, key)

    def intents(self) -> IntentPage:
        return self._get("/v1/intents", IntentPage)

    def intent_report(self, intent: str, window_s: float = 3600.0, last: int = 24) -> IntentReport:
        params: Params = {"window": f"{window_s:g}", "last": last}
        return self._get(f"/v1/intents/{part(intent)}/report", IntentReport, params)

    # services and the network

    def publish(self, publishing: Publishing, rehearse: bool = False) -> ServiceView:
        """The same again changes nothing. rehearse: ConflictFault SUAN-U132 if it would break something promised."""
        path, content = f"/v1/services/{part(publishing.service.name)}", msgspec.json.encode(publishing)
        return read(self._put(path, content, rehearse), ServiceView)

    def services(self) -> ServicePage:
        return self._get("/v1/services", ServicePage)

    def service(self, name: str) -> ServiceView:
        return self._get(f"/v1/services/{part(name)}", ServiceView)

    def withdraw(self, name: str, rehearse: bool = False) -> None:
        """rehearse: see publish."""
        timeout_s = TRIAL_S if rehearse else None
        self._call("DELETE", f"/v1/services/{part(name)}", params=rehearsing(rehearse), timeout_s=timeout_s)

    def network(self) -> NetworkView:
        return self._get("/v1/network", NetworkView)

    def tell_network(self, network: Network, rehearse: bool = False) -> NetworkView:
        """rehearse: see publish."""
        return read(self._put("/v1/network", msgspec.json.encode(network), rehearse), NetworkView)

    def grid(self) -> GridPage:
        return self._get("/v1/grid", GridPage)

    def tell_grid(self, grid: Grid) -> GridPage:
        content = msgspec.json.encode(grid)
        return read(self._call("PUT", "/v1/grid", content=content, headers={"Content-Type": "application/json"}), GridPage)

    def route(self, ingress: str, service: str) -> RouteView:
        """ingress: name of a router or an access network."""
        return self._get("/v1/route", RouteView, {"from": ingress, "service": service})
