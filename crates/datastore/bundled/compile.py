#!/usr/bin/env python3
"""Compile the bundled data sets from tidy facts.

    python3 compile.py FACTS_DIR

reads the facts (long-form CSV with a source on every row) and writes china-provinces/ and harbin-changchun/ beside this
file, byte for byte the same on every run, then prints an account: every row of the facts is written or counted with
the reason why it is not. Names, units and citations are in catalogue.py. No figure is computed, rounded or filled in.
"""

import csv
import json
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

sys.dont_write_bytecode = True
import catalogue as cat  # noqa: E402

HERE = Path(__file__).resolve().parent
OBSERVATION_FIELDS = ["indicator", "region", "industry", "period", "value", "status", "note", "source"]
SECTOR_CODES = {"primary": "PRIMARY", "secondary": "SECONDARY", "tertiary": "TERTIARY"}
NINE_CODES = {
    "agriculture": "A", "industry": "B-D", "construction": "E", "wholesale_retail": "F", "transport_storage_post": "G",
    "accommodation_catering": "H", "finance": "J", "real_estate": "K", "other": "OTHER",
}


# Reading and accounting ------------------------------------------------------------------------------------------------


class Account:
    """What became of every row of the facts, by file and reason."""

    def __init__(self):
        self.counts = defaultdict(Counter)

    def add(self, file, reason, rows=1):
        self.counts[file][reason] += rows

    def show(self):
        for file in sorted(self.counts):
            reasons = self.counts[file]
            print(f"{file}: {sum(reasons.values())} rows")
            for reason, rows in sorted(reasons.items()):
                print(f"  {rows:6} {reason}")


class Sources:
    """The citations in use: turns the facts' wording of a source into a short id."""

    def __init__(self):
        self.used = {}

    def id_of(self, wording):
        for start, source_id, citation in cat.CITATIONS:
            if wording.startswith(start):
                return self.add(source_id, citation or tidy(wording))
        raise SystemExit(f"no citation for source {wording!r}")

    def add(self, source_id, citation):
        if self.used.setdefault(source_id, citation) != citation:
            raise SystemExit(f"two citations for {source_id}")
        return source_id

    def own(self, source_id):
        return self.add(source_id, cat.OWN_CITATIONS[source_id])

    def rows(self):
        return [{"id": i, "citation": c} for i, c in sorted(self.used.items())]


def read(facts, name):
    with open(facts / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tidy(text):
    """A citation on one line, with the facts' shorthand for a list of members written out."""
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"(members|and) \(arrays in a public Node program, 2020\)", r"\1 as listed in a public program (2020)",
                  text)


def table(text, fields):
    """Rows of a hand-kept table: one a line, cells separated by bars."""
    return [dict(zip(fields, line.split("|"))) for line in text.strip().splitlines()]


# Observations ----------------------------------------------------------------------------------------------------------


def observation(row, sources, indicator=None, industry="", status="", note=""):
    return {
        "indicator": indicator or row["indicator"], "region": row["region_code"], "industry": industry,
        "period": row["period"].replace("-H", "-S"), "value": row["value"], "status": status, "note": note,
        "source": sources.id_of(row["source"]),
    }


def key(obs):
    return obs["indicator"], obs["period"], obs["region"], obs["industry"]


def split_indicator(code):
    """The project's indicator and industry of an indicator of the facts that carries the industry in its name."""
    patterns = [
        (r"gdp_(primary|secondary|tertiary)_real_growth", "gdp_real_growth_by_sector", SECTOR_CODES),
        (r"gdp_(primary|secondary|tertiary)_share", "gdp_share_by_sector", SECTOR_CODES),
        (r"gdp_(primary|secondary|tertiary)", "gdp_by_sector", SECTOR_CODES),
        (r"employment_(primary|secondary|tertiary)_share", "employment_share_by_sector", SECTOR_CODES),
        (r"va_(\w+?)_share", "value_added_share_by_industry", NINE_CODES),
        (r"va_(\w+)", "value_added_by_industry", NINE_CODES),
    ]
    for pattern, indicator, codes in patterns:
        match = re.fullmatch(pattern, code)
        if match:
            return indicator, codes[match.group(1)]
    return code, ""


def vintage_kind(row):
    """The facts' vintage in one word."""
    vintage = row["vintage"]
    starts = [("first", "first"), ("post-2018", "after-2018"), ("post-2023", "after-2023"), ("pre-2018", "before-2018"),
              ("CSMAR", "csmar"), ("China Statistical Yearbook", "yearbook"), ("yearbook 2016", "yearbook-2016")]
    for start, kind in starts:
        if vintage.startswith(start):
            return kind
    raise SystemExit(f"unknown vintage {vintage!r}")


def early_2016(rows, sources, account):
    """Growth of 2015 as known in early 2016."""
    out = []
    for row in rows:
        if vintage_kind(row) == "first":
            out.append(observation(row, sources, status="P"))
        else:
            out.append(observation(row, sources, note="Yearbook of 2016 at one decimal: no first release was found"))
        account.add("provinces_growth_2015_early_2016", "written")
    return out


def is_early(row, kind):
    """Published before the first vintage and about a year before 2015."""
    if kind == "yearbook":
        return True
    return kind == "first" and row["indicator"] == "gdp_real_growth" and row["period"] in ("2013", "2014")


def growth_files(facts, sources, account):
    """The growth of the first three vintages, and targets and half-years."""
    files = {"early-2016": early_2016(read(facts, "provinces_growth_2015_early_2016"), sources, account),
             "after-2018-census": [], "before-2018-census": [], "side": []}
    first_2016 = []
    for row in read(facts, "provinces_growth"):
        file, obs, reason = place_growth(row, sources)
        if file == "first-2016":
            first_2016.append(row)
        elif file:
            files[file].append(obs)
            account.add("provinces_growth", "written")
        else:
            account.add("provinces_growth", reason)
    carry_over(files, first_2016, sources, account)
    return {
        "growth-early-2016.csv": files["early-2016"],
        "growth-before-2018-census.csv": files["before-2018-census"],
        "growth-after-2018-census.csv": files["after-2018-census"],
        "targets-and-half-year-2015.csv": files["side"],
    }


def place_growth(row, sources):
    """(file, observation, reason for leaving the row out) of a row of provinces_growth."""
    kind, code, period = vintage_kind(row), row["indicator"], row["period"]
    if kind == "csmar":
        return None, None, "left out: of mixed, undatable vintage (CSMAR)"
    if kind == "after-2018":
        indicator, industry = split_indicator(code)
        return "after-2018-census", observation(row, sources, indicator, industry), ""
    if kind == "before-2018":
        if period > "2017":
            return None, None, "left out: 2018-2019 on the old basis came out after vintage 2 and before vintage 3"
        return "before-2018-census", observation(row, sources), ""
    if code == "gdp_growth_target":
        return "side", observation(row, sources), ""
    if period == "2015-H1":
        names = {"gdp_nominal": "gdp_half_year", "gdp_real_growth": "gdp_real_growth_half_year"}
        return "side", observation(row, sources, names[code], status="P"), ""
    if is_early(row, kind):
        quoted = row["source"].startswith("itsallpartoftheplan")
        status = "V" if quoted else "P" if kind == "first" else ""
        return "early-2016", observation(row, sources, status=status), ""
    if period == "2009":
        return None, None, "left out: first release of 2009, replaced by the yearbook before vintage 1"
    if period == "2015":
        return None, None, "left out: 2015 as quoted in the press, in vintage 1 from the table of early 2016"
    return "first-2016", None, ""


def carry_over(files, first_2016, sources, account):
    """Give vintage 2 what was published earlier for the cells that its own series lacks."""
    series = files["before-2018-census"]
    known = {key(obs) for obs in series}
    for obs in files["early-2016"]:
        if key(obs) not in known:
            series.append(dict(obs))
    for row in first_2016:
        if (row["indicator"], row["period"], row["region_code"], "") in known:
            account.add("provinces_growth", "left out: first release of 2016, replaced by the yearbook before vintage 2")
        else:
            series.append(observation(row, sources, status="P"))
            account.add("provinces_growth", "written")


def account_files(facts, sources, account):
    """GDP, sectors and industries, by census."""
    files = {"before-2018": [], "after-2018": [], "after-2023": []}
    for row in read(facts, "provinces_gdp_sectors"):
        indicator, industry = split_indicator(row["indicator"])
        files[vintage_kind(row)].append(observation(row, sources, indicator, industry))
        account.add("provinces_gdp_sectors", "written")
    return {
        "gdp-before-2018-census.csv": files["before-2018"],
        "accounts-after-2018-census.csv": files["after-2018"],
        "gdp-after-2023-census.csv": files["after-2023"],
    }


def section_file(facts, sources, account):
    out = []
    for row in read(facts, "provinces_employment_sections"):
        total = row["industry_code"] == "TOTAL"
        indicator = "employment_urban_units" if total else "employment_by_section"
        industry = "" if total else row["industry_code"]
        out.append(observation(row, sources, indicator, industry, status=break_of_2013(row)))
        account.add("provinces_employment_sections", "written")
    return out


def division_file(facts, sources, account):
    out = []
    for row in read(facts, "provinces_industry"):
        split = row["industry_code"] in ("C36", "C37") and row["period"] < "2012"
        status, note = ("E", "Split by the compilers") if split else (break_of_2013(row), "")
        out.append(observation(row, sources, "employment_by_division", row["industry_code"], status, note))
        account.add("provinces_industry", "written")
    return out


def break_of_2013(row):
    return "B" if row["period"] == "2013" else ""


def plain_file(facts, name, sources, account):
    rows = read(facts, name)
    account.add(name, "written", len(rows))
    return [observation(row, sources) for row in rows]


def city_file(facts, sources, account):
    out = []
    for row in read(facts, "cluster_cities"):
        if re.match(r"(latitude|longitude)_", row["indicator"]):
            seat = row["indicator"].endswith("_seat")
            account.add("cluster_cities", "written as coordinates of the seat" if seat else "left out: centroids")
            continue
        indicator, industry = split_indicator(row["indicator"])
        status, note = city_status(row)
        out.append(observation(row, sources, indicator, industry, status, note))
        account.add("cluster_cities", "written")
    return out


def city_status(row):
    code, period = row["indicator"], row["period"]
    if code == "gdp_per_capita" and row["region_code"] == "230100" and "2015" <= period <= "2018":
        misprint = "Misprinted at the source" if period == "2015" else "Does not fit GDP and population of the year"
        return "U", misprint
    if code == "employed_persons" and period == "1998":
        return "B", "Urban units from here on"
    if code == "population_registered" and period == "2020":
        return "D", "Resident population of the census"
    return "", ""


# Catalogues ------------------------------------------------------------------------------------------------------------


def provinces():
    return table(cat.PROVINCES, ["code", "name_en", "name_zh", "iso", "aliases"])


def city_names_en():
    cells = (cell for line in cat.CITIES.strip().splitlines() for cell in line.split("|"))
    return dict(cell.split(" ", 1) for cell in cells)


def seats(facts):
    """{city: (latitude, longitude)} of the seats, as the facts write them."""
    found = defaultdict(dict)
    for row in read(facts, "cluster_cities"):
        if row["indicator"].endswith("_seat"):
            found[row["region_code"]][row["indicator"].split("_")[0]] = row["value"]
    return {code: (place["latitude"], place["longitude"]) for code, place in found.items()}


def region(code, level, parent, name_en, name_zh, place=("", ""), other="", aliases="", note=""):
    return {
        "code": code, "level": level, "parent": parent, "name_en": name_en, "name_zh": name_zh, "latitude": place[0],
        "longitude": place[1], "other_codes": other, "aliases": aliases, "valid_from": "", "valid_to": "", "note": note,
    }


def province_regions(codes, parent, places):
    """Provincial regions, placed at the seats of their governments; those that the facts know too are the same there."""
    capitals = {row["code"]: row for row in table(cat.PROVINCE_SEATS, ["code", "city", "latitude", "longitude"])}
    out = []
    for row in provinces():
        if row["code"] not in codes:
            continue
        seat = capitals[row["code"]]
        place = (seat["latitude"], seat["longitude"])
        if places.get(row["code"][:2] + "0100", place) != place:
            raise SystemExit(f"the facts have another seat of {row['name_en']}")
        where = cat.OWN_SEAT_NOTE if seat["city"] == row["name_en"] else cat.CAPITAL_NOTE.format(seat["city"])
        note = "; ".join(part for part in (cat.PROVINCE_NOTES.get(row["code"], ""), where) if part)
        other = f"ISO3166-2={row['iso']}"
        out.append(region(row["code"], "PROVINCE", parent, row["name_en"], row["name_zh"], place, other, row["aliases"],
                          note))
    return out


def city_regions(names_zh, places):
    """Cities by code, with short Chinese names as aliases where no other region of the country has that name."""
    names_en, out = city_names_en(), []
    for code, name_zh in sorted(names_zh.items()):
        special = code in ("810000", "820000")
        county = code[2:4] == "90"
        note = cat.SPECIAL_REGION_NOTE if special else cat.COUNTY_RANK_NOTE if county else ""
        note = cat.SEAT_NOTE if code in places else note
        short = name_zh[:-1] if name_zh.endswith(("市", "县")) and len(name_zh) > 2 else ""
        short = "" if name_zh.endswith("自治县") else short
        aliases = ";".join(part for part in (short, cat.CITY_ALIASES.get(code, "")) if part)
        other = {"810000": "ISO3166-2=CN-HK", "820000": "ISO3166-2=CN-MO"}.get(code, "")
        parent = "" if special else code[:2] + "0000"
        out.append(region(code, "PREFECTURE", parent, names_en[code], name_zh, places.get(code, ("", "")), other,
                          aliases, note))
    return out


def drop_ambiguous_aliases(regions, also):
    """An alias that is a name of another region (of `also`, the whole country) is dropped."""
    owners = defaultdict(set)
    for row in regions + also:
        for name in [row["name_en"], row["name_zh"], *row["aliases"].split(";")]:
            owners[name.casefold()].add(row["code"])
    for row in regions:
        if row["level"] == "PREFECTURE":
            kept = [a for a in row["aliases"].split(";") if owners[a.casefold()] == {row["code"]}]
            row["aliases"] = ";".join(kept)
    return regions


def industries(wanted, divisions_zh):
    out = []

    def add(classification, level, parent, row):
        out.append({"classification": classification, "code": row["code"], "level": level, "parent": parent,
                    "name_en": row["name_en"], "name_zh": row["name_zh"],
                    "tags": tags(row["code"]) if classification == cat.GB4754 else "", "note": ""})

    fields = ["code", "name_en", "name_zh"]
    if cat.GB4754 in wanted:
        for row in table(cat.SECTIONS, fields):
            add(cat.GB4754, "SECTION", "", row)
        for row in table(cat.DIVISIONS, fields[:2]):
            add(cat.GB4754, "DIVISION", row["code"][0], row | {"name_zh": divisions_zh[row["code"]]})
    if cat.NINE in wanted:
        for row in table(cat.NINE_INDUSTRIES, fields):
            add(cat.NINE, "INDUSTRY", "", row)
    if cat.SECTORS in wanted:
        for row in table(cat.THREE_SECTORS, fields):
            add(cat.SECTORS, "SECTOR", "", row)
    return out


def tags(code):
    mining = code.startswith("B")
    found = ["resource_based"] if mining or code in cat.RESOURCE_BASED else []
    found += ["traditional"] if mining or code in cat.ENERGY_INTENSIVE else []
    return ";".join(found)


def date_and_precision(text, precision):
    """A full ISO date (the first day of a month or year) and DAY, MONTH, YEAR or nothing."""
    if not text:
        return "", ""
    full = text + "-01" * (3 - len(text.split("-")))
    return full, {"day": "DAY", "month": "MONTH", "announcement": "DAY"}[precision]


def clusters(facts):
    """The rows of city_clusters.csv by cluster, in the order of the file."""
    found = {}
    for row in read(facts, "city_clusters"):
        found.setdefault(row["cluster_id"], []).append(row)
    return found


def cluster_note(row):
    parts = [row["note"]]
    if row["date_precision"] == "announcement":
        parts.append("the date is that of the announcement")
    if row["issued"]:
        parts.append(re.sub(r"^(?=\d)", "issued ", row["issued"]))
    text = "; ".join(part for part in parts if part)
    return text[:1].upper() + text[1:]


def cluster_source(row, sources):
    return sources.add("cluster-" + row["cluster_id"], tidy(row["source"]))


def cluster_groups(facts, wanted, sources, account):
    groups, members = [], []
    for cluster_id, rows in clusters(facts).items():
        if cluster_id not in wanted:
            continue
        first = rows[0]
        date, precision = date_and_precision(first["approval_date"], first["date_precision"])
        groups.append({"id": cluster_id, "kind": "CITY_CLUSTER", "name_en": first["cluster_en"],
                       "name_zh": first["cluster_zh"], "number": "", "date": date, "date_precision": precision,
                       "document": first["document"], "note": cluster_note(first),
                       "source": cluster_source(first, sources)})
        for row in rows:
            centre = cluster_id == "harbin-changchun" and row["member_code"] in cat.CLUSTER_CENTRES
            members.append({"group": cluster_id, "region": row["member_code"], "role": "CENTRE" if centre else "MEMBER",
                            "note": ""})
        if account:
            account.add("city_clusters", "written", len(rows))
    return groups, members


def economic_region_groups(sources):
    fields = ["id", "name_en", "name_zh", "members", "date", "date_precision", "document", "note", "source"]
    groups, members = [], []
    for row in (dict(zip(fields, cells)) for cells in cat.ECONOMIC_REGIONS):
        for code in row.pop("members").split():
            members.append({"group": row["id"], "region": code, "role": "MEMBER", "note": ""})
        groups.append(row | {"kind": "ECONOMIC_REGION", "number": "", "source": sources.own(row["source"])})
    return groups, members


def events(facts, regions, wanted_clusters, wanted_areas, sources, account):
    codes = {row["code"] for row in regions}
    out = []
    for cluster_id, rows in clusters(facts).items():
        # An event is a dated one: a cluster whose approval has no date is a group only, and its note says why.
        if cluster_id in wanted_clusters and rows[0]["approval_date"]:
            out.append(cluster_event(cluster_id, rows, codes, sources))
    for row in read(facts, "new_areas"):
        if wanted_areas is None or row["number"] in wanted_areas:
            out.append(new_area_event(row, codes, sources))
            if account:
                account.add("new_areas", "written")
    return sorted(out, key=lambda event: (event["kind"], int(event["number"] or 0), event["date"], event["id"]))


def cluster_event(cluster_id, rows, codes, sources):
    first = rows[0]
    date, precision = date_and_precision(first["approval_date"], first["date_precision"])
    return {"id": "approval-" + cluster_id, "kind": "CITY_CLUSTER_APPROVAL", "number": "",
            "name_en": "Plan: " + first["cluster_en"], "name_zh": first["cluster_zh"] + "规划",
            "date": date, "date_precision": precision, "document": first["document"],
            "regions": ";".join(row["member_code"] for row in rows if row["member_code"] in codes),
            "note": cluster_note(first), "source": cluster_source(first, sources)}


def new_area_event(row, codes, sources):
    date, precision = date_and_precision(row["approval_date"], row["date_precision"])
    cities = [code if code in codes else code[:4] + "00" for code in row["city_code"].split(";") if code]
    touched = dict.fromkeys(code for code in [row["province_code"], *cities] if code in codes)
    source = sources.add(f"new-area-{int(row['number']):02}", tidy(row["source"]))
    return {"id": f"new-area-{int(row['number']):02}", "kind": "NEW_AREA", "number": row["number"],
            "name_en": row["name_en"], "name_zh": row["name_zh"], "date": date, "date_precision": precision,
            "document": row["document"], "regions": ";".join(touched), "note": new_area_note(row), "source": source}


def new_area_note(row):
    parts = [f"place: {row['place']}"]
    if row["area_km2"]:
        parts.append(f"{row['area_km2']} km2")
    if row["number"] in ("16", "17"):
        parts.append("by the documents Harbin is the 16th and Changchun the 17th; an article of 3 March 2016 has them "
                     "the other way round")
    elif row["note"]:
        parts.append(row["note"])
    if row["announced"]:
        parts.append("announced " + row["announced"])
    text = "; ".join(parts)
    return text[:1].upper() + text[1:]


def borders(facts, sources, account):
    out = []
    for row in read(facts, "provinces_adjacency"):
        if row["in_geometry"] != "1":
            account.add("provinces_adjacency", "left out: no border in the boundaries (Qinghai-Ningxia)")
            continue
        account.add("provinces_adjacency", "written")
        out.append({"region_a": row["region_code_a"], "region_b": row["region_code_b"],
                    "source": sources.id_of(row["source"])})
    return sorted(out, key=lambda row: (row["region_a"], row["region_b"]))


# Writing ---------------------------------------------------------------------------------------------------------------


def write_csv(path, fields, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def quote(text):
    return json.dumps(text, ensure_ascii=False)


def names(pair):
    return f"{{ en = {quote(pair[0])}, zh = {quote(pair[1])} }}"


def dataset_toml(spec):
    lines = [f"{name} = {quote(spec[name])}"
             for name in ("id", "description", "publisher", "licence", "main_level", "boundary_version", "benchmark_region")
             if spec[name]]
    lines += ["", "[title]", f"en = {quote(spec['title'][0])}", f"zh = {quote(spec['title'][1])}"]
    for classification in spec["classifications"]:
        lines += ["", "[[classifications]]", f"id = {quote(classification)}",
                  f"title = {names(cat.CLASSIFICATIONS[classification])}"]
    for indicator in spec["indicators"]:
        lines += ["", "[[indicators]]", *indicator_lines(indicator)]
    for vintage in spec["vintages"]:
        lines += vintage_lines(vintage)
    return "\n".join(lines) + "\n"


def indicator_lines(indicator):
    fields = ["code", "name_en", "name_zh", "unit", "unit_multiplier", "kind", "price_basis", "aggregation", "decimals",
              "classification", "growth_indicator", "description"]
    optional = {"classification", "growth_indicator"}
    pairs = [(f, v) for f, v in zip(fields, indicator, strict=True) if v != "" or f not in optional]
    return [f"{f} = {v if isinstance(v, int) else quote(v)}" for f, v in pairs]


def vintage_lines(vintage):
    number, published, precision, label, note, blocks = vintage
    lines = ["", "[[vintages]]", f"number = {number}", f"published = {quote(published)}",
             f"precision = {quote(precision)}", f"label = {quote(label)}", f"note = {quote(note)}"]
    for file, through, indicators in blocks:
        lines += ["", "[[vintages.observations]]", f"file = {quote(file)}"]
        lines += [f"through = {quote(through)}"] if through else []
        lines += [f"indicators = [{', '.join(map(quote, indicators))}]"] if indicators else []
    return lines


def write_dataset(spec, sources, files, regions, industry_rows, groups, members, event_rows, border_rows):
    folder = HERE / spec["id"]
    folder.mkdir(exist_ok=True)
    (folder / "dataset.toml").write_text(dataset_toml(spec), encoding="utf-8", newline="\n")
    write_csv(folder / "regions.csv", ["code", "level", "parent", "name_en", "name_zh", "latitude", "longitude",
                                       "other_codes", "aliases", "valid_from", "valid_to", "note"], regions)
    write_csv(folder / "industries.csv",
              ["classification", "code", "level", "parent", "name_en", "name_zh", "tags", "note"], industry_rows)
    write_csv(folder / "groups.csv", ["id", "kind", "name_en", "name_zh", "number", "date", "date_precision", "document",
                                      "note", "source"], groups)
    write_csv(folder / "group_members.csv", ["group", "region", "role", "note"], members)
    write_csv(folder / "events.csv", ["id", "kind", "number", "name_en", "name_zh", "date", "date_precision", "document",
                                      "regions", "note", "source"], event_rows)
    write_csv(folder / "borders.csv", ["region_a", "region_b", "source"], border_rows)
    for name, rows in files.items():
        write_csv(folder / "observations" / name, OBSERVATION_FIELDS, sorted(rows, key=key))
    write_csv(folder / "sources.csv", ["id", "citation"], sources.rows())


# The two data sets -----------------------------------------------------------------------------------------------------


def city_names_zh(facts, cluster_ids):
    """{code: Chinese name} of the member cities that are not provincial regions themselves."""
    province_codes = {row["code"] for row in provinces()}
    return {row["member_code"]: row["member_zh"] for cluster_id, rows in clusters(facts).items() for row in rows
            if cluster_id in cluster_ids and row["member_code"] not in province_codes}


def country_regions(facts):
    """All regions of china-provinces."""
    code, name_en, name_zh, aliases = cat.NATION
    places = seats(facts)
    cities = city_names_zh(facts, set(clusters(facts))) | cat.CITIES_OUTSIDE_CLUSTERS
    regions = [region(code, "NATION", "", name_en, name_zh, other="ISO3166-1=CN", aliases=aliases)]
    regions += province_regions({row["code"] for row in provinces()}, code, places)
    regions += city_regions(cities, places)
    return drop_ambiguous_aliases(regions, [])


def add_seats(sources):
    """Where coordinates come from, which are in no row that names a source."""
    sources.add("city-seats", next(c for _, i, c in cat.CITATIONS if i == "city-seats"))


def compile_china(facts, account):
    sources = Sources()
    files = growth_files(facts, sources, account)
    files |= account_files(facts, sources, account)
    files["employment-by-section.csv"] = section_file(facts, sources, account)
    files["employment-by-division.csv"] = division_file(facts, sources, account)
    files["panel.csv"] = plain_file(facts, "provinces_panel", sources, account)
    files["capital.csv"] = plain_file(facts, "provinces_capital", sources, account)
    regions = country_regions(facts)
    all_clusters = set(clusters(facts))
    groups, members = economic_region_groups(sources)
    cluster_rows, cluster_members = cluster_groups(facts, all_clusters, sources, account)
    event_rows = events(facts, regions, all_clusters, None, sources, account)
    border_rows = borders(facts, sources, account)
    divisions_zh = {row["industry_code"]: row["industry_name"] for row in read(facts, "provinces_industry")}
    add_seats(sources)
    write_dataset(cat.CHINA, sources, files, regions, industries(cat.CHINA["classifications"], divisions_zh),
                  groups + cluster_rows, members + cluster_members, event_rows, border_rows)


def compile_cluster(facts, account):
    sources, places, wanted = Sources(), seats(facts), {"harbin-changchun"}
    files = {"cities.csv": city_file(facts, sources, account)}
    add_seats(sources)
    regions = province_regions({"220000", "230000"}, "", places)
    regions = drop_ambiguous_aliases(regions + city_regions(city_names_zh(facts, wanted), places),
                                     country_regions(facts))
    groups, members = cluster_groups(facts, wanted, sources, None)
    event_rows = events(facts, regions, wanted, {"16", "17"}, sources, None)
    write_dataset(cat.CLUSTER, sources, files, regions, industries(cat.CLUSTER["classifications"], {}), groups, members,
                  event_rows, [])


def main():
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        raise SystemExit("usage: python3 compile.py FACTS_DIR")
    facts, account = Path(sys.argv[1]), Account()
    compile_china(facts, account)
    compile_cluster(facts, account)
    account.show()


if __name__ == "__main__":
    main()
