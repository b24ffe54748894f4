"""What the pages say of data that move and of instances that moved, in both languages."""

import msgspec
import pytest

from suanwang.api.callers import Asked
from suanwang.api.catalogue import Words
from suanwang.api.problems import on_fault
from suanwang.api.render.bills import bill_page
from suanwang.api.render.problem import fault_text
from suanwang.api.render.services import service_page
from suanwang.api.render.table import plain
from suanwang.api.render.why import decided_page
from suanwang.brain.network import Ear
from suanwang.brain.outlook import service_view
from suanwang.brain.views import bill_view
from suanwang.drivers.problem import fault_from
from suanwang.model.data import Data
from suanwang.model.fault import ConflictFault, NotFoundFault
from suanwang.model.trial import Broken
from tests.brain.test_near import Played
from tests.brain.test_rebalance import PRICE, Watched, here, served
from tests.place.test_gravity import GB, job, two
from tests.place.test_place import ask_for, decide


def shown(page) -> str:  # type: ignore[no-untyped-def]
    return "\n".join(part if isinstance(part, str) else plain(part) for part in page)


@pytest.mark.parametrize(
    ("lang", "line"), [("en", "to cheap first come 9.5 MiB, in 800 ms (rate assumed)"), ("zh", "先要向 cheap 传入 9.5 MiB")]
)
def test_why_says_what_moves_there(lang: str, line: str) -> None:
    plan = decide(two(), ask_for(job(Data(size_bytes=GB // 100, site="sz"))))
    page = shown(decided_page(Words(lang), "j", plan))
    assert line in page and ("TO MOVE" in page or "待传入" in page)
    other = decide(two(), ask_for(job(Data(size_bytes=GB, site="sz"))))
    assert "953.7 MiB" in shown(decided_page(Words(lang), "j", other))  # dear wins, and the table says what cheap lacks
    assert "TO MOVE" not in shown(decided_page(Words("en"), "j", decide(two(), ask_for(job()))))


def test_a_bill_names_what_others_bill() -> None:
    played = Played()
    name = played.submit("j", data=(Data(size_bytes=10**9, node="c", egress_micro_per_gb=50),))
    played.end(name)
    bill = bill_view(played.state, played.state.jobs[name], "CNY")
    assert "whoever holds the data bills 0.00005 CNY" in shown(bill_page(Words("en"), bill))
    assert "0.00005 CNY" not in shown(bill_page(Words("en"), msgspec.structs.replace(bill, elsewhere_micro=0)))


def test_what_a_change_would_break_is_said_in_the_readers_language() -> None:
    late = Broken(kind="service", name="web", how="late", now=60.0, then=140.0, bound=100.0, why="late", user="ming")
    others = Broken(kind="job", name="", how="waits", why="it would wait", code="SUAN-P012")
    fault = ConflictFault("SUAN-U132", "in English", "suan twin try", (late, others))
    said = fault_text(Words("zh"), fault)
    assert "服务 web：p99 将为 140 ms，现在 60 ms；应答期限 100 ms" in said
    assert "作业 （他人所有）：将要等待 (SUAN-P012)" in said and "in English" not in said
    answer = on_fault(asked(), fault)
    assert fault_from(answer.status_code, answer.content).evidence == (late, others)
    assert b"evidence" not in on_fault(asked(), ConflictFault("SUAN-P021", "no")).content


def asked(language: str = "") -> Asked:
    return Asked({"type": "http", "headers": [(b"accept-language", language.encode())]})  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("language", "detail"),
    [
        ("", "there is no job 'a'"),
        ("en-US,en;q=0.9,zh;q=0.8", "there is no job 'a'"),
        ("zh", "没有作业 'a'"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "没有作业 'a'"),
        ("zh" * 9000, "没有作业 'a'"),
    ],
)
def test_a_problem_is_said_in_the_language_that_is_asked_for(language: str, detail: str) -> None:
    answer = on_fault(asked(language), NotFoundFault("SUAN-N001", "there is no job 'a'", "send it again"))
    found = fault_from(answer.status_code, answer.content)
    assert found.why == detail and found.todo == ("重新发送" if "没有" in detail else "send it again")


def test_a_service_tells_its_last_move() -> None:
    scene = Watched(here("a"))
    service = scene.publish(served())
    scene.step()
    scene.price("b", 0.5 * PRICE)
    while not scene.moves:
        scene.step(60.0)
    view = service_view(scene.state, Ear(), service, scene.now)
    assert view.moved == scene.moves[0].move
    page = shown(service_page(Words("en"), view, scene.now + 60))
    assert "last move: from a to b" in page and "price for the rest of the lease" in page
