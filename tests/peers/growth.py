"""Times the methods of growth analysis against the Python packages of the field, on the same inputs in one run.

Usage, from the root of the repository:

    python -m venv /tmp/peers && /tmp/peers/bin/pip install -r tests/peers/requirements.txt
    /tmp/peers/bin/python tests/peers/growth.py [SIZE ...]        # 31x20 300x20 3000x20 3000x50 where none is named

It draws values of regions over periods and coordinates from a fixed seed, links each region to its six nearest ones, and
writes both to a temporary folder. `crates/methods/examples/peers.rs`, built with the release profile, reads them and times
the methods twice: on one thread, and on all cores. Then the packages are timed in this process, on one thread as well. Each
time is the median of several runs after a first one that is not counted: the first may load or compile something.

Where both compute the same figure (all but the draws), it is compared to 1e-9, and a difference fails the run. It prints
one table in Markdown; the ratios are the peer's time over ours.
"""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

import contextlib
import io
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

warnings.filterwarnings("ignore")

import esda
import giddy
import inequality
import libpysal
import mapclassify
import numpy as np
import scipy.spatial
import statsmodels.api as sm
from giddy.directional import Rose
from giddy.markov import FullRank_Markov, LISA_Markov, Markov, Spatial_Markov
from giddy.rank import Tau
from giddy.sequence import Sequence
from inequality.gini import Gini, Gini_Spatial
from inequality.theil import Theil, TheilD

ROOT = pathlib.Path(__file__).resolve().parents[2]
SIZES = ["31x20", "300x20", "3000x20", "3000x50"]
SEED = 20231
NEIGHBOURS = 6
# A peer's method is run until it has taken this long, five times at most, and once where a run takes longer.
SECONDS = 2.0
# What a peer would need longer than this for is left out, with the time of a smaller size beside it.
PATIENCE = 300.0


class Input:
    """Values of regions (rows) over periods, and the neighbours of regions."""

    def __init__(self, size):
        self.size = size
        self.regions, self.periods = (int(part) for part in size.split("x"))
        rng = np.random.default_rng([SEED, self.regions, self.periods])
        growth = rng.normal(0.03, 0.04, (self.regions, self.periods))
        self.values = np.exp(rng.normal(0.0, 0.5, (self.regions, 1)) + growth.cumsum(axis=1))
        places = rng.uniform(size=(self.regions, 2))
        near = scipy.spatial.cKDTree(places).query(places, k=NEIGHBOURS + 1)[1][:, 1:]
        self.links = {region: sorted(int(other) for other in near[region]) for region in range(self.regions)}
        self.groups = np.arange(self.regions) % 10

    def write(self, folder):
        self.values.T.astype("<f8").tofile(folder / f"{self.size}.values")
        pairs = [(region, other) for region, others in self.links.items() for other in others]
        np.array(pairs, dtype="<u4").tofile(folder / f"{self.size}.links")

    def weights(self):
        weights = libpysal.weights.W(self.links, silence_warnings=True)
        weights.transform = "r"
        return weights


def markov(own):
    classes = np.column_stack([mapclassify.Quantiles(column, k=5).yb for column in own.values.T])
    return Markov(classes, summary=False).steady_state[0]


def sequences(own):
    classes = np.column_stack([mapclassify.Quantiles(column, k=5).yb for column in own.values.T])
    return lambda: Sequence(classes, dist_type="interval").seq_dis_mat.sum()


def beta(own):
    initial = np.log(own.values[:, 0])
    growth = np.log(own.values[:, -1] / own.values[:, 0]) / (own.periods - 1)
    fit = sm.OLS(growth, sm.add_constant(initial)).fit()
    fit.bse, fit.pvalues
    return fit.params[1]


def prepared(call):
    """A method that needs weights, which are made beforehand as ours are."""

    def prepare(own):
        weights = own.weights()
        return lambda: call(own, weights)

    return prepare


def plain(call):
    return lambda own: lambda: call(own)


def rose(own, weights, permutations):
    ends = own.values[:, [0, -1]]
    drawn = Rose(ends, weights, k=8)
    if permutations:
        drawn.permute(permutations=permutations)
    return drawn.counts[0]


def spatial(own, weights, permutations):
    chain = Spatial_Markov(own.values, weights, k=4, m=4, fixed=True, permutations=permutations)
    return chain.Q


def lisa(own, weights, permutations):
    return np.trace(LISA_Markov(own.values, weights, permutations=permutations).transitions)


# Our name, what is done, who else does it, how, whether the figure is the same in both, and the most regions for the peer.
METHODS = [
    ("markov", "Markov chain of quintiles, ergodic distribution", "giddy", plain(markov), True, None),
    ("spatial_markov", "spatial Markov chain 4 x 4, Q", "giddy", prepared(lambda own, w: spatial(own, w, 0)), True, None),
    ("spatial_markov_99", "the same with 99 permutations", "giddy", prepared(lambda own, w: spatial(own, w, 99)), False, None),
    ("lisa_markov", "LISA Markov chain", "giddy", prepared(lambda own, w: lisa(own, w, 0)), True, None),
    ("lisa_markov_99", "local significance for it, 99 permutations", "giddy", prepared(lambda own, w: lisa(own, w, 99)), False, None),
    ("tau", "Kendall's tau, first and last period", "giddy", plain(lambda own: Tau(own.values[:, 0], own.values[:, -1]).tau), True, None),
    ("full_rank_markov", "Markov chain of ranks", "giddy", plain(lambda own: np.trace(FullRank_Markov(own.values, summary=False).transitions)), True, None),
    ("rose", "directional rose", "giddy", prepared(lambda own, w: rose(own, w, 0)), True, None),
    ("rose_99", "the same with 99 permutations", "giddy", prepared(lambda own, w: rose(own, w, 99)), False, None),
    ("sequences", "optimal matching of all paths", "giddy", sequences, True, 300),
    ("gini", "Gini of each period", "inequality", plain(lambda own: sum(Gini(column).g for column in own.values.T)), True, None),
    ("theil", "Theil of each period", "inequality", plain(lambda own: sum(Theil(column).T for column in own.values.T)), True, None),
    ("theil_groups", "Theil between 10 groups, each period", "inequality", plain(lambda own: sum(TheilD(column, own.groups).bg[0] for column in own.values.T)), True, None),
    ("spatial_gini", "spatial Gini of a period", "inequality", prepared(lambda own, w: Gini_Spatial(own.values[:, 0], w, permutations=0).g), True, None),
    ("moran", "Moran's I with moments", "esda", prepared(lambda own, w: esda.Moran(own.values[:, 0], w, permutations=0).I), True, None),
    ("moran_999", "the same with 999 permutations", "esda", prepared(lambda own, w: esda.Moran(own.values[:, 0], w, permutations=999).I), False, None),
    ("local_moran_999", "local Moran, 999 permutations", "esda", prepared(lambda own, w: esda.Moran_Local(own.values[:, 0], w, permutations=999).Is[0]), True, None),
    ("beta", "beta convergence, standard errors", "statsmodels", plain(beta), True, None),
]


def quietly(call):
    with contextlib.redirect_stdout(io.StringIO()):
        return call()


def clock(call, warm):
    """Median seconds of some runs after a first one, and the figure. A warm method's first run counts when it is long."""
    start = time.perf_counter()
    figure = quietly(call)
    first = time.perf_counter() - start
    if warm and first > 20.0:
        return first, figure
    seconds = []
    while len(seconds) < 5 and (len(seconds) < 2 or sum(seconds) < SECONDS):
        start = time.perf_counter()
        quietly(call)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), figure


def ours(folder, threads):
    """Times of our methods by name and size, with their figures."""
    command = ["cargo", "run", "--release", "--quiet", "-p", "growthpole-methods", "--example", "peers", "--", str(folder)]
    environment = dict(os.environ)
    environment.pop("RAYON_NUM_THREADS", None)
    if threads:
        environment["RAYON_NUM_THREADS"] = str(threads)
    lines = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout
    times = {}
    for line in lines.splitlines():
        name, regions, periods, seconds, figure = line.split("\t")
        times[name, f"{regions}x{periods}"] = (float(seconds), float(figure))
    return times


def shown(seconds):
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} µs"
    return f"{seconds * 1e3:.3g} ms" if seconds < 1.0 else f"{seconds:.3g} s"


def main():
    inputs = [Input(size) for size in (sys.argv[1:] or SIZES)]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for own in inputs:
            own.write(folder)
        (folder / "sizes").write_text("\n".join(own.size for own in inputs))
        single, all_cores = ours(folder, 1), ours(folder, None)

    versions = ", ".join(f"{module.__name__} {module.__version__}" for module in (giddy, inequality, esda, np))
    print(f"Python {platform.python_version()}, {versions}; {os.cpu_count()} cores; regions x periods, six neighbours each.\n")
    print("| method | peer | size | peer | ours, 1 thread | ratio | ours, all cores | ratio |")
    print("|---|---|---|---|---|---|---|---|")
    wrong = []
    expected = {}
    for name, what, peer, prepare, same, most in METHODS:
        for own in inputs:
            if most and own.regions > most:
                continue
            (alone, figure), (together, _) = single[name, own.size], all_cores[name, own.size]
            row = f"| {what} | {peer} | {own.size} |"
            # The peers' times grow at least with the number of values.
            if expected.get(name, 0.0) * own.regions * own.periods > PATIENCE:
                print(f"{row} > {PATIENCE:.0f} s | {shown(alone)} | | {shown(together)} | |")
                continue
            seconds, theirs = clock(prepare(own), name in expected)
            expected[name] = seconds / (own.regions * own.periods)
            if same and not np.isclose(figure, theirs, rtol=1e-9, atol=1e-12):
                wrong.append(f"{name} {own.size}: ours {figure!r}, theirs {theirs!r}")
            print(f"{row} {shown(seconds)} | {shown(alone)} | {seconds / alone:.0f} | {shown(together)} | {seconds / together:.0f} |", flush=True)
    for line in wrong:
        print(f"not the same: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
