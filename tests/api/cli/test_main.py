"""The command line as a whole: exit codes, quick help, what a pipe sees, and letting go of a job."""

import gzip
import io
import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import msgspec
import pytest
from tests.api.cli.conftest import answer, bill

from suanwang import __version__
from suanwang.api import join, up
from suanwang.api.catalogue import Words
from suanwang.api.cli import follow as following
from suanwang.api.cli.main import exit_code
from suanwang.api.cli.run import split
from suanwang.api.client import Client
from suanwang.api.config import Config, config_path, load_config, save_config
from suanwang.api.options import JoinOptions, UpOptions
from suanwang.api.render.bills import bill_page
from suanwang.api.render.problem import with_flag
from suanwang.api.render.progress import summary
from suanwang.api.whys import fixed_of, holes_of, table
from suanwang.model import fault as faults
from suanwang.model.node import Offer
from suanwang.model.view import BillPage
from suanwang.trust.statement import sign

HEAVY = ("httpx", "litestar", "numpy", "wasmtime", "rich", "msgspec", "uvicorn", "yaml")


def test_help_loads_nothing_heavy():
    code = f"""
import sys
from suanwang.api.cli import main
main(["--help"])
main(["run", "--help"])
sys.stderr.write(" ".join(name for name in {HEAVY!r} if name in sys.modules))
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Usage: suan" in said.stdout and "--within" in said.stdout
    assert said.stderr == ""


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("suan nod", ["nodes"]),
        ("suan why re", ["render"]),
        ("suan nodes w", ["wuhu-04"]),
        ("suan cancel nothing", []),
        ("suan run --withi", ["--within"]),
    ],
)
def test_a_shell_completes_commands_flags_and_names(suan, monkeypatch, capsys, typed: str, offered: list[str]):
    monkeypatch.setenv("_SUAN_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split()) - 1))
    with pytest.raises(SystemExit):
        suan()
    assert capsys.readouterr().out.split() == offered


def test_a_brain_that_cannot_be_reached_spoils_no_prompt(suan, monkeypatch, capsys):
    monkeypatch.setenv("_SUAN_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "suan why re")
    monkeypatch.setenv("COMP_CWORD", "2")
    monkeypatch.setenv("SUAN_TOKEN", "bad")
    with pytest.raises(SystemExit):
        suan()
    told = capsys.readouterr()
    assert told.out.split() == [] and told.err == ""


def test_the_script_is_for_a_shell_that_is_known(suan):
    assert "_SUAN_COMPLETE=complete_bash" in suan("completion").out
    assert "complete_zsh" in suan("completion", "--shell", "zsh").out
    assert suan("completion", "--shell", "tcl").code == 2


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (faults.UsageFault("SUAN-U001", ""), 2),
        (faults.NotFoundFault("SUAN-N001", ""), 3),
        (faults.AuthorityFault("SUAN-A003", ""), 4),
        (faults.QuotaFault("SUAN-M001", ""), 4),
        (faults.Fault("SUAN-P012", ""), 5),
        (faults.WireFault("SUAN-W001", ""), 6),
        (faults.WireFault("SUAN-W003", ""), 7),
        (faults.LogFault("SUAN-L001", ""), 1),
        (faults.ConflictFault("SUAN-U043", ""), 1),
    ],
)
def test_exit_codes(fault, code):
    assert exit_code(fault) == code


def test_an_unreachable_brain_is_exit_6(suan):
    def gone(request):
        raise httpx.ConnectError("refused", request=request)

    said = suan("ps", transport=httpx.MockTransport(gone))
    assert said.code == 6 and said.err.startswith("error SUAN-W001") and "suan up" in said.err


@pytest.mark.parametrize("token", ["bad", "ü"])
def test_a_bad_token_is_exit_4(suan, monkeypatch, token):
    monkeypatch.setenv("SUAN_TOKEN", token)
    said = suan("ps")
    assert said.code == 4 and said.err.startswith("error SUAN-A00")


def test_a_workflow_that_is_cut_short_is_said_to_be(suan):
    Path("cut.json.gz").write_bytes(gzip.compress(bytes(range(256)) * 8)[:60])
    said = suan("run", "cut.json.gz")
    assert said.code == 2 and "SUAN-U022" in said.err and "cut.json.gz" in said.err


def test_credit_is_granted_as_its_help_says(suan, brain, monkeypatch):
    monkeypatch.setattr(brain, "on_accounts", lambda *_: brain.on_account(None), raising=False)
    assert "suan grant ann 50" in suan("grant", "--help").out
    assert suan("grant", "ann", "50").code == 0
    assert json.loads(brain.seen[-1].content) == {"amount_micro": 50_000_000}
    asked = len(brain.seen)
    assert "it must be more than 0" in suan("grant", "ann", "0").err and len(brain.seen) == asked


@pytest.mark.parametrize("typed", ["why", "cancel", "logs", "fetch", "withdraw", "grant"])
def test_an_empty_name_is_no_name_and_not_the_path_of_everything(suan, brain, typed):
    said = suan(typed, "", *(("5",) if typed == "grant" else ()))
    assert said.code == 2 and "SUAN-U002" in said.err and "the name is empty" in said.err and not brain.seen


@pytest.mark.parametrize(("code", "near"), [("suan-x999", "SUAN-"), ("SUAN-U128", "SUAN-U12"), ("SUAN-N999", "SUAN-N060")])
def test_a_code_that_does_not_exist_is_told_with_the_nearest(suan, brain, code, near):
    said = suan("why", code)
    assert said.code == 3 and "SUAN-N018" in said.err and f"try: suan why {near}" in said.err and not brain.seen
    assert "没有" in suan("why", code, lang="zh").err


PARSED = {
    "ps --wrong": "没有选项 --wrong",
    "ps --limi 3": "没有选项 --limi（相近的选项：--limit）",
    "ps --limit": "选项 '--limit' 需要一个值。",
    "ps --json=1": "选项 '--json' 不带值。",
    "ps --limit x": "'--limit' 的值不对：'x' 不是整数",
    "ps --limit 0": "'--limit' 的值不对：0 不在 1 到 1000 之间",
    "twin try --nodes -1": "'--nodes' 的值不对：-1 小于 0",
    "up --pue x": "'--pue' 的值不对：'x' 不是数字",
    "ps a b": "多余的参数：b",
    "why": "缺少参数 'name'。",
    "reserve --for 1s": "缺少选项 '--from'。",
    "nothing": "没有命令 'nothing'。",
    "grnt": "没有命令 'grnt'。是不是 'grant'",
    "lab": "缺少命令。",
}


def test_the_parsers_own_messages_are_in_chinese_too(suan):
    english, made = [*map(fixed_of, table()["parser"])], set()
    for typed, told in PARSED.items():
        line = suan(*typed.split(), lang="zh").err.splitlines()[1]
        assert line.strip().startswith(told), typed
        plain = suan(*typed.split()).err.splitlines()[1].strip()
        made |= {one for one in english if holes_of(one, plain) is not None}
    assert made == set(english)


READS = [
    "ps",
    "ps render",
    "nodes",
    "nodes sz-1",
    "why render",
    "bill",
    "bill render",
    "account",
    "logs render",
    "why SUAN-P012",
]


@pytest.mark.parametrize("command", READS)
def test_every_read_command_has_json_and_nothing_else_on_stdout(suan, command):
    said = suan(*command.split(), "--json")
    assert said.code == 0 and json.loads(said.out)
    assert said.out == suan(*command.split(), "--json", lang="zh").out


def test_names_from_elsewhere_do_not_drive_the_terminal(suan, brain):
    brain.stderr = b"\x1b[2Jgone\n"
    brain.mode = "failed"
    with open("x.py", "w") as file:
        file.write("1")
    said = suan("run", "x.py")
    assert said.code == 1 and "gone" in said.err and "\x1b" not in said.err


def test_run_json_is_one_job(suan, brain):
    with open("x.py", "w") as file:
        file.write("1")
    said = suan("run", "--json", "x.py")
    assert said.code == 0 and json.loads(said.out)["state"] == "done"


def test_a_broken_watch_does_not_break_the_run(suan, brain):
    brain.breaks = True
    with open("x.py", "w") as file:
        file.write("1")
    said = suan("run", "x.py")
    assert said.code == 0 and said.out == "hello\n"


def test_ctrl_c_lets_go_and_says_how_to_come_back(suan, brain, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(following.Tail, "copy", interrupted)
    with open("x.py", "w") as file:
        file.write("1")
    said = suan("run", "x.py")
    assert said.code == 130
    assert re.search(r"suan logs -f job-new00.*suan cancel job-new00", said.err)
    assert not [request for request in brain.seen if request.url.path.endswith("/cancel")]
    assert threading.main_thread().is_alive()


def test_ctrl_c_before_there_is_a_job_is_told_too(suan, brain, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(Client, "put_file", interrupted)
    Path("x.py").write_text("1")
    said = suan("run", "x.py")
    assert said.code == 130 and said.err.endswith("\ninterrupted\n")
    assert not brain.keys


@pytest.mark.parametrize("typed", ["suan --help", "suan why SUAN-P012"])
def test_a_reader_that_leaves_is_no_failure(typed):
    call = f"import sys; from suanwang.api.cli import main; sys.exit(main({typed.split()[1:]!r}))"
    with subprocess.Popen([sys.executable, "-c", call], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as left:
        assert left.stdout and left.stderr
        left.stdout.close()
        assert (left.stderr.read(), left.wait()) == (b"", 0)


def test_letters_that_a_terminal_lacks_stop_nothing():
    call = "import sys; from suanwang.api.cli import main; sys.exit(main(['why', 'SUAN-P012']))"
    narrow = {**os.environ, "PYTHONIOENCODING": "ascii", "SUAN_LANG": "zh"}
    said = subprocess.run([sys.executable, "-c", call], env=narrow, capture_output=True, text=True, check=True)
    assert said.stdout.startswith("SUAN-P012: ?")


class Away:
    """A brain that cannot be reached for a while, once it is asked for something."""

    def __init__(self, brain, what, times):
        self.brain, self.what, self.left = brain, what, times

    def __call__(self, request):
        if self.left and request.url.path.endswith(self.what):
            self.left -= 1
            raise httpx.ConnectError("restarting", request=request)
        return self.brain(request)


@pytest.mark.parametrize("typed", ["run x.py", "logs -f render"])
def test_a_brain_that_is_restarted_meanwhile_breaks_no_output(brain, suan, typed):
    Path("x.py").write_text("1")
    said = suan(*typed.split(), transport=httpx.MockTransport(Away(brain, "/logs", 12)))
    assert (said.code, said.out) == (0, "hello\n"), said.err


def test_who_loses_the_brain_is_told_how_to_come_back(brain, suan):
    Path("x.py").write_text("1")
    said = suan("run", "x.py", transport=httpx.MockTransport(Away(brain, "/events", 999)))
    assert said.code == 6 and "suan logs -f job-new00" in said.err and "suan fetch job-new00" in said.err


def test_files_are_fetched_afterwards(brain, suan):
    Path("x.py").write_text("1")
    brain.outputs[:] = [(0, "out/a", b"one")]
    suan("run", "-d", "x.py")
    brain.jobs["job-new00"] = brain.ended(brain.jobs["job-new00"])
    said = suan("fetch", "job-new00", "--out", "there")
    assert said.code == 0 and "files fetched: 1" in said.err and Path("there/out/a").read_bytes() == b"one"
    brain.outputs[:] = []
    assert "has no files to fetch" in suan("fetch", "job-new00").err


def test_a_folder_that_takes_nothing_is_said_before_anything_is_sent(brain, suan):
    Path("x.py").write_text("1")
    said = suan("run", "--out", "x.py/there", "x.py")
    assert said.code == 2 and "SUAN-U027" in said.err and not brain.keys


def test_one_step_of_a_graph_is_cancelled(suan, brain):
    for name in ("cut.py", "fit.py"):
        Path(name).write_text("1")
    Path("story.yaml").write_text("tasks:\n  cut: {python: cut.py, writes: half}\n  fit: {python: fit.py, reads: half}\n")
    suan("run", "story.yaml", "-d")
    job = next(job for job in brain.jobs if job.startswith("job-new"))
    said = suan("cancel", job, "--step", "fit", "--dry-run")
    assert "not to run any more: fit" in said.err and not brain.jobs[job].cancelled
    assert json.loads(suan("cancel", job, "--step", "fit", "--json").out)["cancelled"] == ["fit"]
    ended = msgspec.structs.replace(brain.ended(brain.jobs[job]), state="done")
    assert summary(Words("en"), ended, None)[0].startswith("done without the cancelled steps (fit) in 12 s")


def test_only_missing_files_are_sent(suan, brain):
    with open("x.py", "w") as file:
        file.write("1")
    suan("run", "x.py")
    suan("run", "x.py")
    assert len([request for request in brain.seen if request.method == "PUT"]) == 1


def test_what_stands_behind_the_dashes_is_a_command():
    assert split(("run", "--", "a", "--b"), ["a", "--b"]) == ("", ("a", "--b"))
    assert split(("run", "x.py", "--", "--b"), ["x.py", "--b"]) == ("x.py", ("--b",))
    assert split(("run", "x.py"), ["x.py"]) == ("x.py", ())


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("run --near shenzhen x.py --epochs 3", "suan run --near shenzhen x.py -- --epochs 3"),
        ("run x.py:f --lr=0.1 more", "suan run x.py:f -- --lr=0.1 more"),
        ("run --epochs 3 x.py", "suan run --help"),
        ("ps --epochs", "suan ps --help"),
    ],
)
def test_a_flag_behind_a_program_is_the_programs(suan, typed, told):
    said = suan(*typed.split())
    assert said.code == 2 and f"try: {told}\n" in said.err


def test_of_what_failed_the_step_is_named_and_all_are_counted(suan, brain, monkeypatch):
    for name in ("cut.py", "fit.py"):
        Path(name).write_text("1")
    Path("story.yaml").write_text("tasks:\n  cut: {python: cut.py, writes: half}\n  fit: {python: fit.py, reads: half}\n")
    brain.mode = "failed"
    named = [msgspec.structs.replace(task, item="cut") for task in brain.tasks(brain.ended(brain.jobs["job-render01"]))]
    monkeypatch.setattr(brain, "tasks", lambda _: tuple(named))
    ended = brain.ended
    monkeypatch.setattr(brain, "ended", lambda job: msgspec.structs.replace(ended(job), tasks_failed=2))
    said = suan("run", "story.yaml")
    assert "step cut on sz-1: exit code 3" in said.err and "2 of 2 tasks failed; all of them: suan ps job-new00" in said.err


def test_of_a_gang_the_task_is_named_that_failed_by_itself(suan, brain, monkeypatch):
    brain.mode = "failed"
    (task,) = brain.tasks(brain.ended(brain.jobs["job-render01"]))
    stopped = msgspec.structs.replace(task, outcome=msgspec.structs.replace(task.outcome, code="cancelled"))
    monkeypatch.setattr(brain, "tasks", lambda _: (stopped, msgspec.structs.replace(task, index=1)))
    assert "task 1 on sz-1: exit code 3" in suan("run", "--", "false").err


def test_a_job_that_is_being_stopped_is_not_called_running(suan, brain, monkeypatch):
    monkeypatch.setattr(brain, "job_cancel", lambda _, job: answer(msgspec.structs.replace(job, state="running")))
    assert "is being stopped" in suan("cancel", "render").err


def test_of_many_tasks_only_those_that_said_something_are_told(suan, brain):
    Path("x.py").write_text("1")
    suan("run", "-d", "--over", "0-9", "x.py")
    brain.stdout = b""
    assert suan("logs", "job-new00").err == ""
    brain.stdout = b"a word"
    assert suan("logs", "job-new00").err.splitlines() == [f"==> task {task}" for task in range(10)]


def test_who_asks_for_jobs_of_some_kind_is_not_told_that_there_are_none(suan, monkeypatch, brain):
    brain.jobs.clear()
    assert "no jobs yet" in suan("ps").out and suan("ps", "--state", "queued").out.startswith("no such jobs")


def test_a_page_of_bills_is_not_all_of_them(suan, monkeypatch, brain):
    page = BillPage(items=tuple(bill(job) for job in brain.jobs.values()), next="job-1")
    monkeypatch.setattr(brain, "on_bills", lambda _: answer(page))
    said = suan("bill")
    assert "there are more" in said.out and "--cursor job-1" in said.err
    assert "--cursor job-1" in suan("bill", "--csv").err


def test_a_bill_adds_up_to_the_last_millionth(suan, brain):
    job = next(iter(brain.jobs.values()))
    shown = bill_page(
        Words("en"), msgspec.structs.replace(bill(job), held_micro=10**6, posted_micro=23, voided_micro=10**6 - 23)
    )
    assert "held 1.00 CNY = posted 0.000023 CNY + voided 0.999977 CNY" in shown


def test_the_suggested_command_replaces_the_flag():
    assert with_flag(("run", "--within", "20ms", "--", "x", "--within", "1"), "--within 24ms") == (
        *("run", "--within", "24ms", "--", "x", "--within", "1"),
    )
    assert with_flag(("run", "a.yaml"), "--region guizhou") == ("run", "--region", "guizhou", "a.yaml")
    assert with_flag(("run", "--region", "hubei", "a.yaml"), "--region guizhou")[1:3] == ("--region", "guizhou")
    assert "hubei" in with_flag(("run", "--region", "hubei", "a.yaml"), "--region guizhou")


def test_node_flags_become_options(suan, monkeypatch):
    seen, token = [], sign(b"k" * 32, "join", "ann", {}, 0.0, 1.0)
    monkeypatch.setattr(join, "join", seen.append)
    monkeypatch.setattr(up, "up", seen.append)
    flags = "--city 深圳 --tier edge --cap 40% --memory 4GiB --cpu 2 --access 1ms --pue 1.3 --carbon-intensity 441.9 --name n1"
    assert suan("join", "http://b", "--token", token, *flags.split(), "--price", "0.5 CNY/Tfuel", lang="zh").code == 0
    assert suan("up", "-p", "0", "--no-node").code == 0
    joined, started = seen
    assert isinstance(joined, JoinOptions) and (joined.url, joined.token, joined.lang) == ("http://b", token, "zh")
    node = joined.node
    assert (node.city, node.tier, node.cap, node.memory_bytes, node.cpu_milli) == ("shenzhen", "edge", 0.4, 4 << 30, 2000)
    assert node.offer == Offer(price_micro_per_tfuel=500_000) and (node.access_ms, node.pue) == (1.0, 1.3)
    assert isinstance(started, UpOptions) and (started.port, started.with_node) == (0, False)


def test_the_configuration_is_private_and_its_token_stays_with_its_address(tmp_path):
    home = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert load_config(home) == Config("https://127.0.0.1:7420", "")
    path = save_config("http://brain.test/", "secret", home)
    assert path == config_path(home) and path.stat().st_mode & 0o777 == 0o600
    assert load_config(home) == Config("http://brain.test", "secret")
    assert load_config({**home, "SUAN_URL": "http://other.test"}).token == ""
    assert load_config({**home, "SUAN_TOKEN": "mine"}) == Config("http://brain.test", "mine")
    path.write_text("{")
    with pytest.raises(faults.UsageFault, match="U026"):
        load_config(home)


class Terminal(io.StringIO):
    """Text that says it goes to a terminal."""

    def isatty(self):
        return True


def test_output_is_never_wiped_out_by_the_live_line(brain, suan, monkeypatch):
    """On a terminal the live line gives way to output, and stays away while output stands in the middle of a line."""
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(sys, "stdout", screen)
    brain.stdout = b"half"
    with open("x.py", "w") as file:
        file.write("1")
    suan("run", "x.py")
    assert "\r\x1b[Kqueued" in screen.getvalue() and "\r\x1b[Khalf\ndone in 12 s" in screen.getvalue()


def test_what_ran_is_not_told_as_placed_again_before_its_end_is_known(brain, suan, monkeypatch):
    steps = brain.steps

    def with_a_pause(job):
        told = steps(job)
        return [*told[:-1], told[1], told[-1]]

    monkeypatch.setattr(brain, "steps", with_a_pause)
    with open("x.py", "w") as file:
        file.write("1")
    said = suan("run", "x.py")
    assert said.code == 0 and said.err.count("placed on") == 1, said.err


@pytest.mark.parametrize("typed", [("--version",), ("--version", "ps")])
def test_the_version_is_said_whatever_else_is_typed(suan, typed):
    told = suan(*typed)
    assert (told.code, told.out, told.err) == (0, f"suan {__version__}\n", "")
