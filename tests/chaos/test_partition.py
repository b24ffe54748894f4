"""A node that is cut off from its brain for longer than silence is suffered goes on working, and nothing of it is lost."""

import time
from pathlib import Path

from suanwang.model import event as ev
from suanwang.model.job import JOB_FINAL
from tests.chaos import checks
from tests.chaos.forks import Forks
from tests.chaos.network import BRAIN, Network, until
from tests.chaos.tunnel import Tunnel
from tests.chaos.work import MODULE, lcg

TASKS, ROUNDS = 8, 700_000_000
"""Some seconds each, so that they outlast the silence that the brain suffers."""
SUFFERED_S = 10.0


def test_a_node_that_is_cut_off_keeps_its_work_and_is_paid_for_it_once(tmp_path: Path, forks: Forks) -> None:
    network = Network(tmp_path, forks, {"bob": "bob"})
    network.start(BRAIN)
    network.until_up()
    tunnel = Tunnel(network.port)
    tunnel.open()
    try:
        with network.client() as client:
            network.start("bob", network.join_token(client, "bob"), tunnel.url)
            network.until("bob", "ready")
            until(lambda: client.nodes().items)
            client.put_bytes(checks.hashed(MODULE), MODULE)
            asked = lcg("cut-off", tuple(range(TASKS)), 0, ROUNDS)
            job = client.submit(asked.demand, "cut off").id
            until(lambda: client.job(job).tasks_done >= 1)
            done_before = client.job(job).tasks_done

            cut_at = time.time()
            tunnel.cut()
            until(lambda: client.nodes().items[0].state == "silent" and not client.account().held_micro)
            assert client.job(job).state == "running"
            time.sleep(3.0)
            back_at = time.time()
            tunnel.open()

            until(lambda: client.job(job).state in JOB_FINAL)
            ended, tasks, bill = client.job(job), client.tasks(job).items, client.bill(job)
            assert ended.state == "done" and network.fallen() == ()
            assert [client.logs(job, t).data for t in range(TASKS)] == [asked.result(t).stdout for t in range(TASKS)]
            meanwhile = [t for t in tasks if t.outcome and cut_at < t.outcome.started_at + t.outcome.wall_s < back_at]
            assert meanwhile and back_at - cut_at > SUFFERED_S and done_before + len(meanwhile) <= TASKS
            assert {t.outcome.placement_id for t in tasks if t.outcome} == {f"{job}/1"}
            assert bill.posted_micro == ended.spent_micro > 0
    finally:
        tunnel.close()
        network.end()
    log = checks.written(network.home(BRAIN) / "log.sqlite")
    assert log.wrong == [] and checks.once(log) == [] and checks.words(network.folder) == []
    assert [type(e) for e in log.events if isinstance(e, ev.PlacementLost | ev.PlacementResumed)] == [
        ev.PlacementLost,
        ev.PlacementResumed,
    ]
