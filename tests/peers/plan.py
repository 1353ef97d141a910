"""Times the engines of the division plan against HiGHS (scipy.optimize.milp) and CBC (PuLP) on the same problems in one run.

Usage, from the root of the repository:

    python -m venv /tmp/peers && /tmp/peers/bin/pip install -r tests/peers/requirements.txt
    /tmp/peers/bin/python tests/peers/plan.py [NAME ...]        # all problems where none is named

It draws amounts of regions and industries from a fixed seed, takes logarithms of location quotients as values, and writes
both to a temporary folder. `crates/methods/examples/peers_plan.rs`, built with the release profile and, where cmake is there,
with the feature `highs`, reads them and plans on one thread by each engine, in a process of its own for each; then the peers
solve the same integer programme in this process: y[r, i] binary, and where homes can be shared
z[r, s, i] >= y[r, i] + y[s, i] - 1 for every pair of regions. Where all prove their optimum, objectives are compared to
1e-6, and a difference fails the run. Who has proven nothing when time is up is shown with the gap that is left, as a part
of the bound. It prints one table in Markdown.
"""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[variable] = "1"

import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np
import pulp
import scipy
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEED = 20261
SECONDS = float(os.environ.get("PLAN_SECONDS", "60"))
# name, regions, industries, least and most homes, weight of friction, tolerance of the balance by activity, margins
PROBLEMS = [
    ("single-11x38", 11, 38, 1, 1, 0.0, -1.0, True),
    ("single-31x38", 31, 38, 1, 1, 0.0, -1.0, True),
    ("single-100x100", 100, 100, 1, 1, 0.0, -1.0, True),
    ("counties-3000x34", 3000, 34, 89, 89, 0.0, -1.0, True),
    ("balanced-11x38", 11, 38, 1, 1, 0.0, 0.3, False),
    ("balanced-31x38", 31, 38, 1, 2, 0.0, 0.5, False),
    ("friction-11x38", 11, 38, 1, 3, 100.0, -1.0, False),
    ("friction-31x38", 31, 38, 1, 3, 100.0, -1.0, False),
    ("friction-100x100", 100, 100, 1, 2, 100.0, -1.0, False),
    ("friction-margins-11x38", 11, 38, 1, 3, 100.0, -1.0, True),
]


class Problem:
    """Values, shares and weights of pairs, and the integer programme that they make."""

    def __init__(self, name, regions, industries, least, most, friction, tolerance, margins):
        self.name, self.regions, self.industries = name, regions, industries
        self.least, self.most, self.friction, self.tolerance, self.margins = least, most, friction, tolerance, margins
        rng = np.random.default_rng([SEED, regions, industries])
        amounts = np.exp(rng.normal(0.0, 1.0, (regions, industries)) + rng.normal(0.0, 1.0, industries))
        shares = amounts / amounts.sum(axis=1, keepdims=True)
        self.values = np.log(shares / (amounts.sum(axis=0) / amounts.sum()))
        self.shares = shares
        places = rng.uniform(size=(regions, 2))
        distances = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))
        self.weights = np.exp(-distances / 0.3) * (1 - np.eye(regions))
        self.sizes = amounts

    def focuses(self):
        return self.least * self.industries // self.regions, -(-self.most * self.industries // self.regions)

    def write(self, folder):
        for kind in ("values", "shares", "weights", "sizes"):
            path = folder / f"{self.regions}x{self.industries}.{kind}"
            np.ascontiguousarray(getattr(self, kind), dtype="<f8").tofile(path)
        words = [self.name, self.regions, self.industries, self.least, self.most, self.friction, self.tolerance]
        return " ".join(map(str, [*words, SECONDS, "margins" if self.margins else "plan"]))

    def programme(self):
        """Objective, matrix, and the ends of rows, variables y and then z."""
        pairs = self.regions * self.industries
        costs, rows, columns, cells, least, most = [-self.values.ravel()], [], [], [], [], []
        y = np.arange(pairs).reshape(self.regions, self.industries)

        def row(members, coefficients, low, high):
            rows.append(np.full(len(members), len(least)))
            columns.append(np.asarray(members))
            cells.append(np.broadcast_to(coefficients, len(members)))
            least.append(low)
            most.append(high)

        for region in range(self.regions):
            row(y[region], 1.0, *self.focuses())
        for industry in range(self.industries):
            row(y[:, industry], 1.0, self.least, self.most)
        if self.tolerance >= 0:
            sizes = self.sizes / self.sizes.max()
            for region in range(self.regions):
                for end, (low, high) in ((1 - self.tolerance, (0, np.inf)), (1 + self.tolerance, (-np.inf, 0))):
                    part = -sizes * end / self.regions
                    part[region] += sizes[region]
                    row(y.ravel(), part.ravel(), low, high)
        if self.friction > 0:
            first, second = np.triu_indices(self.regions, 1)
            common = np.minimum(self.shares[first], self.shares[second])
            costs.append((self.friction * self.weights[first, second][:, None] * common).ravel())
            z = pairs + np.arange(len(first) * self.industries).reshape(len(first), self.industries)
            start = len(least)
            numbers = start + np.arange(z.size)
            rows += [numbers] * 3
            columns += [z.ravel(), y[first].ravel(), y[second].ravel()]
            cells += [np.ones(z.size), -np.ones(z.size), -np.ones(z.size)]
            least += [-1.0] * z.size
            most += [np.inf] * z.size
        costs = np.concatenate(costs)
        triple = (np.concatenate(cells), (np.concatenate(rows), np.concatenate(columns)))
        matrix = coo_array(triple, shape=(len(least), len(costs))).tocsc()
        whole = np.zeros(len(costs))
        whole[:pairs] = 1
        return costs, matrix, np.array(least), np.array(most), whole


def by_highs(problem):
    costs, matrix, least, most, whole = problem.programme()
    start = time.perf_counter()
    constraints = LinearConstraint(matrix, least, most)
    options = {"time_limit": SECONDS, "mip_rel_gap": 1e-9}
    result = milp(costs, constraints=constraints, integrality=whole, bounds=Bounds(0, 1), options=options)
    took = time.perf_counter() - start
    bound = None if result.mip_dual_bound is None else -result.mip_dual_bound
    return took, None if result.x is None else -result.fun, bound


def by_pulp(problem):
    costs, matrix, least, most, whole = problem.programme()
    model = pulp.LpProblem("division", pulp.LpMinimize)
    kinds = ["Binary" if binary else "Continuous" for binary in whole]
    variables = [pulp.LpVariable(f"x{at}", 0, 1, kind) for at, kind in enumerate(kinds)]
    model += pulp.LpAffineExpression(zip(variables, costs))
    rows = matrix.tocsr()
    for at in range(rows.shape[0]):
        start, end = rows.indptr[at], rows.indptr[at + 1]
        terms = [(variables[column], cell) for column, cell in zip(rows.indices[start:end], rows.data[start:end])]
        sum = pulp.LpAffineExpression(terms)
        if np.isfinite(least[at]):
            model += sum >= least[at]
        if np.isfinite(most[at]):
            model += sum <= most[at]
    start = time.perf_counter()
    model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=SECONDS, gapRel=1e-9))
    took = time.perf_counter() - start
    proven = model.sol_status == pulp.LpSolutionOptimal and took < SECONDS
    objective = None if model.sol_status <= 0 else -pulp.value(model.objective)
    return took, objective, objective if proven else None


def engines():
    return ["own", "microlp", *(["highs"] if shutil.which("cmake") else [])]


def ours(problems):
    command = ["cargo", "build", "--quiet", "--release", "-p", "growthpole-methods", "--example", "peers_plan"]
    if "highs" in engines():
        command += ["--features", "highs"]
    subprocess.run(command, cwd=ROOT, check=True)
    binary = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "examples" / "peers_plan"
    found = {}
    for problem in problems:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "problems").write_text(problem.write(folder) + "\n")
            for engine in engines():
                arguments = [binary, folder, str(SECONDS), engine]
                run = subprocess.run(arguments, stdout=subprocess.PIPE, text=True, check=True)
                took, objective, bound, margins, memory = map(float, run.stdout.split()[1:])
                objective, bound = (None if np.isnan(x) else x for x in (objective, bound))
                found[problem.name, engine] = took, objective, bound, int(margins), memory / 1024
    return found


def shown(took, objective, bound, best):
    if objective is None:
        return f"no plan in {took:.0f} s"
    gap = None if bound is None else max(0.0, bound - objective) / max(1e-9, abs(bound))
    if gap is not None and gap < 1e-6:
        return f"{took:.3f} s"
    short = (best - objective) / max(1e-9, abs(best))
    return f"{took:.0f} s, gap {'unknown' if gap is None else f'{gap:.2%}'}, {short:.3%} below the best plan"


def main():
    names = sys.argv[1:]
    problems = [Problem(*content) for content in PROBLEMS if not names or content[0] in names]
    mine = ours(problems)
    print(f"One thread each, {SECONDS:.0f} s at most; scipy {scipy.__version__}, PuLP {pulp.__version__}, {platform.machine()}.\n")
    own = [title for engine in engines() for title in (engine.upper(), "peak MB")]
    titles = ["problem", *own, "margins", "HiGHS (scipy)", "CBC (PuLP)"]
    print(f"| {' | '.join(titles)} |\n|{'---|' * len(titles)}", flush=True)
    failed = False
    for problem in problems:
        own = [mine[problem.name, engine] for engine in engines()]
        highs, cbc = by_highs(problem), by_pulp(problem)
        all_found = [*(found[:3] for found in own), highs, cbc]
        best = max(found[1] for found in all_found if found[1] is not None)
        known = "; ".join(str(found[3]) for found in own) + f" of {problem.regions * problem.industries}"
        settled = [x[1] for x in all_found if None not in x[1:] and x[2] - x[1] < 1e-6 * max(1, abs(x[2]))]
        if settled and max(settled) - min(settled) > 1e-6 * max(1.0, abs(best)):
            print(f"{problem.name}: proven optima differ: {settled}", file=sys.stderr)
            failed = True
        row = [cell for found in own for cell in (shown(*found[:3], best), f"{found[4]:.0f}")]
        row += [known if problem.margins else "not asked", shown(*highs, best), shown(*cbc, best)]
        print(f"| {problem.name} | {' | '.join(row)} |", flush=True)
    sys.exit(failed)


main()
