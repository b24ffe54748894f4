"""Whether traces are wanted here, by the variables that OpenTelemetry's specification names."""

import importlib
from collections.abc import Callable, Mapping

from suanwang.api.tracing.spans import Tracer

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


def wanted(environ: Mapping[str, str]) -> bool:
    """A collector is named, and tracing is not switched off."""
    off = environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or environ.get("OTEL_TRACES_EXPORTER") == "none"
    return not off and any(environ.get(name) for name in ENDPOINTS)


def tracer(environ: Mapping[str, str], service: str, missing: Callable[[str], None], **attributes: str) -> Tracer | None:
    """None where none is wanted, or where the extra is lacking: variables may be meant for others. missing: told of what."""
    if not wanted(environ):
        return None
    try:
        otel = importlib.import_module("suanwang.api.tracing.otel")
    except ModuleNotFoundError as lacking:
        missing(str(lacking.name))
        return None
    name = environ.get("OTEL_SERVICE_NAME") or service
    return otel.Otel({"service.name": name, **attributes})
