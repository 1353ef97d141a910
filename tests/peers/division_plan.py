"""Solves the division plans of deploy/plans with scipy's milp (HiGHS), from the bundled observations alone.

Usage, from the root of the repository:

    /tmp/peers/bin/python tests/peers/division_plan.py [northeast | yangtze-belt ...] [--seconds S]

It reads the observations and borders as they are published in the repository, computes location quotients, relatedness
density and growth with numpy, and states the plan as a mixed-integer problem with one variable a pair and one a shared home.
The second stage is a linear problem: least activity outside focuses. Nothing of Growthpole runs. The figures that it prints
are what `tests/tests/plans.rs` expects, each as soon as it is there. A programme that is not solved within S seconds (300
when left out) ends the run.
"""

import argparse
import pathlib
import resource
import time
import tomllib

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "crates/datastore/bundled/china-provinces"
TEXT = {"region": str, "first": str, "second": str, "group": str, "period": str}


def table(period):
    """Jobs by province and division, what is missing as zero."""
    rows = pd.read_csv(DATA / "observations/employment-by-division.csv", dtype=TEXT)
    rows = rows[rows.period == period]
    return rows.pivot_table(index="region", columns="industry", values="value", aggfunc="first").fillna(0.0).sort_index()


def z_score(values):
    defined = values[~np.isnan(values)]
    return (values - defined.mean()) / defined.std()


def density(jobs):
    """Relatedness density without the industry itself, proximities over all provinces."""
    shares = jobs.div(jobs.sum(axis=1), axis=0)
    present = (shares.div(jobs.sum() / jobs.to_numpy().sum()) >= 1 - 1e-12).to_numpy().astype(float)
    together = present.T @ present
    ubiquity = np.diag(together)
    near = together / np.maximum.outer(ubiquity, ubiquity)
    np.fill_diagonal(near, 0.0)
    return pd.DataFrame(present @ near.T / near.sum(axis=1), index=jobs.index, columns=jobs.columns)


def span(number):
    least, most = str(number).split("..") if ".." in str(number) else (number, number)
    return int(least), int(most)


class Plan:
    """A plan file's problem."""

    def __init__(self, name, seconds):
        self.seconds = seconds
        self.asked = tomllib.loads((ROOT / f"deploy/plans/{name}.toml").read_text(encoding="utf-8"))
        selection = self.asked["selection"]
        everyone = table(selection["period"])
        members = pd.read_csv(DATA / "group_members.csv", dtype=str)
        codes = selection.get("regions") or sorted(members[members.iloc[:, 0] == selection["group"]].iloc[:, 1])
        self.jobs = everyone.loc[sorted(codes)]
        self.shares = self.jobs.div(self.jobs.sum(axis=1), axis=0)
        quotient = (self.shares / (everyone.sum() / everyone.to_numpy().sum())).to_numpy()
        value = self.asked.get("value", {})
        with np.errstate(divide="ignore"):
            symmetric = value.get("quotient") == "symmetric"
            first = (quotient - 1) / (quotient + 1) if symmetric else np.where(quotient > 0, np.log(quotient), np.nan)
        terms = [(1.0, first)]
        if "density" in value:
            terms.append((value["density"]["weight"], density(everyone).loc[self.jobs.index].to_numpy()))
        if "outlook" in value:
            start, end = value["outlook"]["periods"].split(":")
            growth = (table(end).sum() / table(start).sum()) ** (1 / (int(end) - int(start))) - 1
            terms.append((value["outlook"]["weight"], np.tile(growth[self.jobs.columns], (len(self.jobs), 1))))
        self.values = first if len(terms) == 1 else sum(weight * z_score(cells) for weight, cells in terms)

    def weights(self):
        """1 for neighbours, over their mean."""
        borders = pd.read_csv(DATA / "borders.csv", dtype=str)
        pairs = {frozenset(pair) for pair in borders.iloc[:, :2].itertuples(index=False)}
        regions = list(self.jobs.index)
        weights = np.array([[float(frozenset((a, b)) in pairs and a != b) for b in regions] for a in regions])
        return weights / (weights.sum() / (len(regions) * (len(regions) - 1)))

    def solve(self, friction):
        """Objective, assignment and seconds."""
        n, m = self.values.shape
        weights, shares = self.weights(), self.shares.to_numpy()
        shared = [
            (r, s, i, friction * weights[r, s] * min(shares[r, i], shares[s, i]))
            for r in range(n) for s in range(r + 1, n) for i in range(m)
            if weights[r, s] > 0 and min(shares[r, i], shares[s, i]) > 0
        ]
        pairs = n * m
        gain = np.concatenate([np.nan_to_num(self.values).ravel(), [-cost for *_, cost in shared]])
        presence = self.asked.get("pairs", {}).get("minimum_presence", 0.0)
        totals = self.jobs.sum().to_numpy()
        allowed = ~np.isnan(self.values) & (self.jobs.to_numpy() >= presence * totals * (1 - 1e-12))
        upper = np.concatenate([allowed.ravel().astype(float), np.ones(len(shared))])
        rows, columns, cells, least, most = [], [], [], [], []

        def constraint(entries, low, high):
            for column, cell in entries:
                rows.append(len(least)), columns.append(column), cells.append(cell)
            least.append(low), most.append(high)

        homes, focuses = span(self.asked["homes"]["each"]), span(self.asked["focuses"]["each"])
        for i in range(m):
            constraint([(r * m + i, 1.0) for r in range(n)], *homes)
        for r in range(n):
            constraint([(r * m + i, 1.0) for i in range(m)], *focuses)
        for at, (r, s, i, _) in enumerate(shared):
            constraint([(pairs + at, 1.0), (r * m + i, -1.0), (s * m + i, -1.0)], -1.0, np.inf)
        matrix = coo_matrix((cells, (rows, columns)), shape=(len(least), len(gain))).tocsr()
        integral = np.concatenate([np.ones(pairs), np.zeros(len(shared))])
        start = time.perf_counter()
        found = milp(
            -gain, integrality=integral, bounds=Bounds(0, upper), constraints=LinearConstraint(matrix, least, most),
            options={"mip_rel_gap": 0.0, "time_limit": self.seconds},
        )
        seconds = time.perf_counter() - start
        assert found.status == 0, found.message
        return -found.fun, found.x[:pairs].round().astype(bool).reshape(n, m), seconds

    def overlap(self, jobs):
        """Friction index: the mean overlap of neighbours."""
        shares = jobs / jobs.sum(axis=1, keepdims=True)
        weights = self.weights()
        pairs = [(r, s) for r in range(len(shares)) for s in range(r + 1, len(shares))]
        sums = sum(weights[r, s] * np.minimum(shares[r], shares[s]).sum() for r, s in pairs)
        return sums / sum(weights[r, s] for r, s in pairs)

    def outside(self, plan):
        """Activity outside focuses, before and at best after."""
        jobs, tau = self.jobs.to_numpy(), self.asked["after"]["max_share"]
        n, m = jobs.shape
        rows = [[float(k // m == r) for k in range(n * m)] for r in range(n)]
        columns = [[float(k % m == i) for k in range(n * m)] for i in range(m)]
        totals = np.concatenate([jobs.sum(axis=1), jobs.sum(axis=0)])
        found = milp(
            (~plan).astype(float).ravel(), bounds=Bounds(((1 - tau) * jobs).ravel(), ((1 + tau) * jobs).ravel()),
            constraints=LinearConstraint(np.array(rows + columns), totals, totals),
        )
        assert found.status == 0, found.message
        return jobs[~plan].sum(), found.fun


def tell(text):
    print(text, flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", default=["northeast", "yangtze-belt"])
    parser.add_argument("--seconds", type=float, default=300.0)
    asked = parser.parse_args()
    for name in asked.names:
        plan = Plan(name, asked.seconds)
        objective, assigned, seconds = plan.solve(plan.asked["friction"]["weight"])
        tell(f"{name}: objective {objective:.12f}, {assigned.sum()} pairs, {seconds:.2f} s (HiGHS)")
        for code, row in zip(plan.jobs.index, assigned):
            tell(f"  {code}: {' '.join(plan.jobs.columns[row])}")
        before, after = plan.outside(assigned)
        friction = plan.overlap(plan.jobs.to_numpy())
        tell(f"  friction before {friction:.12f}; outside {before:.6f} before, {after:.6f} after")
        for weight in plan.asked["friction"].get("frontier", []):
            objective, _, seconds = plan.solve(weight)
            tell(f"  friction weight {weight}: objective {objective:.12f}, {seconds:.2f} s")
    tell(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most, Python and its packages included")


main()
