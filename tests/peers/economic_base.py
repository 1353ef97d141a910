"""Times input-output analysis against the Python package pymrio, on the same tables in one run.

Usage, from the root of the repository:

    python -m venv /tmp/peers && /tmp/peers/bin/pip install -r tests/peers/requirements.txt
    /tmp/peers/bin/python tests/peers/economic_base.py [SECTORS ...]        # 20 42 200 480 where none is named

It draws tables from a fixed seed, writes them to a temporary folder, and has `crates/methods/examples/peers_economic_base.rs`,
built with the release profile, time the methods on one thread. Then pymrio is timed in this process, on one thread as well.
Each time is the median of several runs after a first one that is not counted. The sum of the multipliers, and of Ghosh's
inverse, is compared to 1e-9, and a difference fails the run. The ratios are the peer's time over ours.
"""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import pandas as pd
import pymrio

ROOT = pathlib.Path(__file__).resolve().parents[2]
SIZES = [20, 42, 200, 480]
SEED = 20231
SECONDS = 2.0


def table(n):
    rng = np.random.default_rng([SEED, n])
    flows = rng.lognormal(0.0, 1.5, (n, n)) * (rng.random((n, n)) > 0.2)
    return flows, flows.sum(axis=1) * rng.uniform(0.5, 2.0, n) + 1.0, rng.lognormal(0.0, 1.0, n)


def ours(tables):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for n, parts in tables.items():
            for kind, cells in zip(("flows", "demand", "jobs"), parts):
                cells.astype("<f8").tofile(folder / f"{n}.{kind}")
        (folder / "sizes").write_text("\n".join(str(n) for n in tables))
        command = ["cargo", "run", "--quiet", "--release", "-p", "growthpole-methods", "--example", "peers_economic_base"]
        run = subprocess.run([*command, "--", name], cwd=ROOT, check=True, capture_output=True, text=True)
    lines = (line.split() for line in run.stdout.splitlines())
    return {(method, int(n)): (float(seconds), float(figure)) for method, n, seconds, figure in lines}


def timed(run):
    figure, times, begin = run(), [], time.perf_counter()
    while len(times) < 3 or (time.perf_counter() - begin < SECONDS and len(times) < 201):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times), figure


def peers(n, flows, demand, jobs):
    labels = [f"s{at}" for at in range(n)]
    z = pd.DataFrame(flows, labels, labels)
    x = pd.DataFrame({"indout": flows.sum(axis=1) + demand}, labels)
    f = pd.DataFrame([jobs], ["jobs"], labels)

    def leontief():
        return float(pymrio.calc_M(pymrio.calc_S(f, x), pymrio.calc_L(pymrio.calc_A(z, x))).values.sum())

    def ghosh():
        return float(pymrio.calc_G(pymrio.calc_B(z, x)).values.sum())

    return {"leontief_and_multipliers": leontief, "ghosh": ghosh}


def main():
    tables = {n: table(n) for n in [int(size) for size in sys.argv[1:]] or SIZES}
    own = ours(tables)
    print(f"pymrio {pymrio.__version__}, numpy {np.__version__}, one thread\n")
    print("| method | sectors | ours, s | pymrio, s | ratio |\n|---|---|---|---|---|")
    wrong = []
    for n, parts in tables.items():
        for method, run in peers(n, *parts).items():
            seconds, figure = own[method, n]
            theirs, expected = timed(run)
            if abs(figure - expected) > 1e-9 * abs(expected):
                wrong.append(f"{method} {n}: {figure} is not {expected}")
            print(f"| {method} | {n} | {seconds:.3g} | {theirs:.3g} | {theirs / seconds:.1f} |")
    sys.exit("\n".join(wrong) or 0)


if __name__ == "__main__":
    main()
