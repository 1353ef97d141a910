"""Times specialisation and likeness of structures against Python, on the same inputs in one run.

Usage, from the root of the repository:

    python -m venv /tmp/peers && /tmp/peers/bin/pip install -r tests/peers/requirements.txt
    /tmp/peers/bin/python tests/peers/specialization.py [SIZE ...]    # 31x20 300x100 3000x1000 "3000x1000 sparse"

It draws amounts of regions by industries from a fixed seed (a fifth of the cells empty, seven of ten in a sparse size) and writes
them to a temporary folder. `crates/methods/examples/peers_specialization.rs`, built with the release profile, reads them and times
the methods twice: on one thread, and on all cores. Then Python is timed in this process, on one thread as well. Each time is the
least of several runs after a first one that is not counted.

The packages REAT, EconGeo and economiccomplexity, which have these methods, are R packages, and not installable from a registry:
their times are those that an earlier run with R printed, and are marked so. What else stands beside ours, for orientation, is
the same in numpy (whole arrays at once), pandas, inequality and scipy, as a script puts them together. Where both compute the same
figure it is compared to 1e-9, and a difference fails the run. It prints one table in Markdown; the ratios are Python's time over
ours. A copy of the table by numpy and by ours is timed as well, with the bytes that a second moves.
"""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

import pathlib
import platform
import subprocess
import sys
import tempfile
import time

import numpy as np
import pandas as pd
import scipy
import scipy.cluster.hierarchy
import scipy.spatial.distance
from inequality.gini import Gini

from table import Table

ROOT = pathlib.Path(__file__).resolve().parents[2]
SIZES = ["31x20", "300x100", "3000x1000", "3000x1000 sparse"]
SEED = 20231
# A method is run until it has taken this long, five times at most.
SECONDS = 2.0


class Input:
    """Amounts of regions (rows) by industries, none of them empty."""

    def __init__(self, size):
        self.size = size
        self.regions, self.industries = (int(part) for part in size.split(" ")[0].split("x"))
        rng = np.random.default_rng([SEED, self.regions, self.industries])
        amounts = np.exp(rng.normal(3.0, 1.5, (self.regions, self.industries)))
        amounts[rng.uniform(size=amounts.shape) < (0.7 if "sparse" in size else 0.2)] = 0.0
        amounts[0, :] += 1.0
        amounts[:, 0] += 1.0
        self.amounts = amounts
        self.shares = amounts / amounts.sum(axis=1, keepdims=True)
        self.small = self.regions <= 300

    def write(self, folder):
        self.amounts.astype("<f8").tofile(folder / f"{self.size}.amounts")


def quotient(own):
    e = own.amounts
    return ((e / e.sum(axis=1, keepdims=True)) / (e.sum(axis=0) / e.sum()))[-1, -1]


def quotient_in_pandas(own):
    """The quotients of records, as REAT's locq2 takes them."""
    records = own.records
    by_region = records.groupby("region")["amount"].transform("sum")
    by_industry = records.groupby("industry")["amount"].transform("sum")
    return (records["amount"] / by_region / (by_industry / records["amount"].sum())).iloc[-1]


def table(own):
    e, s = own.amounts, own.shares
    whole = e.sum(axis=0) / e.sum()
    hoover = np.abs(s - whole).sum(axis=1) / 2
    gini = [Gini(row / whole).g for row in s]
    others = (s.sum(axis=0) - s) / (len(s) - 1)
    return hoover.sum() + sum(gini) + np.abs(s - others).sum()


def pairs(own):
    return scipy.spatial.distance.pdist(own.shares, "cityblock").sum()


def shannon(own):
    return scipy.spatial.distance.pdist(own.shares, lambda a, b: scipy.spatial.distance.jensenshannon(a, b, 2.0)).sum()


def clusters(own):
    return scipy.cluster.hierarchy.linkage(own.condensed, "average")[:, 2].sum()


def friction(own):
    n = own.regions
    parts = sum(np.minimum(own.shares[first], own.shares[first + 1 :]).sum() for first in range(n - 1))
    return parts / (n * (n - 1) / 2)


METHODS = [
    ("copy", "copy of the table", "numpy", lambda own: own.amounts.copy()[-1, -1], lambda own: True),
    ("quotient", "location quotients (Balassa)", "numpy", quotient, lambda own: True),
    ("quotient", "location quotients of records", "pandas", quotient_in_pandas, lambda own: True),
    ("spec", "Hoover, Gini, Krugman by region", "numpy, inequality", table, lambda own: True),
    ("table", "the same among fifteen measures", "numpy, inequality", table, lambda own: True),
    ("pairs", "Krugman index of all pairs", "scipy", pairs, lambda own: True),
    ("shannon", "Jensen-Shannon distance of all pairs", "scipy", shannon, lambda own: own.small),
    ("clusters", "average linkage", "scipy", clusters, lambda own: True),
    ("friction", "friction of all pairs", "numpy", friction, lambda own: True),
]

# What R's packages took, in seconds by size, as an earlier run printed it; infinite where they had not ended after two minutes.
EG, EC, REAT = "EconGeo 1.3, as printed", "economiccomplexity 2.0.0, as printed", "REAT 3.0.3, as printed"
PRINTED = [
    ("quotient", "location quotients", EG, [9.9e-5, 8.34e-4, 0.1208]),
    ("quotient", "Balassa index", EC, [6.2e-5, 3.77e-4, 0.02394]),
    ("quotient", "location quotients (locq2)", REAT, [0.0245, 0.2482, 84.72]),
    ("spec", "Hoover, Gini, Krugman by region (spec)", REAT, [0.412, float("inf"), float("inf")]),
]


def clock(call):
    """Least seconds of some runs after a first one, and the figure. The first run counts when it is long."""
    start = time.perf_counter()
    figure = call()
    first = time.perf_counter() - start
    if first > 10.0:
        return first, figure
    seconds = []
    while len(seconds) < 5 and (len(seconds) < 2 or sum(seconds) < SECONDS):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return min(seconds), figure


def ours(folder, threads):
    """Times of our methods by name and size, with their figures."""
    command = ["cargo", "run", "--release", "--quiet", "-p", "growthpole-methods", "--example", "peers_specialization"]
    environment = dict(os.environ)
    environment.pop("RAYON_NUM_THREADS", None)
    if threads:
        environment["RAYON_NUM_THREADS"] = str(threads)
    run = subprocess.run([*command, "--", str(folder)], cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    times = {}
    for line in run.stdout.splitlines():
        name, size, seconds, figure = line.split("\t")
        times[name, size] = (float(seconds), float(figure))
    return times


def main():
    inputs = [Input(size) for size in (sys.argv[1:] or SIZES)]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for own in inputs:
            own.write(folder)
        (folder / "sizes").write_text("\n".join(own.size for own in inputs))
        single, all_cores = ours(folder, 1), ours(folder, None)

    print(f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, pandas {pd.__version__}; {os.cpu_count()} cores; regions x industries.\n")
    printed = Table()
    wrong = []
    for own in inputs:
        labels = {"region": np.repeat(np.arange(own.regions), own.industries), "industry": np.tile(np.arange(own.industries), own.regions)}
        own.records = pd.DataFrame({**labels, "amount": own.amounts.ravel()})
        own.condensed = scipy.spatial.distance.pdist(own.shares, "cityblock")
        for name, what, peer, call, fits in METHODS:
            if not fits(own):
                continue
            (alone, figure), (together, _) = single[name, own.size], all_cores[name, own.size]
            seconds, theirs = clock(lambda: call(own))
            limit = (single["copy", own.size][0], "copy of the table") if name in ("copy", "quotient") else None
            if not np.isclose(figure, theirs, rtol=1e-9, atol=1e-12):
                wrong.append(f"{name} {own.size}: ours {figure!r}, theirs {theirs!r}")
            printed.row(what, peer, own.size, seconds, alone, together, limit, times=None)
        for name, what, package, seconds in PRINTED if own.size in SIZES[:3] else []:
            limit = (single["copy", own.size][0], "copy of the table") if name == "quotient" else None
            printed.row(what, package, own.size, seconds[SIZES.index(own.size)], single[name, own.size][0], all_cores[name, own.size][0], limit)
        moved = 2 * 8 * own.regions * own.industries / 1e9
        rate = {name: moved / single[name, own.size][0] for name in ("copy", "quotient")}
        print(f"{own.size}: {rate['quotient']:.2f} GB/s read and written by location quotients, {rate['copy']:.2f} GB/s by a copy", file=sys.stderr)
    printed.end()
    for line in wrong:
        print(f"not the same: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
