"""The telemetry collector: answers when a report is kept (docs/collector.md)."""
