"""Times the engines of the division plan against HiGHS (scipy.optimize.milp) and CBC (PuLP) on the same problems in one run.

Usage, from the root of the repository:

    python -m venv /tmp/peers && /tmp/peers/bin/pip install -r tests/peers/requirements.txt
    /tmp/peers/bin/python tests/peers/plan.py                       # everything; some 40 minutes at 60 s a cell
    /tmp/peers/bin/python tests/peers/plan.py single-11x38 friction-11x38 --solvers own,scipy --seconds 20
    /tmp/peers/bin/python tests/peers/plan.py --list

Every problem has amounts of regions and industries from a fixed seed, logarithms of location quotients as values, and an
integer programme: y[r, i] binary, and where homes can be shared z[r, s, i] >= y[r, i] + y[s, i] - 1 for every pair of regions.
`crates/methods/examples/peers_plan.rs`, built with the release profile and, where cmake is there, with the feature `highs`,
plans it by each engine (`--binary FILE` takes one that is built already); the peers solve the programme.

Each measurement is a process of its own on one processor. It is told to end after `--seconds`, and killed some time after.
Seconds are those of solving: inputs are in memory, models are built. PuLP's include writing the model for CBC. Peak memory is
that of the process and what it starts; of a peer with Python and its model, which are told beside it. Where a solver
proves its optimum, objectives are compared to 1e-6, and a difference fails the run. Nothing proven is shown with the gap
that is left, as a part of the bound.

A line is printed as soon as it is measured and kept in `--results FILE`, so that a run that was broken off goes on where it
was; `--again` measures anew. At the end stands a table of all that is known.
"""

import argparse
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from table import shown as duration

# The parent imports nothing large: a child's peak of memory is at least what its parent had when it was started.

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEED = 20261
ENGINES = ["own", "microlp", "highs"]
PEERS = {"scipy": "HiGHS (scipy)", "pulp": "CBC (PuLP)"}
# name, regions, industries, least and most homes, weight of friction, tolerance of the balance by activity, margins by which
# engines. Margins by an integer programme are one more programme a pair.
PROBLEMS = [
    ("single-11x38", 11, 38, 1, 1, 0.0, -1.0, ["own"]),
    ("single-31x38", 31, 38, 1, 1, 0.0, -1.0, ["own"]),
    ("single-100x100", 100, 100, 1, 1, 0.0, -1.0, ["own"]),
    ("counties-3000x34", 3000, 34, 89, 89, 0.0, -1.0, ["own"]),
    ("balanced-11x38", 11, 38, 1, 1, 0.0, 0.3, []),
    ("balanced-31x38", 31, 38, 1, 2, 0.0, 0.5, []),
    ("friction-11x38", 11, 38, 1, 3, 100.0, -1.0, []),
    ("friction-31x38", 31, 38, 1, 3, 100.0, -1.0, []),
    ("friction-100x100", 100, 100, 1, 2, 100.0, -1.0, []),
    ("friction-margins-11x38", 11, 38, 1, 3, 100.0, -1.0, ENGINES),
]


class Problem:
    """Values, shares and weights of pairs, and the integer programme that they make."""

    def __init__(self, name, regions, industries, least, most, friction, tolerance, margins):
        import numpy as np

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

    def write(self, folder, engine, seconds):
        """The inputs of `peers_plan`."""
        import numpy as np

        for kind in ("values", "shares", "weights", "sizes"):
            path = folder / f"{self.regions}x{self.industries}.{kind}"
            np.ascontiguousarray(getattr(self, kind), dtype="<f8").tofile(path)
        words = [self.name, self.regions, self.industries, self.least, self.most, self.friction, self.tolerance]
        words += [seconds, "margins" if engine in self.margins else "plan"]
        (folder / "problems").write_text(" ".join(map(str, words)) + "\n")

    def programme(self):
        """Objective, matrix, and the ends of rows, variables y and then z."""
        import numpy as np
        from scipy.sparse import coo_array

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


def by_scipy(problem, seconds):
    from scipy.optimize import Bounds, LinearConstraint, milp

    costs, matrix, least, most, whole = problem.programme()
    before, start = own_peak(), time.perf_counter()
    constraints = LinearConstraint(matrix, least, most)
    options = {"time_limit": seconds, "mip_rel_gap": 1e-9}
    result = milp(costs, constraints=constraints, integrality=whole, bounds=Bounds(0, 1), options=options)
    took = time.perf_counter() - start
    bound = None if result.mip_dual_bound is None else -result.mip_dual_bound
    return {"seconds": took, "objective": None if result.x is None else -result.fun, "bound": bound, "before": before}


def by_pulp(problem, seconds):
    import numpy as np
    import pulp

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
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "log"
        before, start = own_peak(), time.perf_counter()
        solver = pulp.PULP_CBC_CMD(msg=False, timeLimit=seconds, gapRel=1e-9, threads=1, logPath=str(log))
        model.solve(solver)
        took = time.perf_counter() - start
        told = re.findall(r"Lower bound:\s+(\S+)", log.read_text()) if log.exists() else []
    objective = None if model.sol_status <= 0 else -pulp.value(model.objective)
    proven = model.sol_status == pulp.LpSolutionOptimal and took < seconds
    bound = objective if proven else -float(told[-1]) if told else None
    return {"seconds": took, "objective": objective, "bound": bound, "before": before}


def own_peak():
    """Megabytes of this process at most so far."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(command, most):
    """Standard output and error of a command on one processor, its peak of megabytes, and whether it had to be killed."""
    processor = max(os.sched_getaffinity(0))
    environment = os.environ | {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")}
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as error:
        child = subprocess.Popen(
            command, stdout=output, stderr=error, env=environment, start_new_session=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {processor}),
        )
        end, killed = time.monotonic() + most, False
        while True:
            found, status, usage = os.wait4(child.pid, os.WNOHANG)
            if found:
                break
            if time.monotonic() > end and not killed:
                killed = True
                os.killpg(child.pid, signal.SIGKILL)
            time.sleep(0.02)
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0), error.seek(0)
        texts = output.read().decode(), error.read().decode()
    return *texts, usage.ru_maxrss / 1024, killed, child.returncode


def measured(problem, solver, seconds, binary):
    """What a solver makes of a problem."""
    most = seconds * 1.5 + 120
    with tempfile.TemporaryDirectory() as name:
        if solver in PEERS:
            command = [sys.executable, __file__, "--child", solver, problem[0], "--seconds", str(seconds)]
        else:
            writes = [sys.executable, __file__, "--child", f"write:{name}", problem[0], "--seconds", str(seconds)]
            subprocess.run([*writes, "--solvers", solver], check=True)
            command = [str(binary), name, str(seconds), solver]
        output, error, peak, killed, code = run(command, most)
    if killed:
        return {"failure": f"did not end within {most:.0f} s", "peak": peak}
    if code != 0:
        said = (error.strip().splitlines() or [""])[-1]
        built = "not part of this program" not in error
        return {"failure": f"ended with {code}: {said}" if built else "not built", "peak": peak}
    if solver in PEERS:
        return json.loads(output.splitlines()[-1]) | {"peak": peak}
    took, objective, bound, margins, _ = output.split()[1:]
    number = lambda text: None if text == "NaN" else float(text)
    found = {"seconds": float(took), "objective": number(objective), "bound": number(bound), "peak": peak}
    return found | ({"margins": int(margins)} if solver in problem[7] else {})


def child(solver, problem, seconds, engine):
    problem = Problem(*problem)
    if solver.startswith("write:"):
        problem.write(pathlib.Path(solver.removeprefix("write:")), engine, seconds)
        return
    print(json.dumps({"scipy": by_scipy, "pulp": by_pulp}[solver](problem, seconds)))


def gap(found):
    """The gap that is left, as a part of the bound; nothing where no bound is known."""
    if found.get("objective") is None or found.get("bound") is None:
        return None
    return max(0.0, found["bound"] - found["objective"]) / max(1e-9, abs(found["bound"]))


def is_proven(found):
    return gap(found) is not None and gap(found) < 1e-6


def shown(found, seconds):
    """A cell of the table: seconds where the optimum is proven, and otherwise what was reached."""
    if "failure" in found:
        return found["failure"]
    memory = f"{found['peak']:.0f} MB"
    if found["objective"] is None:
        asked = "not taken" if found["seconds"] < min(1.0, seconds / 2) else f"no plan in {found['seconds']:.0f} s"
        return f"{asked}, {memory}" if "no plan" in asked else asked
    took = duration(found["seconds"])
    if is_proven(found):
        # A plan may be proven and time be up before equally good ones are told apart.
        took += " (proven)" if found["seconds"] >= seconds else ""
        margins = f", {found['margins']} margins" if "margins" in found else ""
        return f"{took}{margins}, {memory}"
    left = "unknown" if gap(found) is None else f"{gap(found):.2%}"
    return f"{took}, gap {left}, {memory}"


def differ(name, by_solver):
    """Whether proven optima differ, or a plan is better than what another solver has proven."""
    found = {solver: own for solver, own in by_solver.items() if own.get("objective") is not None}
    settled = {solver: own["objective"] for solver, own in found.items() if is_proven(own)}
    if not settled:
        return False
    near = 1e-6 * max(1.0, max(map(abs, settled.values())))
    spread = max(settled.values()) - min(settled.values()) > near
    beaten = max(own["objective"] for own in found.values()) > max(settled.values()) + near
    if spread or beaten:
        print(f"{name}: proven optima differ: {found}", file=sys.stderr, flush=True)
    return spread or beaten


def built():
    """The program that plans by our engines."""
    command = ["cargo", "build", "--quiet", "--release", "-p", "growthpole-methods", "--example", "peers_plan"]
    subprocess.run(command + (["--features", "highs"] if shutil.which("cmake") else []), cwd=ROOT, check=True)
    return pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "examples" / "peers_plan"


def known(path):
    """What was measured before, by key; a line that was broken off is left out."""
    results = {}
    for line in path.read_text().splitlines() if path.exists() else []:
        try:
            entry = json.loads(line)
            results[entry["key"]] = entry
        except (ValueError, KeyError):
            continue
    return results


def everything(problems, solvers, asked):
    """Measures what is not known yet, and says whether optima differ."""
    binary = asked.binary or built()
    state = binary.stat()
    results = {} if asked.again else known(asked.results)
    failed, table = False, {}
    asked.results.parent.mkdir(parents=True, exist_ok=True)
    for problem in problems:
        by_solver = table.setdefault(problem[0], {})
        for solver in solvers:
            version = "" if solver in PEERS else f" {state.st_size} {state.st_mtime_ns}"
            key = f"{problem} {solver} {asked.seconds}{version}"
            entry = results.get(key)
            load = os.getloadavg()[0]
            if entry is None:
                entry = {"key": key, "load": load, "found": measured(problem, solver, asked.seconds, binary)}
                with asked.results.open("a") as file:
                    file.write(json.dumps(entry) + "\n")
            found = by_solver[solver] = entry["found"]
            objective = found.get("objective")
            worth = "" if objective is None else f", objective {objective:.6f}"
            before = f", {found['before']:.0f} MB of them before it began" if "before" in found else ""
            text = f"{problem[0]:24}{PEERS.get(solver, solver.upper()):16}{shown(found, asked.seconds)}{before}{worth}"
            print(f"{text}; load {entry['load']:.1f}", flush=True)
        failed |= differ(problem[0], by_solver)
    return failed, table


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", metavar="PROBLEM")
    parser.add_argument("--solvers", default=",".join([*ENGINES, *PEERS]), help="some of own, microlp, highs, scipy, pulp")
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit of each measurement")
    parser.add_argument("--binary", type=pathlib.Path, help="peers_plan, where it is built already")
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / "target" / "peers-plan.jsonl")
    parser.add_argument("--again", action="store_true", help="measure what is known anew")
    parser.add_argument("--list", action="store_true", help="name the problems")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    solvers = asked.solvers.split(",")
    problems = [own for own in PROBLEMS if not asked.names or own[0] in asked.names]
    unknown = {*asked.names} - {own[0] for own in PROBLEMS} | {*solvers} - {*ENGINES, *PEERS}
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    if asked.child:
        return child(asked.child, problems[0], asked.seconds, solvers[0])
    if asked.list:
        return print("\n".join(own[0] for own in PROBLEMS))
    print(f"One processor each of {os.cpu_count()}, {asked.seconds:.0f} s at most, {platform.machine()}.", flush=True)
    failed, table = everything(problems, solvers, asked)
    titles = ["problem", *(PEERS.get(solver, solver.upper()) for solver in solvers)]
    print(f"\n| {' | '.join(titles)} |\n|{'---|' * len(titles)}")
    for name, by_solver in table.items():
        print(f"| {name} | {' | '.join(shown(by_solver[solver], asked.seconds) for solver in solvers)} |")
    sys.exit(failed)


if __name__ == "__main__":
    main()
