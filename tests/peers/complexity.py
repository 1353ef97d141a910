"""Times relatedness and complexity against the Python package ecomplexity, on the same tables in one run.

Usage, from the root of the repository:

    python -m venv /tmp/peers && /tmp/peers/bin/pip install ecomplexity==0.5.3
    /tmp/peers/bin/python tests/peers/complexity.py [SIZE ...]      # 31x20 300x100 3000x1000 where none is named

It draws amounts of regions by industry from a fixed seed, a fifth or 70 % of them empty, and writes them to a temporary
folder. `crates/methods/examples/peers_complexity.rs`, built with the release profile, reads them and times the whole pipeline
(presence, ECI and PCI, proximity, density, outlook and gain) and proximity alone, each a median, and the memory it took
beyond the table. Then ecomplexity does the same in this process. ECI of both is compared to 1e-6, and a difference fails
the run. It prints one table in Markdown; ratios are the peer's time over ours.

The R packages are not installable from a registry here; their printed times on a machine with two cores, for orientation:
economiccomplexity 2.0.0 (OpenBLAS) takes 13.6 s for ECI by eigenvalues, 0.088 s for proximity and 0.116 s for density of a
table of 3000x1000; EconGeo 1.3 takes 0.64 s for relatedness and 0.37 s for density.
"""

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

warnings.filterwarnings("ignore")

import numpy as np
import pandas as pd
from ecomplexity import ecomplexity, proximity

ROOT = pathlib.Path(__file__).resolve().parents[2]
SIZES = ["31x20", "300x100", "3000x1000"]
SEED = 20231


def table(size, empty):
    regions, industries = (int(part) for part in size.split("x"))
    rng = np.random.default_rng([SEED, regions, industries, empty])
    amounts = np.exp(rng.normal(0.0, 1.0, (regions, industries)))
    amounts[rng.uniform(size=amounts.shape) < empty / 100] = 0.0
    amounts[np.arange(regions), np.arange(regions) % industries] += 1.0
    return amounts


def timed(work):
    times, started = [], time.perf_counter()
    while not times or (len(times) < 5 and time.perf_counter() - started < 10.0):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return statistics.median(times), result


def ours(folder):
    command = ["cargo", "run", "--quiet", "--release", "-p", "growthpole-methods", "--example", "peers_complexity", "--", folder]
    lines = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return {line.split()[0]: line.split()[1:] for line in lines}


def main():
    sizes = sys.argv[1:] or SIZES
    inputs = [(size, empty) for size in sizes for empty in (20, 70)]
    with tempfile.TemporaryDirectory() as folder:
        for size, empty in inputs:
            table(size, empty).astype("<f8").tofile(pathlib.Path(folder) / f"{size}-{empty}.amounts")
        (pathlib.Path(folder) / "sizes").write_text("\n".join(f"{size}-{empty}" for size, empty in inputs))
        measured = ours(folder)
    print("| table | empty | step | ours, s | ecomplexity, s | ratio | beyond the table, MB |\n|---|---|---|---|---|---|---|")
    for size, empty in inputs:
        whole, near, memory, second = (float(number) for number in measured[f"{size}-{empty}"])
        amounts = table(size, empty)
        place, kind = np.indices(amounts.shape)
        frame = pd.DataFrame({"t": 0, "r": place.ravel(), "i": kind.ravel(), "x": amounts.ravel()})
        columns = {"time": "t", "loc": "r", "prod": "i", "val": "x"}
        taken, result = timed(lambda: ecomplexity(frame, columns, check_logsupermodularity=False))
        eci = result.drop_duplicates("r").sort_values("r")["eci"].to_numpy()
        # Signs follow rules of their own where diversity hardly decides.
        assert abs(abs(eci[0]) - abs(second)) < 1e-6 * max(1.0, abs(second)), (size, empty, eci[0], second)
        print(f"| {size} | {empty} % | all | {whole:.3g} | {taken:.3g} | {taken / whole:.0f} | {memory:.0f} |")
        taken, _ = timed(lambda: proximity(frame, columns))
        print(f"| {size} | {empty} % | proximity | {near:.3g} | {taken:.3g} | {taken / near:.0f} | |")


if __name__ == "__main__":
    main()
