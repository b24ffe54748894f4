"""Who takes part in the experiment, as values: three sites with two machines each, made unequal by CPU quota, and what whoever
plays the brain knows of them. No process, no clock: the lab (crowd.scene) and simulated time (crowd.rehearsal) stand on it."""

from hashlib import sha256

from suanwang.lab.file import read_plan
from suanwang.model.network import Network
from suanwang.model.steering import Contact, Load, Member, Served, Steering
from suanwang.steer.address import contact, number_of
from suanwang.steer.paths import policy
from suanwang.trust.identity import cs_id, id_of
from suanwang.trust.key import public_of

LAB = "crowd"

PORT, ROUNDS = 8080, 480
QUOTAS = {"near-1": 200, "near-2": 100, "mid-1": 150, "mid-2": 100, "far-1": 200, "far-2": 100}
"""Thousandths of a core."""
CPU_MS = 1.97
"""CPU time of a request at its machine: by the kernel's account of the servers over the cell that calibrates, less what they
took when nobody asked."""
SITES = {"near": 7, "mid": 8, "far": 9}
INGRESSES = {"in1": "home-1", "in2": "home-2"}
KEY = bytes(range(32))


class Stage:
    """What is known without running anything, and what was heard. cpu: of each machine, in cores; loads: by contact, and when
    they were heard. run_id: of the run; extra: other services that are told of beside ours."""

    def __init__(self) -> None:
        self.plan = read_plan("three-sites", LAB)
        self.network: Network = self.plan.network
        self.cs_id, self.public = cs_id(public_of(KEY)), public_of(KEY).hex()
        self.numbers = {r.name: r.number for r in self.network.routers}
        self.locators = {name: number_of(SITES[name.split("-")[0]], int(name[-1])) for name in QUOTAS}
        self.keys = {name: bytes([n + 1] * 32) for n, name in enumerate(QUOTAS)}
        self.ids = {name: id_of("node", public_of(key)) for name, key in self.keys.items()}
        self.names = {node_id: name for name, node_id in self.ids.items()}
        self.addresses = {name: contact(locator, 1) for name, locator in self.locators.items()}
        self.members = tuple(
            Member(node_id=self.ids[n], name=n, locator=self.locators[n], public_key=public_of(k).hex())
            for n, k in self.keys.items()
        )
        self.steered = 0
        self.cpu: dict[str, float] = {}
        self.loads: dict[str, tuple[Load, float]] = {}
        self.run_id = 0
        self.extra: list[Served] = []

    def now(self) -> float:
        """Steady seconds."""
        raise NotImplementedError

    def contacts(self) -> tuple[Contact, ...]:
        return tuple(
            Contact(id=self.contact(n), node_id=self.ids[n], address=self.addresses[n], port=PORT, locator=self.locators[n],
                    function=1, speed=float(QUOTAS[n]))
            for n in QUOTAS
        )  # fmt: skip

    def contact(self, name: str) -> str:
        """Another id in each run, so that nothing is remembered from the one before."""
        return f"{name}@{self.run_id}"

    def served(self, weights: dict[str, int]) -> Served:
        given = tuple(sorted((self.contact(n), w) for n, w in weights.items()))
        return Served(id=f"s{self.run_id}", name="s", cs_id=self.cs_id, public_key=self.public, port=PORT, health="/light",
                      affinity_s=2.0, contacts=self.contacts(), weights=given)  # fmt: skip

    def others(self, router: str) -> tuple[Member, ...]:
        """The other ingresses, whose rates one believes."""
        there = [i for i in INGRESSES if router in INGRESSES and i != router]
        keys = {i: public_of(sha256(i.encode()).digest()).hex() for i in there}  # as crowd.router makes its own
        return tuple(Member(node_id=i, name=i, locator=number_of(self.numbers[i]), public_key=keys[i]) for i in there)

    def steering(self, form: str, router: str, weights: dict[str, int]) -> Steering:
        """What a router is told next."""
        ends = [SITES[s] for s in SITES] if router in INGRESSES else [self.numbers[i] for i in INGRESSES]
        policies = tuple(p for end in ends if (p := policy(self.network, self.numbers[router], end)))
        return Steering(
            number=self.steered, form=form, router=self.numbers[router], network=self.network,  # type: ignore[arg-type]
            services=(self.served(weights), *self.extra), policies=policies, members=self.members,
            ingresses=self.others(router),
        )  # fmt: skip
