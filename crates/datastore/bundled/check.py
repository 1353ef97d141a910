#!/usr/bin/env python3
"""Check the compiled data sets: ids resolve, keys are unique, values parse, and known figures are there.

    python3 check.py

reads only what compile.py wrote and ends with status 1 and a list of what is wrong, or with a line per data set.
"""

import csv
import math
import sys
import tomllib
from collections import Counter
from decimal import Decimal, InvalidOperation
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATUSES = set("ABDEFGHIJKLMNOPQSTUV") | {""}
LIMIT_BYTES = 6_000_000
PROBLEMS = []


def expect(condition, text):
    if not condition:
        PROBLEMS.append(text)


def equal(what, found, wanted):
    expect(found == wanted, f"{what}: found {found!r}, wanted {wanted!r}")


class Dataset:
    """A compiled data set, as files."""

    def __init__(self, name):
        self.name, self.folder = name, HERE / name
        self.spec = tomllib.loads((self.folder / "dataset.toml").read_text(encoding="utf-8"))
        self.sources, self.regions, self.industries, self.groups, self.members, self.events, self.borders = (
            self.rows(f"{table}.csv")
            for table in ("sources", "regions", "industries", "groups", "group_members", "events", "borders"))
        self.files = {p.name: self.rows(f"observations/{p.name}")
                      for p in sorted((self.folder / "observations").glob("*.csv"))}
        self.indicators = {row["code"]: row for row in self.spec["indicators"]}
        self.vintages = {v["number"]: self.vintage(v) for v in self.spec["vintages"]}

    def rows(self, name):
        data = (self.folder / name).read_bytes()
        expect(b"\r" not in data and data.endswith(b"\n"), f"{self.name}/{name}: line ends")
        return list(csv.DictReader(data.decode("utf-8").splitlines()))

    def vintage(self, spec):
        """All observations of a vintage."""
        out = []
        for block in spec["observations"]:
            wanted, through = block.get("indicators"), block.get("through")
            rows = [row for row in self.files[block["file"]]
                    if (not wanted or row["indicator"] in wanted) and (not through or row["period"] <= through)]
            expect(rows, f"{self.name} vintage {spec['number']}: nothing from {block['file']}")
            expect(set(wanted or []) <= {row["indicator"] for row in rows},
                   f"{self.name} vintage {spec['number']}: {block['file']} lacks an indicator")
            out += rows
        return out

    def value(self, vintage, indicator, region, period, industry=""):
        """The value as written, or None."""
        for row in self.vintages[vintage]:
            if (row["indicator"], row["region"], row["period"], row["industry"]) == (indicator, region, period, industry):
                return row["value"]
        return None

    def matrix(self, vintage, indicator, period):
        """{region: {industry: value}}"""
        out = {}
        for row in self.vintages[vintage]:
            if row["indicator"] == indicator and row["period"] == period:
                out.setdefault(row["region"], {})[row["industry"]] = float(row["value"])
        return out


# Structure -------------------------------------------------------------------------------------------------------------


def unique(data, what, keys):
    for found, count in Counter(keys).items():
        expect(count == 1, f"{data.name}: {what} {found} is there {count} times")


def check_catalogue(data):
    regions = {row["code"] for row in data.regions}
    sources = {row["id"] for row in data.sources}
    groups = {row["id"] for row in data.groups}
    unique(data, "region", (row["code"] for row in data.regions))
    unique(data, "source", (row["id"] for row in data.sources))
    unique(data, "group", (row["id"] for row in data.groups))
    unique(data, "event", (row["id"] for row in data.events))
    unique(data, "industry", ((row["classification"], row["code"]) for row in data.industries))
    unique(data, "member", ((row["group"], row["region"]) for row in data.members))
    unique(data, "border", (tuple(sorted((row["region_a"], row["region_b"]))) for row in data.borders))
    for row in data.regions:
        expect(row["parent"] in regions | {""}, f"{data.name}: parent of {row['code']}")
        expect(row["level"] in ("NATION", "PROVINCE", "PREFECTURE"), f"{data.name}: level of {row['code']}")
        expect(row["name_en"] and row["name_zh"], f"{data.name}: name of {row['code']}")
        expect(bool(row["latitude"]) == bool(row["longitude"]), f"{data.name}: place of {row['code']}")
    for row in data.members:
        expect(row["group"] in groups and row["region"] in regions, f"{data.name}: member {row}")
        expect(row["role"] in ("CENTRE", "MEMBER"), f"{data.name}: role {row}")
    for row in data.events:
        expect(row["regions"] and set(row["regions"].split(";")) <= regions, f"{data.name}: regions of {row['id']}")
    for row in data.borders:
        expect({row["region_a"], row["region_b"]} <= regions, f"{data.name}: border {row}")
    for row in data.groups + data.events:
        expect(bool(row["date"]) == bool(row["date_precision"]), f"{data.name}: date of {row['id']}")
    for row in data.groups + data.events + data.borders:
        expect(row["source"] in sources, f"{data.name}: source of {row}")
    check_names(data)


def check_names(data):
    """Every name and alias leads to one region."""
    owners = {}
    for row in data.regions:
        for name in [row["name_en"], row["name_zh"], *filter(None, row["aliases"].split(";"))]:
            owners.setdefault(name.casefold(), set()).add(row["code"])
    for name, codes in owners.items():
        expect(len(codes) == 1, f"{data.name}: the name {name} means {sorted(codes)}")


def check_classifications(data):
    ids = {row["id"] for row in data.spec["classifications"]}
    codes = {(row["classification"], row["code"]) for row in data.industries}
    equal(f"{data.name}: classifications", {row["classification"] for row in data.industries}, ids)
    for row in data.industries:
        parent = (row["classification"], row["parent"])
        expect(not row["parent"] or parent in codes, f"{data.name}: parent of industry {row['code']}")
    for row in data.indicators.values():
        expect(row.get("classification") in ids | {None}, f"{data.name}: classification of {row['code']}")
        expect(row.get("growth_indicator") in set(data.indicators) | {None}, f"{data.name}: growth of {row['code']}")


def check_observations(data):
    regions = {row["code"] for row in data.regions}
    sources = {row["id"] for row in data.sources}
    codes = {(row["classification"], row["code"]) for row in data.industries}
    used = set()
    for file, rows in data.files.items():
        keys = [(row["indicator"], row["period"], row["region"], row["industry"]) for row in rows]
        equal(f"{data.name}/{file}: order", keys, sorted(keys))
        for row in rows:
            classification = data.indicators.get(row["indicator"], {}).get("classification")
            industry = (classification, row["industry"])
            expect(row["indicator"] in data.indicators, f"{data.name}/{file}: indicator {row}")
            expect(row["region"] in regions and row["source"] in sources, f"{data.name}/{file}: ids {row}")
            expect(industry in codes if classification else not row["industry"], f"{data.name}/{file}: industry {row}")
            expect(row["status"] in STATUSES, f"{data.name}/{file}: status {row}")
            expect(is_number(row["value"]), f"{data.name}/{file}: value {row}")
        used |= {row["source"] for row in rows}
    used |= {row["source"] for row in data.groups + data.events + data.borders}
    for number, rows in data.vintages.items():
        unique(data, f"vintage {number} key",
               ((r["indicator"], r["region"], r["industry"], r["period"]) for r in rows))
    present = {row["indicator"] for rows in data.vintages.values() for row in rows}
    equal(f"{data.name}: indicators with data", present, set(data.indicators))
    # Coordinates stand in the catalogue, whose rows name no source.
    equal(f"{data.name}: sources without use", sources - used, {"city-seats"})
    named = {b["file"] for v in data.spec["vintages"] for b in v["observations"]}
    equal(f"{data.name}: files in use", set(data.files), named)


def is_number(text):
    try:
        return Decimal(text).is_finite() and "e" not in text.lower()
    except InvalidOperation:
        return False


# Known figures ---------------------------------------------------------------------------------------------------------


def location_quotients(cells):
    nation = Counter()
    for row in cells.values():
        nation.update(row)
    total = sum(nation.values())
    return {(region, industry): value / sum(row.values()) / (nation[industry] / total)
            for region, row in cells.items() for industry, value in row.items()}


def krugman(a, b):
    shares = [{i: v / sum(row.values()) for i, v in row.items()} for row in (a, b)]
    return sum(abs(shares[0].get(i, 0) - shares[1].get(i, 0)) for i in set(a) | set(b))


def check_china(data):
    growth = {1: {"100000": "6.9", "220000": "6.5", "230000": "5.7", "210000": "3.0", "140000": "3.1"},
              2: {"100000": "6.9", "220000": "6.3", "230000": "5.66", "210000": "3.0", "140000": "3.1"},
              3: {"100000": "7.0413", "220000": "6.1", "230000": "5.4", "210000": "2.8", "140000": "3.0"},
              4: {"100000": None, "230000": None}}
    for vintage, figures in growth.items():
        for region, wanted in figures.items():
            equal(f"growth of {region} in 2015, vintage {vintage}",
                  data.value(vintage, "gdp_real_growth", region, "2015"), wanted)
    for vintage, wanted in {2: "28669.02", 3: "20210.3", 4: "20657.8"}.items():
        equal(f"GDP of Liaoning in 2015, vintage {vintage}", data.value(vintage, "gdp", "210000", "2015"), wanted)
    ranks = sorted((Decimal(r["value"]), r["region"]) for r in data.vintages[1]
                   if (r["indicator"], r["period"]) == ("gdp_real_growth", "2015") and r["region"] != "100000")
    equal("regions with growth of 2015 in vintage 1", len(ranks), 31)
    equal("last four in 2015", [region for _, region in ranks[:4]], ["210000", "140000", "230000", "220000"])
    for vintage in (2, 3, 4):
        equal(f"regions by section, vintage {vintage}", len(data.matrix(vintage, "employment_by_section", "2015")), 31)
    sections = data.matrix(3, "employment_by_section", "2015")
    equal("Krugman index", f"{krugman(sections['230000'], sections['220000']):.4f}", "0.3516")
    quotients = location_quotients(data.matrix(3, "employment_by_division", "2015"))
    for industry, pair in {"C36": "0.38 4.15", "C34": "1.05 0.38", "C14": "1.31 0.69", "C35": "0.70 0.50",
                           "C13": "1.95 1.57", "C37": "1.27 1.07"}.items():
        found = " ".join(f"{quotients[region, industry]:.2f}" for region in ("230000", "220000"))
        equal(f"location quotients of {industry}", found, pair)
    equal("divisions", sum(row["level"] == "DIVISION" for row in data.industries), 38)
    equal("provincial regions", sum(row["level"] == "PROVINCE" for row in data.regions), 31)
    equal("borders", len(data.borders), 68)
    check_places(data)
    kinds = Counter(row["kind"] for row in data.events)
    equal("events", dict(kinds), {"NEW_AREA": 19, "CITY_CLUSTER_APPROVAL": 8})
    equal("groups", dict(Counter(row["kind"] for row in data.groups)), {"ECONOMIC_REGION": 5, "CITY_CLUSTER": 11})
    equal("members of northeast", sum(row["group"] == "northeast" for row in data.members), 8)
    check_new_areas(data)


def check_places(data):
    """Seats are in China, those of neighbours not too far from each other, and some as far as is known."""
    places = {row["code"]: (float(row["latitude"]), float(row["longitude"])) for row in data.regions
              if row["level"] == "PROVINCE" and row["latitude"]}
    equal("provincial regions with a place", len(places), 31)
    for code, (latitude, longitude) in places.items():
        expect(18 < latitude < 54 and 73 < longitude < 136, f"place of {code}")
    for row in data.borders:
        apart = kilometres(places[row["region_a"]], places[row["region_b"]])
        expect(100 < apart < 2000, f"{row['region_a']} and {row['region_b']} are {apart:.0f} km apart")
    for pair, wanted in {"110000 120000": 110, "210000 220000": 279, "220000 230000": 232, "540000 650000": 1602}.items():
        first, second = pair.split()
        equal(f"kilometres between {pair}", round(kilometres(places[first], places[second])), wanted)


def kilometres(a, b):
    """Great-circle distance of two places."""
    (north, east), (other_north, other_east) = ((math.radians(x) for x in place) for place in (a, b))
    half = math.sin((other_north - north) / 2) ** 2
    half += math.cos(north) * math.cos(other_north) * math.sin((other_east - east) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(half))


def check_new_areas(data):
    areas = {row["number"]: row for row in data.events if row["kind"] == "NEW_AREA"}
    equal("new area 16", (areas["16"]["name_en"], areas["16"]["date"]), ("Harbin New Area", "2015-12-16"))
    equal("new area 17", (areas["17"]["name_en"], areas["17"]["date"]), ("Changchun New Area", "2016-02-01"))


def check_cluster(data):
    equal("cities", sum(row["level"] == "PREFECTURE" for row in data.regions), 11)
    equal("cities with a place", sum(bool(r["latitude"]) for r in data.regions if r["level"] == "PREFECTURE"), 11)
    centres = {row["region"] for row in data.members if row["role"] == "CENTRE"}
    equal("centres", centres, {"230100", "220100"})
    misprint = [row["status"] for row in data.vintages[1]
                if (row["indicator"], row["region"], row["period"]) == ("gdp_per_capita", "230100", "2015")]
    equal("status of Harbin's GDP per head of 2015", misprint, ["U"])
    check_new_areas(data)


def check_size():
    size = sum(path.stat().st_size for path in HERE.rglob("*") if path.is_file())
    expect(size < LIMIT_BYTES, f"{size} bytes in all")
    return size


def main():
    for name, known in (("china-provinces", check_china), ("harbin-changchun", check_cluster)):
        data = Dataset(name)
        for check in (check_catalogue, check_classifications, check_observations, known):
            check(data)
        print(f"{name}: " + ", ".join(f"vintage {n} {len(rows)} observations" for n, rows in data.vintages.items()))
    print(f"{check_size()} bytes in all")
    for problem in PROBLEMS[:50]:
        print("WRONG", problem)
    sys.exit(bool(PROBLEMS))


if __name__ == "__main__":
    main()
