"""Times the methods of growth analysis against the Python packages of the field, on the same inputs in one run.

Usage, from the root of the repository:

    python -m venv /tmp/peers && /tmp/peers/bin/pip install -r tests/peers/requirements.txt
    /tmp/peers/bin/python tests/peers/growth.py [METHOD ...]      # all methods where none is named

It draws values of regions over periods and coordinates from a fixed seed, links each region to its six nearest ones, and
writes both to a temporary folder. `crates/methods/examples/peers.rs`, built with the release profile, reads them and answers
questions: how long a method takes on one thread, and on two. The packages are timed in this process, on one thread, in turns
with it: a few runs of the one, a few of the other, several times. Of all runs the fastest counts, because whatever else the
machine does only makes runs longer; the first run, which may load or compile something, does not count. Periods are
contiguous for both; a package that takes a whole table at once gets it whole.

Where both compute the same figure (all but the draws), it is compared to 1e-9, and a difference fails the run. R's packages
cannot be installed from a registry: their times are those that an earlier run with R printed, and are marked so.

The machine limit, where one is stated, is work that cannot be avoided, timed in the same run: a copy of what is read; the
fastest sort, logarithm or root of the same numbers there is, numpy's, which takes 512-bit registers where a machine has them;
one look at each neighbour; or, for permutations, exchanges at known positions, random words, and a product for each link (and a
division and a count for each region, of roses), each by its plainest loop. A row falls short where the peer takes neither ten times as long as one thread of ours, nor ours at most
twice the limit; at 3 000 regions over 50 periods, giddy and inequality have to take twenty times as long.

Below the table stand, for all rows of giddy and of inequality at 3 000 regions over 50 periods, the peer's time over ours, summed
up; and the rows in which the peer takes less than twenty times as long, with what a twentieth of its time would be. Where the
machine limit is more than that, nobody gets there on one thread of this machine.
"""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

import contextlib
import io
import json
import pathlib
import platform
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
import statsmodels
import statsmodels.api as sm
from giddy.directional import Rose
from giddy.markov import FullRank_Markov, LISA_Markov, Markov, Spatial_Markov
from giddy.rank import Tau
from giddy.sequence import Sequence
from inequality.atkinson import atkinson as peer_atkinson
from inequality.gini import Gini, Gini_Spatial
from inequality.theil import Theil, TheilD, TheilDSim
from inequality.wolfson import wolfson as peer_wolfson

from table import Table, ratio, shown

ROOT = pathlib.Path(__file__).resolve().parents[2]
PANELS = ["31x20", "300x20", "3000x20", "3000x50"]
# Of methods that look at one or two periods.
ENDS = ["31x20", "300x20", "3000x50"]
TABLES = ["31x20", "300x100", "3000x50", "3000x1000"]
# Where giddy and inequality have to take twenty times as long.
LARGEST, TWENTY = "3000x50", 20.0
SEED = 20231
NEIGHBOURS = 6
# Turns that each side has, for how long in each, and how long a peer may take altogether.
TURNS, SECONDS, PATIENCE = 5, 0.2, 8.0


class Input:
    """Values of regions (rows) over periods, and the neighbours of regions."""

    def __init__(self, size):
        self.size = size
        self.regions, self.periods = (int(part) for part in size.split("x"))
        rng = np.random.default_rng([SEED, self.regions, self.periods])
        growth = rng.normal(0.03, 0.04, (self.regions, self.periods))
        self.values = np.exp(rng.normal(0.0, 0.5, (self.regions, 1)) + growth.cumsum(axis=1))
        self.by_period = np.ascontiguousarray(self.values.T)
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
    classes = np.column_stack([mapclassify.Quantiles(column, k=5).yb for column in own.by_period])
    return Markov(classes, summary=False).steady_state[0]


def sequences(own):
    classes = np.column_stack([mapclassify.Quantiles(column, k=5).yb for column in own.by_period])
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


def each(measure):
    """A measure of inequality, added up over periods."""
    return plain(lambda own: sum(measure(column) for column in own.by_period))


def sorting(own):
    for column in own.by_period:
        np.sort(column)


def logarithms(own):
    for column in own.by_period:
        np.log(column)


def roots(own):
    for column in own.by_period:
        np.sqrt(column)


# Limits that this process times; the others are methods of the example.
LIMITS = {
    "copy": "copy of both tables",
    "rose": "one look at each neighbour, a division and a count",
    "rose_99": "99 x exchanges, words, links, divisions, counts",
    "sort": "numpy's sort of each period",
    "sort_of_one": "numpy's sort of the period",
    "log": "numpy's log of each period",
    "log_of_ends": "numpy's log of the first and the last period",
    "root": "numpy's sqrt of each period",
    "shuffles_99": "99 x exchanges, words, links",
    "shuffles_999": "999 x exchanges, words, links",
}
OWN_LIMITS = {
    "sort": sorting,
    "sort_of_one": lambda own: np.sort(own.by_period[0]),
    "log": logarithms,
    "log_of_ends": lambda own: (np.log(own.by_period[0]), np.log(own.by_period[-1])),
    "root": roots,
}

# What R's packages took, in seconds by size, as an earlier run printed it.
REAT_SHIFT = {"31x20": 0.01766, "300x100": 0.1749, "3000x1000": 2.261}
REAT_GINI = {"31x20": 0.002926, "300x100": 0.08858, "3000x1000": 4.986}
REAT_GINI2 = {"31x20": 0.00665, "300x100": 0.6867}

G, S, E, M, R = "giddy", "inequality", "esda", "statsmodels", "REAT 3.0.3, as printed"
# Our name, what is done, who else does it, how, whether the figure is the same in both, sizes, and the machine limit.
METHODS = [
    ("gini", "Gini of each period", S, each(lambda y: Gini(y).g), True, TABLES, "sort"),
    ("gini", "Gini of each period", R, REAT_GINI, False, list(REAT_GINI), "sort"),
    ("gini_of_one", "Gini of one period, by pairs there", R, REAT_GINI2, False, list(REAT_GINI2), "sort_of_one"),
    ("theil", "Theil of each period", S, plain(lambda own: Theil(own.values).T.sum()), True, TABLES, "log"),
    ("theil_groups", "Theil between 10 groups, each period", S,
     plain(lambda own: TheilD(own.values, own.groups).bg.sum()), True, TABLES, "log"),
    ("theil_groups_99", "the same of a period, 99 permutations", S,
     plain(lambda own: TheilDSim(own.by_period[0], own.groups, 99).bg_pvalue[0]), False, ENDS, "shuffles_99"),
    ("atkinson", "Atkinson (1/2) of each period", S, each(lambda y: peer_atkinson(y, 0.5)), True, TABLES, "root"),
    ("wolfson", "Wolfson of each period", S, each(peer_wolfson), False, TABLES, "sort"),
    ("spatial_gini", "spatial Gini of a period", S,
     prepared(lambda own, w: Gini_Spatial(own.by_period[0], w, permutations=0).g), True, ENDS, None),
    ("spatial_gini_99", "the same with 99 permutations", S,
     prepared(lambda own, w: Gini_Spatial(own.by_period[0], w, permutations=99).g), False, ENDS, "shuffles_99"),
    ("markov", "Markov chain of quintiles, ergodic distribution", G, plain(markov), True, PANELS, None),
    ("spatial_markov", "spatial Markov chain 4 x 4, Q", G, prepared(lambda own, w: spatial(own, w, 0)), True, PANELS, None),
    ("spatial_markov_99", "the same with 99 permutations", G, prepared(lambda own, w: spatial(own, w, 99)), False, PANELS, None),
    ("lisa_markov", "LISA Markov chain", G, prepared(lambda own, w: lisa(own, w, 0)), True, PANELS, None),
    ("lisa_markov_99", "local significance for it, 99 permutations", G, prepared(lambda own, w: lisa(own, w, 99)), False, PANELS, None),
    ("tau", "Kendall's tau, first and last period", G,
     plain(lambda own: Tau(own.by_period[0], own.by_period[-1]).tau), True, ENDS, None),
    ("full_rank_markov", "Markov chain of ranks", G,
     plain(lambda own: np.trace(FullRank_Markov(own.values, summary=False).transitions)), True, PANELS, None),
    ("rose", "directional rose", G, prepared(lambda own, w: rose(own, w, 0)), True, ENDS, "rose"),
    ("rose_99", "the same with 99 permutations", G, prepared(lambda own, w: rose(own, w, 99)), False, ENDS, "rose_99"),
    ("sequences", "optimal matching of all paths", G, sequences, True, PANELS[:2], None),
    ("moran", "Moran's I with moments", E,
     prepared(lambda own, w: esda.Moran(own.by_period[0], w, permutations=0).I), True, ENDS, None),
    ("moran_999", "the same with 999 permutations", E,
     prepared(lambda own, w: esda.Moran(own.by_period[0], w, permutations=999).I), False, ENDS, "shuffles_999"),
    ("local_moran_999", "local Moran, 999 permutations", E,
     prepared(lambda own, w: esda.Moran_Local(own.by_period[0], w, permutations=999).Is[0]), True, ENDS, None),
    ("beta", "beta convergence, standard errors", M, plain(beta), True, ENDS, "log_of_ends"),
    ("shift_share", "shift-share (Dunn) of every region", R, REAT_SHIFT, False, list(REAT_SHIFT), "copy"),
]


def quietly(call):
    with contextlib.redirect_stdout(io.StringIO()):
        return call()


def fastest(call, seconds):
    """The least time of as many runs as the seconds hold, one at least, and the figure."""
    least, begun = float("inf"), time.perf_counter()
    while least == float("inf") or time.perf_counter() - begun < seconds:
        start = time.perf_counter()
        figure = call()
        least = min(least, time.perf_counter() - start)
    return least, figure


class Ours:
    """The example, which answers one question at a time."""

    def __init__(self, folder):
        build = ["cargo", "build", "--release", "--quiet", "-p", "growthpole-methods", "--example", "peers"]
        subprocess.run(build, cwd=ROOT, check=True)
        metadata = ["cargo", "metadata", "--format-version", "1", "--no-deps"]
        target = json.loads(subprocess.run(metadata, cwd=ROOT, check=True, capture_output=True).stdout)["target_directory"]
        program = [pathlib.Path(target) / "release" / "examples" / "peers", str(folder)]
        self.process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def time(self, method, size, threads, seconds=SECONDS / 2):
        self.process.stdin.write(f"{method} {size} {threads} {seconds}\n")
        self.process.stdin.flush()
        least, figure = self.process.stdout.readline().split("\t")
        return float(least), float(figure)


class Row:
    """Least times of one method at one size."""

    def __init__(self, ours, own, method, how, limit):
        self.theirs = self.one = self.two = self.limit = float("inf")
        self.figures = None
        size, peer = own.size, None
        if isinstance(how, dict):
            self.theirs = how[size]
        else:
            peer = how(own)
            quietly(peer)
        spent = 0.0
        for _ in range(TURNS):
            if peer and spent < PATIENCE:
                start = time.perf_counter()
                least, figure = quietly(lambda: fastest(peer, SECONDS))
                self.theirs, spent = min(self.theirs, least), spent + time.perf_counter() - start
            one, own_figure = ours.time(method, size, 1)
            self.one, self.two = min(self.one, one), min(self.two, ours.time(method, size, 2)[0])
            if limit is None:
                continue
            if limit in OWN_LIMITS:
                self.limit = min(self.limit, fastest(lambda: OWN_LIMITS[limit](own), SECONDS / 2)[0])
            else:
                self.limit = min(self.limit, ours.time(f"limit_{limit}", size, 1)[0])
        if peer:
            self.figures = own_figure, figure


def totals(rows):
    """How much longer all rows of a peer take together, and which single ones do not take twenty times as long."""
    for peer in (G, S):
        own = [row for _, other, row in rows if other == peer]
        theirs, ours = sum(row.theirs for row in own), sum(row.one for row in own)
        if own:
            print(f"\nAll {len(own)} rows of {peer} at {LARGEST}: {shown(theirs)} beside {shown(ours)} on one thread, "
                  f"{ratio(theirs, ours)} times.")
    if not rows:
        return
    short = [(what, peer, row) for what, peer, row in rows if row.theirs < TWENTY * row.one]
    print(f"\nBelow {TWENTY:.0f} times at {LARGEST}: {'' if short else 'none'}")
    for what, peer, row in short:
        line = f"- {what}, {peer}: {ratio(row.theirs, row.one)} times, {shown(row.one)} where a twentieth is {shown(row.theirs / TWENTY)}"
        if row.limit < float("inf"):
            reach = "out of reach" if TWENTY * row.limit > row.theirs else "within reach"
            line += f" and the machine limit {shown(row.limit)}: {reach}"
        print(line)


def main():
    asked = sys.argv[1:]
    methods = [method for method in METHODS if not asked or method[0] in asked]
    inputs = {size: Input(size) for size in sorted({size for method in methods for size in method[5]})}
    versions = ", ".join(f"{module.__name__} {module.__version__}" for module in (giddy, inequality, esda, statsmodels, np))
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for own in inputs.values():
            own.write(folder)
        ours = Ours(folder)
        print(f"Python {platform.python_version()}, {versions}; {os.cpu_count()} cores; regions x periods, six neighbours each.\n")
        table, largest = Table(), []
        for method, what, peer, how, same, sizes, limit in methods:
            for size in sizes:
                row = Row(ours, inputs[size], method, how, limit)
                is_largest = size == LARGEST and peer in (G, S)
                if is_largest:
                    largest.append((f"{what} ({method})", peer, row))
                times = TWENTY if is_largest else 10.0
                beside = limit and (row.limit, LIMITS[limit])
                table.row(what, peer, size, row.theirs, row.one, row.two, beside, times)
                if same and not np.isclose(*row.figures, rtol=1e-9, atol=1e-12):
                    wrong.append(f"{method} {size}: ours {row.figures[0]!r}, theirs {row.figures[1]!r}")
        table.end()
        totals(largest)
    for line in wrong:
        print(f"not the same: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
