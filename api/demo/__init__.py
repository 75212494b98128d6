"""The demo company: an invented firm, generated from a seed, for trying Fieldbook out and for benchmarks."""
