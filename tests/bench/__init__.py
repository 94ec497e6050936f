"""The benchmarks: `make bench`. Ratios of CPU, or of medians, side by side in one run; no test depends on them."""
