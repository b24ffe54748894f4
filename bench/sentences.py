"""Sentences: how many of a corpus are understood exactly, how often one is taken for what it does not say, and how long it
takes; of the first sentence of a process too, for which the patterns that may be in it are made ready.

The corpus is ours (tests/intent/sentences.txt); others of the same form may be given. "to a plan" is from the words to the
decision over a world of so many made-up nodes: cover, document, demand, choose. No peer: a language model would be one, and
is not here.
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TypedDict

from decide import a_world
from report import machine, save, table

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.intent.said import (
    ANOTHER_HAND,
    AS_SHIPPED,
    CAREFUL,
    CORPUS,
    FRESH,
    MOMENT,
    NEAR_MISSES,
    OTHERS,
    STRANGERS,
    TRAPS,
    UNSEEN,
    Line,
    corpus,
    wrong,
)

from suanwang.intent.demand import demand_from
from suanwang.intent.say.read import document, understood
from suanwang.intent.serve import service_from
from suanwang.model.file import FileRef
from suanwang.model.said import Understood
from suanwang.place.ask import Ask
from suanwang.place.choose import choose
from suanwang.world.world import World


def to_plan_ms(line: Line, world: World) -> tuple[float, float]:
    """(to what it says, to a plan), milliseconds; the second is as long as the first for what is asked about."""
    began = time.perf_counter()
    said = understood(line.sentence, MOMENT)
    middle = time.perf_counter()
    if not isinstance(said, Understood):
        return (middle - began) * 1e3, (middle - began) * 1e3
    made = document(said, MOMENT.products, 2e9)
    script = str(made.get("python", made.get("wasm", ""))).partition(":")[0]
    files = (FileRef(path=script, sha256="0" * 64, size=1),) if script else ()
    plain = {key: value for key, value in made.items() if key not in ("over", "files")}
    wanted = service_from(plain, files).demand if said.kind == "service" else demand_from(plain, files=files, items=())
    ask = Ask(demand=wanted, fuel_per_task=10**10, budget_micro=wanted.limits.budget_micro)
    choose(world, ask, job_id="j", seed=1, number=1, attempt=1, tasks=(0,))
    return (middle - began) * 1e3, (time.perf_counter() - began) * 1e3


class Beside(TypedDict):
    """A corpus that the rules were not made for. exact: of the clear ones; guessed: of all, what was not meant."""

    file: str
    sentences: int
    clear: int
    exact: int
    guessed: int


def of_others(file: Path) -> Beside:
    moment = AS_SHIPPED if file in (ANOTHER_HAND, *STRANGERS, *UNSEEN, NEAR_MISSES, TRAPS) else MOMENT
    lines = [(line.part.startswith(CAREFUL) or line.expected == {"?"}, *wrong(line, moment)) for line in corpus(file)]
    clear = [off for careful, off, _ in lines if not careful]
    guessed = sum(g for _, _, g in lines)
    return {"file": file.stem, "sentences": len(lines), "clear": len(clear), "exact": clear.count(False), "guessed": guessed}


FIRST = """
import sys, time
from pathlib import Path
from tests.intent.said import AS_SHIPPED
from suanwang.intent.say.read import understood
pages = lambda: int(Path("/proc/self/statm").read_text().split()[1])
before, began = pages(), time.process_time()
understood(sys.argv[1], AS_SHIPPED)
print((time.process_time() - began) * 1e3, (pages() - before) / 256)
"""


def first(sentence: str, times: int) -> tuple[float, float]:
    """(milliseconds of processor time, MiB) that it takes as the first of a process, the least of so many."""
    command = (sys.executable, "-c", FIRST, sentence)
    root = Path(__file__).parent.parent
    said = [subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout for _ in range(times)]
    taken = [tuple(map(float, line.split())) for line in said]
    return min(ms for ms, _ in taken), min(mib for _, mib in taken)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--corpus", type=Path, default=CORPUS)
    asked.add_argument("--nodes", type=int, default=1000)
    asked.add_argument("--firsts", type=int, default=10, help="so many processes for each first sentence")
    options = asked.parse_args()
    facts, lines, world = machine(), corpus(options.corpus), a_world(options.nodes)
    rows, cells = list[dict[str, object]](), list[tuple[str, ...]]()
    for part in dict.fromkeys(line.part for line in lines):
        mine = [line for line in lines if line.part == part]
        judged = [wrong(line) for line in mine]
        row = {
            "part": part,
            "sentences": len(mine),
            "exact": sum(not off for off, _ in judged),
            "guessed": sum(g for _, g in judged),
        }
        rows.append(row)
        cells.append((part, str(len(mine)), f"{row['exact'] / len(mine):.1%}", str(row["guessed"])))
        for line, (off, guessed) in zip(mine, judged, strict=True):
            if off:
                print(f"{'GUESSED' if guessed else 'not as expected'}: {line.sentence}", file=sys.stderr)
    beside = [of_others(file) for file in (OTHERS, *FRESH, ANOTHER_HAND, *STRANGERS, *UNSEEN, NEAR_MISSES, TRAPS)]
    times = [to_plan_ms(line, world) for line in lines for _ in range(5)]
    clear = [line for line in lines if not line.part.startswith(CAREFUL)]
    exact = sum(not wrong(line)[0] for line in lines) / len(lines)
    careful = sum(wrong(line)[1] for line in lines if line.part.startswith(CAREFUL))
    cells.append(("all", str(len(lines)), f"{exact:.1%}", str(sum(int(row["guessed"]) for row in rows))))
    shown = [
        (
            f"{b['file']}, {b['clear']} that are clear",
            str(b["sentences"]),
            f"{b['exact'] / max(1, b['clear']):.1%}",
            str(b["guessed"]),
        )
        for b in beside
    ]
    print(table(("part", "sentences", "exact", "wrong guesses"), [*cells, *shown]))
    said, planned = (sorted(t[k] for t in times) for k in (0, 1))
    firsts = [first(line.sentence, options.firsts) for line in corpus(UNSEEN[1])[::14]]
    figures = {
        "said_ms_p50": statistics.median(said), "said_ms_p99": said[int(0.99 * len(said))],
        "plan_ms_p50": statistics.median(planned), "plan_ms_p99": planned[int(0.99 * len(planned))],
        "first_ms_p50": statistics.median(ms for ms, _ in firsts), "first_ms_max": max(ms for ms, _ in firsts),
        "first_mib_p50": statistics.median(mib for _, mib in firsts), "first_mib_max": max(mib for _, mib in firsts),
    }  # fmt: skip
    print(table(("from the words", "p50", "p99"), [
        ("to what they say", f"{figures['said_ms_p50']:.2f} ms", f"{figures['said_ms_p99']:.2f} ms"),
        (f"to a plan over {options.nodes} nodes", f"{figures['plan_ms_p50']:.2f} ms", f"{figures['plan_ms_p99']:.2f} ms"),
    ]))  # fmt: skip
    print(table(("the first of a process", "p50", "most"), [
        ("to what it says", f"{figures['first_ms_p50']:.0f} ms", f"{figures['first_ms_max']:.0f} ms"),
        ("memory", f"{figures['first_mib_p50']:.0f} MiB", f"{figures['first_mib_max']:.0f} MiB"),
    ]))  # fmt: skip
    if options.corpus == CORPUS:
        save(
            "sentences",
            facts,
            rows=rows,
            beside=beside,
            exact=exact,
            wrong_guesses_where_nothing_is_said=careful,
            clear=len(clear),
            **figures,
        )


if __name__ == "__main__":
    main()
