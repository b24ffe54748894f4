"""Made-up nodes and demands for the tests of the loops."""

from suanwang.model.demand import Demand, Item, Limits, Wasm
from suanwang.model.file import FileRef
from suanwang.model.node import Capacity, Node, Offer, Speed
from suanwang.model.where import Place, Site
from suanwang.trust.identity import id_of
from suanwang.trust.key import public_of

SHENZHEN = Place(name="shenzhen", name_zh="深圳", region="guangdong", latitude=22.5, longitude=114.1)


def key_of(name: str) -> bytes:
    return name.encode().ljust(32, b"\0")[:32]


def a_node(name: str, *, price: int = 30_000, owner: str = "olga", cores: int = 2) -> Node:
    public = public_of(key_of(name))
    return Node(
        id=id_of("node", public),
        name=name,
        public_key=public.hex(),
        owner=owner,
        site=Site(name=f"{name}-site", place=SHENZHEN),
        capacity=Capacity(cpu_milli=cores * 1000, memory_bytes=4 << 30),
        arch="x86_64",
        runtimes=("wasm", "python", "process"),
        sandbox="bubblewrap",
        speed=Speed(fuel_per_cpu_s=2e9, fuel_per_s=2e9),
        offer=Offer(price_micro_per_tfuel=price),
    )


def a_demand(tasks: int = 1, *, budget: int | None = 1_000_000, fuel: int = 10**9, **more: object) -> Demand:
    return Demand(
        name="job",
        work=Wasm(file="job.wasm"),
        files=(FileRef(path="job.wasm", sha256="0" * 64, size=1),),
        items=tuple(Item(value=str(i)) for i in range(tasks)) if tasks > 1 else (),
        limits=Limits(budget_micro=budget),
        fuel_per_task=fuel,
        **more,  # type: ignore[arg-type]
    )
