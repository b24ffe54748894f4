"""Traces from sentence to first byte, for OpenTelemetry: spans are made beside what happens, from values that pass by.

The log and the node's wire are wrapped, so that neither loop knows of it; without `OTEL_EXPORTER_OTLP_ENDPOINT` nothing here is
loaded. A job carries where it belongs (`trace`, a W3C traceparent); ids of its spans follow from that and from what they are
about, so that brain and node need not tell each other.
"""
