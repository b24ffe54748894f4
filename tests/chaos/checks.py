"""What must hold when the dust has settled: each check looks at what was promised, at the log and at what the doors show, and
answers with everything that is wrong, in words; nothing is wrong if there are no words.
"""

import hashlib
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import msgspec

from suanwang.api.client import Client
from suanwang.brain.apply import apply
from suanwang.brain.replay import Restored, restore
from suanwang.brain.state import State
from suanwang.market.settle import paid_micro
from suanwang.model import event as ev
from suanwang.model.fault import Fault
from suanwang.model.file import FileRef
from suanwang.model.job import ATTEMPTS_MAX, JOB_FINAL, Job, Outcome, Task
from suanwang.model.money import Bill
from suanwang.model.plan import Placement
from suanwang.model.view import Account, Checkpoint
from suanwang.store.log import SqliteLog
from suanwang.trust.cosign import check_growth
from suanwang.trust.merkle import Tree, leaf_hash
from suanwang.trust.tiles import entry_of
from tests.chaos.clients import Promise

Wrong = list[str]
TRACEBACK = "Traceback (most recent call last)"
KNOWN = ("users", "jobs", "unfinished", "parked", "keys", "joined", "named", "live", "code_fuel", "records")
"""Fields of the brain's state that are the same however it was restored."""


class Shown(NamedTuple):
    """What the doors show at the end. head: of the log; by job id: jobs, tasks, bills; by user: accounts."""

    head: Checkpoint
    root: str
    jobs: dict[str, Job]
    tasks: dict[str, tuple[Task, ...]]
    bills: dict[str, Bill]
    accounts: dict[str, Account]


class Written(NamedTuple):
    """What the log tells. replayed: from its events, one by one; restored: as a brain does it. wrong: found on the way."""

    events: tuple[ev.Event, ...]
    replayed: State
    root: str
    restored: Restored
    wrong: Wrong

    def of(self, kind: type[ev.Event]) -> list[ev.Event]:
        """The events of one kind, in order."""
        return [event for event in self.events if isinstance(event, kind)]


def shown(client: Client, users: Mapping[str, Client]) -> Shown:
    """Ask for everything."""
    jobs = {job.id: job for job in _all_jobs(client)}
    return Shown(
        head=client.checkpoint(),
        root=client.domain().log_root,
        jobs=jobs,
        tasks={job: client.tasks(job).items for job in jobs},
        bills={job: client.bill(job) for job in jobs},
        accounts={user: one.account() for user, one in users.items()},
    )


def _all_jobs(client: Client) -> Iterable[Job]:
    page = client.jobs(limit=1000)
    yield from page.items
    while page.next:
        page = client.jobs(limit=1000, cursor=page.next)
        yield from page.items


def written(path: Path) -> Written:
    """Read the log, apply its events one by one, and look at the money after each."""
    log, state, tree, wrong, events = SqliteLog(path), State(), Tree(), Wrong(), list[ev.Event]()
    for at, (number, body) in enumerate(log.read(0), 1):
        event = msgspec.json.decode(body, type=ev.Event)
        apply(state, event)
        tree.append(leaf_hash(entry_of(body)))
        events.append(event)
        wrong += _unsound(state, event, at, number)
    found = Written(tuple(events), state, tree.root().hex(), restore(log), wrong)
    log.close()
    return found


def _unsound(state: State, event: ev.Event, at: int, number: int) -> Wrong:
    """What is wrong right after an event."""
    job = state.jobs.get(getattr(event, "job_id", ""))
    found = {
        f"event {number} stands where event {at} should": number != at,
        f"after event {number} all money together is {state.ledger.total()}": state.ledger.total() != 0,
        f"after event {number} {job and job.id} has paid more than was held": job and job.posted_micro > job.held_micro,
    }
    return [what for what, is_so in found.items() if is_so]


def replay(seen: Shown, log: Written) -> Wrong:
    """The brain, a restart and a replay tell the same."""
    state, restored = log.replayed, log.restored
    same = {
        "the root that was served": seen.root == log.root == restored.tree.root().hex(),
        "the size that was served": seen.head.size == len(log.events) == state.seq == restored.state.seq,
        "the balances of a restart": restored.state.ledger.rows() == state.ledger.rows(),
        **{f"the {name} of a restart": getattr(restored.state, name) == getattr(state, name) for name in KNOWN},
        "the jobs that were shown": {j: (v.state, v.fuel, v.spent_micro) for j, v in seen.jobs.items()}
        == {j: (v.state, v.fuel, v.posted_micro) for j, v in state.jobs.items()},
        "the accounts that were shown": all(
            a.balance_micro == state.ledger.balance(f"user:{user}") and not a.held_micro for user, a in seen.accounts.items()
        ),
    }
    return [f"{what} differ from the log" for what, is_so in same.items() if not is_so]


def growth(client: Client, kept: Sequence[Checkpoint], now: Checkpoint) -> Wrong:
    """The log continues every checkpoint that was ever seen."""
    wrong = Wrong()
    for old in kept:
        try:
            check_growth(old, now, client.consistency(old.size, now.size).hashes)
        except Fault as fault:
            wrong.append(str(fault))
    return wrong


def acceptance(promises: Sequence[Promise], log: Written) -> Wrong:
    """What was answered as accepted is in the log, once; nothing else is."""
    accepted = Counter(e.job_id for e in log.events if isinstance(e, ev.JobAccepted))
    keys = Counter((e.user, e.key) for e in log.events if isinstance(e, ev.JobAccepted))
    promised = {job for promise in promises for job in promise.ids}
    return [
        *(f"{p.asked.demand.name} was answered as {sorted(p.ids)}" for p in promises if len(p.ids) != 1),
        *(f"{job} was accepted {times} times" for job, times in accepted.items() if times != 1),
        *(f"the key {key} made {times} jobs" for key, times in keys.items() if times != 1),
        *(f"{job} was accepted and is not in the log" for job in promised - accepted.keys()),
        *(f"{job} is in the log and nobody was told" for job in accepted.keys() - promised),
        *(line for p in promises for line in p.contradictions),
    ]


def endings(promises: Sequence[Promise], log: Written) -> Wrong:
    """Every job ended once, as it should."""
    ends = Counter(e.job_id for e in log.events if isinstance(e, ev.JobEnded | ev.JobRefused))
    cancels = Counter(e.job_id for e in log.events if isinstance(e, ev.CancelAsked))
    losses = Counter(e.job_id for e in log.events if isinstance(e, ev.PlacementLost))
    wrong = [f"{job} ended {ends[job]} times" for job in log.replayed.jobs if ends[job] != 1]
    wrong += [f"{job} was cancelled {times} times" for job, times in cancels.items() if times != 1]
    for promise in promises:
        state, told = log.replayed.jobs[promise.id].state, promise.cancel_told
        if told is not None and not cancels[promise.id] and told.state not in JOB_FINAL:
            wrong.append(f"{promise.id} was told to be cancelled as {told.state}, and the log knows nothing of it")
        right = {"cancelled"} if cancels[promise.id] else {"done"}
        if losses[promise.id] >= ATTEMPTS_MAX or (losses[promise.id] and promise.asked.demand.verify.replicas > 1):
            right |= {"failed"}  # its nodes were away for too long, too often
        if state not in right:
            wrong.append(f"{promise.id} is {state} ({log.replayed.jobs[promise.id].reason}), not {' or '.join(right)}")
    return wrong


def results(promises: Sequence[Promise], seen: Shown) -> Wrong:
    """Every task of a job that is done has one result, and it is right."""
    wrong = [f"{p.id} of {p.user} is not shown" for p in promises if p.id not in seen.jobs]
    for promise in promises:
        if promise.id in seen.jobs and seen.jobs[promise.id].state == "done":
            tasks = seen.tasks[promise.id]
            wrong += [f"{promise.id} shows {len(tasks)} tasks"] if len(tasks) != promise.asked.demand.task_count else []
            wrong += [f"{promise.id} task {t.index}: {why}" for t in tasks if (why := _unlike(promise, t))]
    return wrong


def _unlike(promise: Promise, task: Task) -> str:
    """How what a task gave back differs from what it must compute; "" if it does not."""
    told, result = task.outcome, promise.asked.result(task.index)
    if told is None or (told.state, task.state) != ("done", "done"):
        return f"{task.state} with {told}"
    stdout = told.stdout.sha256 if told.stdout else hashed(b"")
    files = {file.path: file.sha256 for file in told.outputs}
    right = stdout == hashed(result.stdout) and files == {path: hashed(data) for path, data in result.files.items()}
    return "" if right else f"gave {told.outputs} and {told.stdout}"


def contents(promises: Sequence[Promise], seen: Shown, users: Mapping[str, Client]) -> Wrong:
    """Whatever was given back can be fetched by its user, whole."""
    named = {(p.user, f) for p in promises for t in seen.tasks.get(p.id, ()) if t.outcome for f in _bare(t.outcome)}
    return [f"{user} cannot have {file}: {why}" for user, file in sorted(named) if (why := _unfetched(users[user], *file))]


def _bare(outcome: Outcome) -> Iterable[tuple[str, int]]:
    files: tuple[FileRef | None, ...] = (*outcome.outputs, outcome.stdout, outcome.stderr)
    return ((file.sha256, file.size) for file in files if file)


def _unfetched(client: Client, sha256: str, size: int) -> str:
    try:
        client.save_blob(sha256, size, target := io.BytesIO())
    except Fault as fault:
        return str(fault)
    return "" if hashed(target.getvalue()) == sha256 else "it has other bytes"


def money(seen: Shown, log: Written) -> Wrong:
    """Each job is billed for the outcomes that count, at its placements' prices, once."""
    wrong = Wrong()
    for job in (job for job in log.replayed.jobs.values() if job.id in seen.bills):
        bill, owed = seen.bills[job.id], _owed(job.id, seen, log)
        lines = sum((Decimal(line.billed_cost) * 1_000_000 for line in bill.lines), Decimal(0))
        sums = {"posted": job.posted_micro, "billed": bill.posted_micro, "on its lines": lines, "owed": owed}
        if len(set(sums.values())) != 1:
            wrong.append(f"{job.id} has different sums: {sums}")
        apart = bill.held_micro - bill.posted_micro - bill.voided_micro - bill.held_now_micro
        if apart or bill.voided_micro < 0 or (job.final and bill.held_now_micro):
            wrong.append(f"{job.id} has a bill that does not add up: {bill}")
    return wrong


def _owed(job: str, seen: Shown, log: Written) -> int:
    """What the outcomes cost that are equal to what settled their task, for no more fuel than that claims."""
    fuel, canonical = Counter[str](), {task.index: task.outcome for task in seen.tasks[job]}
    for outcome in outcomes(log, job):
        settled = canonical[outcome.task]
        if settled is not None and _same(outcome, settled):
            fuel[outcome.placement_id] += min(outcome.fuel, settled.fuel)
    return sum(paid_micro(placement, fuel[placement.id]) for placement in placements(log, job))


def _same(one: Outcome, other: Outcome) -> bool:
    return (one.state, one.code, one.result_sha256) == (other.state, other.code, other.result_sha256)


def once(log: Written) -> Wrong:
    """No placement told of a task twice, and no task that was to be done once was told of by two."""
    told = Counter((o.placement_id, o.task) for o in outcomes(log))
    tasks = Counter((o.placement_id.rsplit("/", 1)[0], o.task) for o in outcomes(log))
    alone = {job.id for job in log.replayed.jobs.values() if job.demand.verify.replicas == 1}
    return [
        *(f"{placement} told of task {task} {times} times" for (placement, task), times in told.items() if times != 1),
        *(f"{job} has {times} outcomes of task {task}" for (job, task), times in tasks.items() if times != 1 and job in alone),
    ]


def fuel(log: Written) -> Wrong:
    """The same task burned the same wherever and whenever it ran."""
    burned = defaultdict[object, Counter[int]](Counter)
    for outcome in outcomes(log):
        if outcome.state == "done":
            demand = log.replayed.jobs[outcome.placement_id.rsplit("/", 1)[0]].demand
            item = demand.items[outcome.task].value if demand.items else ""
            burned[demand.work, demand.files[0].sha256, item, len(demand.items)][outcome.fuel] += 1
    return [f"{task} burned {dict(found)}" for task, found in burned.items() if len(found) != 1]


def trust(log: Written) -> Wrong:
    """Nobody lied here, so nobody may be called a liar, and no node may have been taken to be unable."""
    lost = [e for e in log.events if isinstance(e, ev.PlacementLost)]
    records = [*log.replayed.records.items(), *log.replayed.owner_records.items()]
    return [
        *(f"{who} is said to have lied: {record}" for who, record in records if record.disagreed or record.failed),
        *(f"{e.placement_id} was given back: {e.reason}" for e in lost if e.returned or e.lied),
    ]


def outcomes(log: Written, job: str = "") -> list[Outcome]:
    """All that was reported, of one job or of all."""
    return [o for e in log.events if isinstance(e, ev.TasksEnded) and job in ("", e.job_id) for o in e.outcomes]


def placements(log: Written, job: str) -> list[Placement]:
    return [p for e in log.events if isinstance(e, ev.JobPlaced) and e.job_id == job for p in e.plan.placements]


def hashed(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def words(folder: Path) -> Wrong:
    """Nobody says anything that is not for people."""
    logs = {log.name: log.read_text().split(TRACEBACK) for log in folder.glob("*.log")}
    return [f"{name}: {part}" for name, parts in logs.items() for part in map(_traced, parts[1:])]


def _traced(text: str) -> str:
    """A traceback, up to the line that names the error."""
    lines = text.split("\n")
    end = next((at for at, line in enumerate(lines) if at and not line.startswith(" ")), len(lines))
    return "\n".join(lines[max(0, end - 6) : end + 1])
