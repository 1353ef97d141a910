"""Times measures of inequality beside the Python package `inequality` on the same figures, in one run.

    pip install inequality libpysal
    OPENBLAS_NUM_THREADS=1 python crates/methods/benches/peers/time_inequality.py

Runs `cargo bench -p growthpole-methods --bench inequality`, then the package on the same numbers, and prints medians in
milliseconds, one thread each. Tables are timed in both layouts that the package may be given, and the faster one counts.
"""

import re
import subprocess
import time
import warnings

import libpysal
import numpy as np
from inequality.atkinson import atkinson
from inequality.gini import Gini, Gini_Spatial
from inequality.theil import Theil, TheilD, TheilDSim
from inequality.wolfson import wolfson

warnings.filterwarnings("ignore")
SIZES = [(31, 20), (300, 100), (3000, 50), (3000, 1000)]


def even_numbers(n):
    """The generator of benches/inequality.rs: x -> a x + c modulo 2^64, all of its steps by doubling."""
    a, c = np.uint64(6364136223846793005), np.uint64(1442695040888963407)
    factors, terms = np.array([a]), np.array([c])
    while len(factors) < n:
        factors, terms = (
            np.concatenate([factors, factors * factors[-1]]),
            np.concatenate([terms, factors * terms[-1] + terms]),
        )
    states = factors[:n] * np.uint64(1) + terms[:n]
    return (states >> np.uint64(11)).astype(float) / 2.0**53


def table(regions, periods):
    """Regions x periods."""
    even = even_numbers(4 * regions * periods).reshape(-1, 4)
    return np.exp(1.5 * (even.sum(axis=1) - 2.0)).reshape(periods, regions).T


def median_ms(task):
    task()
    runs = []
    started = time.perf_counter()
    while len(runs) < 5 or (time.perf_counter() - started < 1.0 and len(runs) < 100):
        before = time.perf_counter()
        task()
        runs.append(time.perf_counter() - before)
    return sorted(runs)[len(runs) // 2] * 1e3


def own_medians():
    """Medians that divan prints, in milliseconds, by benchmark and size."""
    command = ["cargo", "bench", "-p", "growthpole-methods", "--bench", "inequality"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    units = {"ns": 1e-6, "µs": 1e-3, "ms": 1.0, "s": 1e3}
    medians, name = {}, None
    for line in printed.splitlines():
        benchmark = re.match(r"[├╰]─ (\w+)\s", line)
        size = re.match(r"[│ ]\s+[├╰]─ (\(\d+, \d+\)|\d+)\s", line)
        times = re.findall(r"(\d+(?:\.\d+)?) (ns|µs|ms|s)\b", line)
        if benchmark:
            name = benchmark.group(1)
        elif size and len(times) == 4:  # fastest, slowest, median, mean
            value, unit = times[2]
            medians[name, size.group(1)] = float(value) * units[unit]
    return medians


def peers():
    """Benchmark, size, and what the package does, in each layout."""
    for regions, periods in SIZES:
        by_period = table(regions, periods)
        layouts = [np.asfortranarray(by_period), np.ascontiguousarray(by_period)]
        groups = np.arange(regions) % 10
        size = f"({regions}, {periods})"
        for name, task in {
            "gini_of_periods": lambda y: [Gini(y[:, k]).g for k in range(y.shape[1])],
            "theil_of_periods": lambda y: Theil(y).T,
            "theil_by_ten_groups_of_periods": lambda y, g=groups: TheilD(y, g),
            "atkinson_of_periods": lambda y: [atkinson(y[:, k], 0.5) for k in range(y.shape[1])],
            "wolfson_of_periods": lambda y: [wolfson(y[:, k]) for k in range(y.shape[1])],
        }.items():
            yield name, size, [lambda y=y, task=task: task(y) for y in layouts]
    for regions in [31, 300, 3000]:
        y = table(regions, 1)
        ring = {k: [(k + step) % regions for step in (-3, -2, -1, 1, 2, 3)] for k in range(regions)}
        w = libpysal.weights.W(ring, silence_warnings=True)
        groups = np.arange(regions) % 10
        size = str(regions)
        yield "spatial_gini_of_one_period", size, [lambda y=y, w=w: Gini_Spatial(y[:, 0], w, permutations=0)]
        yield "spatial_gini_99_permutations", size, [lambda y=y, w=w: Gini_Spatial(y[:, 0], w, permutations=99)]
        yield "theil_by_ten_groups_99_permutations", size, [lambda y=y, g=groups: TheilDSim(y, g, permutations=99)]


def main():
    own = own_medians()
    print(f"{'benchmark':40} {'size':>13} {'growthpole ms':>14} {'inequality ms':>14} {'times':>8}")
    for name, size, tasks in peers():
        theirs = min(median_ms(task) for task in tasks)
        ours = own[name, size]
        print(f"{name:40} {size:>13} {ours:14.5f} {theirs:14.5f} {theirs / ours:8.1f}")


if __name__ == "__main__":
    main()
