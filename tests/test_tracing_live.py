"""One trace from a sentence to its first byte, over command line, brain and node, at a collector that this test plays."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from suanwang.api.tracing.spans import parsed, span_id, traceparent
from tests.test_life import Network

proto = pytest.importorskip(
    "opentelemetry.proto.collector.trace.v1.trace_service_pb2", reason="the extra otel is not installed"
)


class Collector:
    """Takes OTLP over HTTP. spans: (service, span) as they came."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, Any]] = []
        collector = self

        class Takes(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                for told in proto.ExportTraceServiceRequest.FromString(body).resource_spans:
                    service = next(a.value.string_value for a in told.resource.attributes if a.key == "service.name")
                    collector.spans += [(service, span) for scope in told.scope_spans for span in scope.spans]
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Takes)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def until(self, name: str, limit_s: float = 60.0) -> Any:
        """The span of that name, once it came."""
        end = time.monotonic() + limit_s
        while (found := next((span for _, span in self.spans if span.name == name), None)) is None:
            assert time.monotonic() < end, sorted({span.name for _, span in self.spans})
            time.sleep(0.1)
        return found


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Generator[tuple[Network, Collector]]:
    collector, made = Collector(), Network(tmp_path_factory.mktemp("traced"))
    made.env |= {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server.server_port}",
        "OTEL_BSP_SCHEDULE_DELAY": "200",
    }
    (made.folder / "hello.py").write_text("print('hello')\n")
    try:
        made.suan("up", "--detach", "--port", "0")
        yield made, collector
    finally:
        for ready in (made.folder / ".suan").glob("*/ready"):
            with contextlib.suppress(OSError, ValueError):
                os.kill(int(ready.read_text()), signal.SIGTERM)
        collector.server.shutdown()


def test_one_trace_from_the_sentence_to_the_first_byte(traced: tuple[Network, Collector]) -> None:
    network, collector = traced
    network.suan("ask", "--yes", "run hello.py, at most 1 yuan")
    root = collector.until("suan ask")
    collector.until("order")
    collector.until("job hello")
    spans = [(service, span) for service, span in collector.spans if span.trace_id == root.trace_id]
    by_id = {span.span_id: span for _, span in spans}
    assert {service for service, _ in spans} == {"suan", "suanwang-brain", "suanwang-node"}
    for _, span in spans:
        assert span.parent_span_id in by_id or span == root, f"{span.name} hangs in the air"
        assert span.start_time_unix_nano <= span.end_time_unix_nano

    def chain(span: Any) -> list[str]:
        return [span.name, *(chain(by_id[span.parent_span_id]) if span.parent_span_id else [])]

    task = next(span for _, span in spans if span.name == "task 0")
    assert chain(task) == ["task 0", "order", "placement", "job hello", "POST /v1/jobs", "POST /v1/jobs", "suan ask"]
    assert [event.name for event in task.events] == ["first byte"]
    order = ("understand", "decide", "order", "task 0", "outcomes told")
    begins = [next(span.start_time_unix_nano for _, span in spans if span.name == name) for name in order]
    assert begins == sorted(begins)
    decided = next(span for _, span in spans if span.name == "decide")
    said = {a.key: a.value for a in decided.attributes}
    assert said["suan.candidates"].int_value == 1 and said["suan.winner"].string_value
    writes = [span for _, span in spans if span.name == "log append"]
    assert {a.value.string_value for span in writes for a in span.attributes if a.key == "suan.event"} >= {
        "JobAccepted", "JobPlaced", "TasksEnded", "JobEnded",
    }  # fmt: skip
    assert next(span for _, span in spans if span.name == "fetch file")


def test_a_program_that_traces_itself_finds_the_job_in_its_own_trace(traced: tuple[Network, Collector]) -> None:
    network, collector = traced
    code = """
import sys, httpx, suanwang
from suanwang.api.tracing.spans import traceparent
client = suanwang.Client()
client.wire._http.headers["traceparent"] = traceparent("ab" * 16, "cd" * 8)
client.plan("hello.py", name="mine").submit().wait()
"""
    subprocess.run([sys.executable, "-c", code], env=network.env, cwd=network.folder, check=True, timeout=60)
    assert collector.until("job mine").trace_id == bytes.fromhex("ab" * 16)


def test_an_unsampled_or_broken_parent_is_not_traced() -> None:
    good = traceparent("ab" * 16, "cd" * 8)
    assert parsed(good) == ("ab" * 16, "cd" * 8)
    for bad in ("", "00", good[:-1] + "0", good.replace("ab" * 16, "0" * 32), good.replace("00-", "01-", 1), good + "-x"):
        assert parsed(bad) is None
    assert span_id("ab" * 16, "job x") == span_id("ab" * 16, "job x") != span_id("ab" * 16, "job y")


def test_nothing_is_loaded_where_nobody_asks() -> None:
    code = """
import sys
from suanwang.api.cli import main
main(["--help"])
import suanwang.api.up, suanwang.api.join
sys.exit(any(name.startswith("opentelemetry") for name in sys.modules))
"""
    env = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    assert subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, timeout=60).returncode == 0
