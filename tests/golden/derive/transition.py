import csv, math, statistics, sys
ROOT = sys.argv[1] if len(sys.argv) > 1 else "crates/datastore/bundled/china-provinces/observations/"
def load(file, indicator):
    rows = csv.DictReader(open(ROOT + file, encoding="utf-8"))
    return {(r["region"], r["industry"], int(r["period"])): float(r["value"]) for r in rows if r["indicator"] == indicator and r["value"] and len(r["period"])==4}
jobs = load("employment-by-division.csv", "employment_by_division")
gdp = load("accounts-after-2018-census.csv", "gdp")
growth = load("growth-after-2018-census.csv", "gdp_real_growth")
gfcf = load("capital.csv", "gross_fixed_capital_formation")
price = load("capital.csv", "investment_price_index")
urban = load("employment-by-section.csv", "employment_urban_units") or load("panel.csv", "employment_urban_units")
soe = load("panel.csv", "soe_share_assets")
FIRST, LAST, W, DELTA = 2010, 2015, 3, 0.096
regions = sorted({r for r, _, _ in jobs}); industries = sorted({i for _, i, _ in jobs})
assert len(regions) == 31 and len(industries) == 38
amount = lambda r, i, y: jobs.get((r, i, y), 0.0)
total = lambda r, y: sum(amount(r, i, y) for i in industries)
EXT = [i for i in industries if i[0] == "B"]; FIRSTP = ["C25", "C30", "C31", "C32", "D44"]; OLD = EXT + ["C25", "C26", "C30", "C31", "C32", "D44"]
def share(r, y, s): return sum(amount(r, i, y) for i in s) / total(r, y)
def lq(r, y, s):
    return share(r, y, s) / (sum(amount(q, i, y) for q in regions for i in s) / sum(total(q, y) for q in regions))
def icor(r, y):
    y0 = gdp.get((r, "", y - W)); f = 1.0
    for t in range(y - W + 1, y + 1): f *= 1 + growth[(r, "", t)] / 100
    if f <= 1: return None
    inv = sum(gfcf[(r, "", t)] * price[(r, "", y - W)] / price[(r, "", t)] for t in range(y - W + 1, y + 1))
    return inv / (y0 * (f - 1))
def stock(r, upto):
    years = [t for t in range(1952, upto + 1)]
    while True:
        gap = [t for t in years if (r, "", t) not in gfcf or (r, "", t) not in price]
        if not gap: break
        years = [t for t in years if t > gap[-1]]
    real = [gfcf[(r, "", t)] / price[(r, "", t)] for t in years]
    n = len(real) - 1; g = (real[n] / real[0]) ** (1 / n) - 1
    k = [real[0] * (1 + g) / (g + DELTA)]
    for x in real[1:]: k.append(k[-1] * (1 - DELTA) + x)
    return dict(zip(years, k)), years[0]
def deep(r, y, what):
    k, _ = stock(r, y); dk = math.log(k[y] / k[y - W])
    if what == "output":
        return dk - sum(math.log(1 + growth[(r, "", t)] / 100) for t in range(y - W + 1, y + 1))
    return dk - math.log(urban[(r, "", y)] / urban[(r, "", y - W)])
def safe(f):
    def g(*a):
        try: return f(*a)
        except (KeyError, TypeError): return None
    return g
measures = {
 "EXTRACTIVE_SHARE": lambda r, y: share(r, y, EXT), "EXTRACTIVE_QUOTIENT": lambda r, y: lq(r, y, EXT),
 "FIRST_PROCESSING_SHARE": lambda r, y: share(r, y, FIRSTP), "FIRST_PROCESSING_QUOTIENT": lambda r, y: lq(r, y, FIRSTP),
 "RESOURCE_SHARE": lambda r, y: share(r, y, EXT + FIRSTP), "RESOURCE_QUOTIENT": lambda r, y: lq(r, y, EXT + FIRSTP),
 "HERFINDAHL": lambda r, y: sum((amount(r, i, y) / total(r, y)) ** 2 for i in industries),
 "OLD_INDUSTRY_SHARE": lambda r, y: share(r, y, OLD), "OLD_INDUSTRY_QUOTIENT": lambda r, y: lq(r, y, OLD),
 "INCREMENTAL_CAPITAL_OUTPUT_RATIO": safe(icor), "CAPITAL_AGAINST_OUTPUT": safe(lambda r, y: deep(r, y, "output")),
 "CAPITAL_AGAINST_EMPLOYMENT": safe(lambda r, y: deep(r, y, "jobs")),
 "STATE_OWNED_SHARE": safe(lambda r, y: soe[(r, "", y)] / 100),
}
def stage(r):
    res = [sum(amount(r, i, y) for i in EXT) for y in range(FIRST, LAST + 1)]; tot = [total(r, y) for y in range(FIRST, LAST + 1)]
    q = [lq(r, y, EXT) for y in range(FIRST, LAST + 1)]
    n = LAST - FIRST
    ref = lambda y: sum(total(p, y) - sum(amount(p, i, y) for i in EXT) for p in regions)
    gr = (res[-1] / res[0]) ** (1 / n) - 1 if res[0] else None
    go = ((tot[-1] - res[-1]) / (tot[0] - res[0])) ** (1 / n) - 1; gref = (ref(LAST) / ref(FIRST)) ** (1 / n) - 1
    s0, s1 = res[0] / tot[0], res[-1] / tot[-1]
    if max(q) < 1.5: name = "NOT_RESOURCE_BASED"
    elif gr is not None and gr > 0.01 and s1 > s0: name = "GROWING"
    elif s1 < s0 and go >= gref: name = "REGENERATING"
    elif gr is not None and gr < -0.01: name = "DECLINING"
    else: name = "MATURE"
    return name, max(q), str(FIRST + q.index(max(q))), gr, go, gref
NE = ["210000", "220000", "230000"]
out = []
for name, f in measures.items():
    lev = {r: f(r, LAST) for r in regions}; base = {r: f(r, FIRST) for r in regions}
    ch = {r: lev[r] - base[r] for r in regions if lev[r] is not None and base[r] is not None}
    vals = [v for v in lev.values() if v is not None]
    for r in NE:
        if lev[r] is None: continue
        out.append((f"result.level.{name}", r, lev[r])); out.append((f"result.rank.{name}", r, 1 + sum(v > lev[r] for v in vals)))
        if r in ch:
            out.append((f"result.change.{name}", r, ch[r])); out.append((f"result.change_rank.{name}", r, 1 + sum(v > ch[r] for v in ch.values())))
    out.append((f"result.median", name, statistics.median(vals))); out.append((f"result.count", name, len(vals)))
for r in regions:
    name, q, py, gr, go, gref = stage(r)
    out.append(("result.stage", r, name))
    if r in NE:
        for k, v in (("peak_quotient", q), ("peak_period", py), ("extractive_growth", gr), ("other_growth", go), ("benchmark_other_growth", gref)): out.append((f"result.evidence.{k}", r, v))
tables = {}
for t, k, v in out: tables.setdefault(t, []).append((k, v))
for t, rows in tables.items():
    print(f"\n[expected.{t}]")
    for k, v in rows: print(f'{k} = ' + (f'"{v}"' if isinstance(v, str) else repr(float(v))))
