"""Growth engines of Liaoning, Jilin and Heilongjiang in 2010 and their tests, by definition: python3 engines.py [OBSERVATIONS]."""
import csv, os, sys
import numpy as np

ROOT = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "../../../crates/datastore/bundled/china-provinces")
OUTLOOK, NE = 3, ["210000", "220000", "230000"]
rows = list(csv.DictReader(open(f"{ROOT}/observations/employment-by-division.csv", encoding="utf-8")))
regions = sorted({r["region"] for r in rows}); industries = sorted({r["industry"] for r in rows})
ri = {c: k for k, c in enumerate(regions)}; ii = {c: k for k, c in enumerate(industries)}
borders = [r for r in csv.DictReader(open(f"{ROOT}/borders.csv", encoding="utf-8"))]
keys = list(borders[0])[:2]
W = np.zeros((len(regions),) * 2)
for b in borders:
    a, c = b[keys[0]], b[keys[1]]
    if a in ri and c in ri: W[ri[a], ri[c]] = W[ri[c], ri[a]] = 1
S = W.sum(1); W = np.divide(W, S[:, None], out=np.zeros_like(W), where=S[:, None] > 0)
RESOURCE = [k for k, c in enumerate(industries) if c[0] == "B" or c in ("C25", "C30", "C31", "C32", "D44")]

def amounts(year):
    E = np.zeros((len(regions), len(industries)))
    for r in rows:
        if r["period"] == str(year) and r["value"]: E[ri[r["region"]], ii[r["industry"]]] = float(r["value"])
    return E
def quotients(E): return (E / E.sum(1)[:, None]) / (E.sum(0) / E.sum())[None, :]
def present(E): return E * E.sum() >= np.outer(E.sum(1), E.sum(0)) * (1 - 1e-12)
def pci(M):
    M = M.astype(float); kr, ki = M.sum(1), M.sum(0)
    T = (M / ki[None, :]).T @ (M / kr[:, None])          # industries x industries
    w, v = np.linalg.eig(T); order = np.argsort(-w.real); kp = v[:, order[1]].real
    kc = (M / kr[:, None]) @ kp
    corr = np.corrcoef(kc, kr)[0, 1]
    assert abs(corr) >= 0.1
    if corr < 0: kp, kc = -kp, -kc
    return (kp - kc.mean()) / kc.std(), abs(corr)
def criteria(year):
    E, B = amounts(year), amounts(year - OUTLOOK)
    M = present(E); m = M.astype(float); k = m.sum(0)
    C = m.T @ m; phi = C / np.maximum(k[:, None], k[None, :]); np.fill_diagonal(phi, 0)
    tot = phi.sum(0); D = (m @ phi) / tot[None, :]
    v, corr = pci(M)
    share = phi / tot[:, None]                             # phi[j, i] / phi[j, *]
    gain = (1 - m) * (((1 - m) * v[None, :]) @ share - D * v[None, :])
    outlook = np.broadcast_to((E.sum(0) / B.sum(0)) ** (1 / OUTLOOK) - 1, E.shape)
    spill = W @ D
    dep = E[:, RESOURCE].sum(1) / E.sum(1); burden = np.zeros_like(E); burden[:, RESOURCE] = dep[:, None]
    return E, M, [("DENSITY", D, 1), ("COMPLEXITY", gain, 1), ("OUTLOOK", outlook, 1), ("SPILLOVER", spill, 1), ("RESOURCE_BURDEN", burden, -1)], corr
def score(year):
    E, M, crit, corr = criteria(year); cand = ~M
    z = {}; total = np.zeros_like(E); scale = {}
    for name, X, sign in crit:
        mu, sd = X[cand].mean(), X[cand].std(); scale[name] = (mu, sd); z[name] = (X - mu) / sd; total = total + sign * z[name]
    return E, M, cand, crit, z, total, scale, corr
def placements(s, e):
    p, n = s[e], s[~e]
    beats = (p[:, None] > n[None, :]) + 0.5 * (p[:, None] == n[None, :])
    return beats.mean(1), beats.mean(0)
def se(a, b): return np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
def test(start, end):
    E, M, cand, crit, z, total, scale, _ = score(start)
    e = present(amounts(end))[cand]
    P = {"SCORE": placements(total[cand], e)}
    for name, X, sign in crit: P[name] = placements(sign * X[cand], e)
    out = [("candidates", "all", len(e)), ("entries", "all", int(e.sum()))]
    for name, (a, b) in P.items(): out += [(f"area", name, a.mean()), ("standard_error", name, se(a, b))]
    (a, b), (c, d) = P["SCORE"], P["DENSITY"]
    dse = se(a - c, b - d); diff = a.mean() - c.mean()
    return out + [("against_density", "difference", diff), ("against_density", "standard_error", dse),
                  ("against_density", "low", diff - 1.959963984540054 * dse), ("against_density", "high", diff + 1.959963984540054 * dse)]
def pareto(points):
    return [not any((q >= p).all() and (q > p).any() for q in points) for p in points]

def main():
    out = []
    E, M, cand, crit, z, total, scale, corr = score(2010)
    later = amounts(2016); LM, LQ1, LQ0 = present(later), quotients(later), quotients(E)
    for name, (mu, sd) in scale.items(): out += [("scale.mean", name, mu), ("scale.deviation", name, sd)]
    for r in NE:
        k = ri[r]; c = [j for j in range(len(industries)) if cand[k, j]]
        c.sort(key=lambda j: (-total[k, j], j))
        pts = [np.array([s * X[k, j] for _, X, s in crit]) for j in c]
        out.append((f"candidates", r, len(c)))
        out.append((f"pareto", r, ",".join(industries[j] for j, p in zip(c, pareto(pts)) if p)))
        out.append((f"order", r, ",".join(industries[j] for j in c)))
        for j in c:
            i = industries[j]
            out += [(f"score.{r}", i, total[k, j]), (f"quotient.{r}", i, LQ0[k, j]), (f"entered.{r}", i, float(LM[k, j])), (f"outcome_quotient.{r}", i, LQ1[k, j])]
            out += [(f"standardized.{n}.{r}", i, z[n][k, j]) for n, _, _ in crit]
    out += [("backtest." + a, b, v) for a, b, v in test(2008, 2010)]
    out += [("outcome." + a, b, v) for a, b, v in test(2010, 2016)]
    tables = {}
    for t, k, v in out: tables.setdefault(t, []).append((k, v))
    for t, kv in tables.items():
        print(f"\n[expected.result.{t}]")
        for k, v in kv: print(f"{k} = " + (f'"{v}"' if isinstance(v, str) else repr(float(v))))
    print("# correlation with diversity", corr, file=sys.stderr)
if __name__ == "__main__": main()
