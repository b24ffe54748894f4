"""Spans as OpenTelemetry sends them (OTLP over HTTP). Loaded only where somebody asked for traces; needs the extra `otel`."""

from collections.abc import Mapping

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from suanwang import __version__
from suanwang.api.tracing.spans import Span

KINDS = {"internal": SpanKind.INTERNAL, "server": SpanKind.SERVER, "client": SpanKind.CLIENT}
TIMEOUT_S = 3.0
"""A collector that does not answer in this time is not waited for."""
_SCOPE = InstrumentationScope("suanwang", __version__)


class Otel:
    """A Tracer that sends to the collector which the standard variables name, in batches, from a thread of its own."""

    def __init__(self, attributes: Mapping[str, str]) -> None:
        self._resource = Resource.create({"service.version": __version__, **attributes})
        self._batches = BatchSpanProcessor(OTLPSpanExporter(timeout=TIMEOUT_S))

    def take(self, span: Span) -> None:
        status = Status(StatusCode.ERROR, span.failed) if span.failed else Status(StatusCode.UNSET)
        self._batches.on_end(
            ReadableSpan(
                name=span.name,
                context=_context(span.trace, span.id),
                parent=_context(span.trace, span.parent) if span.parent else None,
                resource=self._resource,
                attributes=span.attributes,
                events=tuple(Event(what, timestamp=_ns(at)) for at, what in span.events),
                kind=KINDS[span.kind],
                status=status,
                start_time=_ns(span.at),
                end_time=_ns(max(span.at, span.until)),
                instrumentation_scope=_SCOPE,
            )
        )

    def close(self) -> None:
        """Send what is left."""
        self._batches.shutdown()


def _context(trace: str, span: str) -> SpanContext:
    return SpanContext(int(trace, 16), int(span, 16), is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))


def _ns(at: float) -> int:
    return int(at * 1e9)
