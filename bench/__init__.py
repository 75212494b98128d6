"""Measurements of a whole installation, over HTTP, as `fieldbook serve` starts it. See docs/benchmarks.md."""
