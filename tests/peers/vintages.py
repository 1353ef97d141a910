"""Times vintages at scale beside DuckDB and pandas with pyarrow, on the same files in the same run.

Usage, from the root of the repository:

    python -m venv /tmp/peers && /tmp/peers/bin/pip install -r tests/peers/requirements.txt
    cargo build --release -p growthpole && cargo build --release -p growthpole-datastore --example generate
    /tmp/peers/bin/python tests/peers/vintages.py [ROWS ...]        # 1000000 and 10000000 where none is named

`generate` writes made-up statistics of 3 200 counties from a seed as CSV, in two vintages that differ in about 1 % of their
figures. Each is imported by `growthpole import`; DuckDB and pandas (by pyarrow) write the same CSV to Parquet, DuckDB both
in the order of the file and, as growthpole does, sorted. The questions after that are asked of `growthpole serve` over
loopback and of the peers on the very Parquet file that growthpole wrote.

Each measurement of a peer is a process of its own, whose peak memory is what the kernel says it was; of the service it is
that of the process after all questions. A peer may have 14 GB, of which DuckDB is told ten, so that it goes on in temporary
files, and twenty minutes; one that needs more is left out, and a line says why. What is measured is told on standard error
at once, and a row of the table when all its measurements are there. Cold is the first question of a fresh process (the file
may be in the system's cache), warm the fastest of seven later ones (or of VINTAGES_TURNS). Imports are the fastest of three in
turns, one of more than 20 million rows; before each, what was written earlier is on the disk (ours waits for its own files to
be there, the peers do not). Answers are compared: the
roll-up to one part in a billion, the number of differences, and the regions of the panel. A difference fails the run, after
everything else was measured.

Temporary files lie where TMPDIR points and are removed as soon as nothing reads them; 100 million rows take about 20 GB.

A row falls short where we import fewer rows a second than DuckDB, answer a cold panel in more than 1.5 times its time or a
warm one in more than 1 ms beside what its messages take over loopback where a gRPC server has them ready, or where an import or the service takes more than 1 GB.
"""

import json
import os
import pathlib
import platform
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time

# Its notes about closed connections are no measurements.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "target/release/growthpole"
GENERATE = ROOT / "target/release/examples/generate"
SEED, YEAR = 20240101, "2010"
# The years that are generated.
FIRST_YEAR, LAST_YEAR = 1990, 2020
TURNS = int(os.environ.get("VINTAGES_TURNS", "7"))
# How often files of up to so many rows are imported.
IMPORT_TURNS, IN_TURNS = 3, 20_000_000
GIGABYTE = 1 << 30
PEER_MEMORY = 14 * GIGABYTE
PEER_SECONDS = 20 * 60
# What peers say that cannot have more memory.
OUT_OF_MEMORY = ("memoryerror", "out of memory", "bad_alloc", "bad allocation", "malloc of size", "allocation failed")
# What DuckDB keeps in memory before it goes on in temporary files: the rest is for what it does not count.
DUCKDB_MEMORY = "10GB"


def clocked(call):
    begin = time.perf_counter()
    answer = call()
    return time.perf_counter() - begin, answer


def cold_and_warm(call):
    """The time of a first call, the fastest of some later ones, and the answer."""
    cold, answer = clocked(call)
    warm = min(clocked(call)[0] for _ in range(TURNS))
    return cold, warm, answer


def fold(rows):
    """Sums of a roll-up, so that they can be compared: number of results, and sum of their values."""
    values = [value for value in rows if value is not None]
    return [len(values), sum(values)]


# What peers do, each in a process of its own.


def duckdb_connection():
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"SET memory_limit = '{DUCKDB_MEMORY}'")
    connection.execute("SET temp_directory = 'duckdb.tmp'")  # in the folder that a peer is started in
    return connection


def read_csv(path):
    types = "{'region': 'VARCHAR', 'state': 'VARCHAR', 'period': 'VARCHAR', 'value': 'DOUBLE'}"
    return f"read_csv('{path}', types = {types})"


def duckdb_import(source, target, order=""):
    connection = duckdb_connection()
    copy = f"COPY (SELECT * FROM {read_csv(source)} {order}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
    return {"seconds": clocked(lambda: connection.execute(copy))[0]}


def duckdb_sorted_import(source, target):
    return duckdb_import(source, target, "ORDER BY period, region, industry")


def pandas_import(source, target):
    import pyarrow as pa
    from pyarrow import csv, parquet

    def run():
        types = {"region": pa.string(), "state": pa.string(), "period": pa.string(), "value": pa.float64()}
        table = csv.read_csv(source, convert_options=csv.ConvertOptions(column_types=types)).to_pandas()
        table.to_parquet(target, compression="zstd")

    return {"seconds": clocked(run)[0]}


def duckdb_panel(table):
    connection = duckdb_connection()
    query = f"SELECT region, industry, value, status FROM '{table}' WHERE period = '{YEAR}'"
    cold, warm, answer = cold_and_warm(lambda: connection.sql(query).to_arrow_table())
    return {"cold": cold, "warm": warm, "answer": answer.num_rows}


def pandas_panel(table):
    from pyarrow import parquet

    def run():
        columns = ["region", "industry", "value", "status"]
        return parquet.read_table(table, columns=columns, filters=[("period", "=", YEAR)]).to_pandas()

    cold, warm, answer = cold_and_warm(run)
    return {"cold": cold, "warm": warm, "answer": len(answer)}


def duckdb_rollup(table):
    connection = duckdb_connection()
    query = (
        "SELECT period, region[1:2] AS state, industry, sum(value) AS value, count(*) - count(value) AS suppressed "
        f"FROM '{table}' WHERE region[3:5] <> '000' GROUP BY ALL ORDER BY ALL"
    )
    cold, warm, answer = cold_and_warm(lambda: connection.sql(query).to_arrow_table())
    return {"cold": cold, "warm": warm, "answer": fold(answer["value"].to_pylist())}


def pandas_rollup(table):
    import pandas as pd

    def run():
        frame = pd.read_parquet(table, columns=["region", "industry", "period", "value"])
        region = frame["region"].astype("category")
        counties = frame[~region.isin([code for code in region.cat.categories if code.endswith("000")])]
        codes = counties["region"].astype("category")
        states = codes.cat.codes.map(dict(enumerate(code[:2] for code in codes.cat.categories)))
        keys = [counties["period"].astype("category"), states.astype("category"), counties["industry"].astype("category")]
        return counties["value"].groupby(keys, observed=True).sum(min_count=1)

    cold, warm, answer = cold_and_warm(run)
    return {"cold": cold, "warm": warm, "answer": fold(answer.dropna().tolist())}


def duckdb_diff(first, second):
    connection = duckdb_connection()
    query = (
        f"SELECT * FROM '{first}' a FULL JOIN '{second}' b USING (period, region, industry) "
        "WHERE a.value IS DISTINCT FROM b.value OR a.status IS DISTINCT FROM b.status"
    )
    cold, warm, answer = cold_and_warm(lambda: connection.sql(query).to_arrow_table())
    return {"cold": cold, "warm": warm, "answer": answer.num_rows}


def pandas_diff(first, second):
    import pandas as pd

    def run():
        columns = ["period", "region", "industry", "value", "status"]
        frames = [pd.read_parquet(path, columns=columns) for path in (first, second)]
        for frame in frames:
            for column in ("period", "region", "industry", "status"):
                frame[column] = frame[column].astype(str)
        both = frames[0].merge(frames[1], on=columns[:3], how="outer", suffixes=("_a", "_b"))
        values = (both["value_a"] != both["value_b"]) & ~(both["value_a"].isna() & both["value_b"].isna())
        return both[values | (both["status_a"] != both["status_b"])]

    cold, answer = clocked(run)
    return {"cold": cold, "warm": None, "answer": len(answer)}


def peer(task, *paths):
    """Runs a measurement of a peer in a process of its own. One that needs more memory or time than it may have has no
    figures."""
    command = [sys.executable, pathlib.Path(__file__).resolve(), "--task", task, *paths]
    try:
        with tempfile.TemporaryDirectory() as scratch:
            ended = subprocess.run(command, capture_output=True, text=True, timeout=PEER_SECONDS, cwd=scratch)
    except subprocess.TimeoutExpired:
        return left_out(task, f"it took more than {PEER_SECONDS // 60} minutes")
    if ended.returncode == 0:
        return told(task, json.loads(ended.stdout))
    said = [line for line in ended.stderr.splitlines() if any(word in line.lower() for word in OUT_OF_MEMORY)]
    if said:
        return left_out(task, f"it has {PEER_MEMORY / 1e9:.0f} GB at most: {said[-1].strip()[:200]}")
    if ended.returncode < 0:
        return left_out(task, f"it was ended by signal {-ended.returncode}, with {PEER_MEMORY / 1e9:.0f} GB at most")
    sys.exit(f"{task} failed: {ended.stderr}")


def left_out(task, reason):
    print(f"{task} is left out: {reason}", flush=True)
    return dict.fromkeys(("seconds", "cold", "warm", "answer", "memory"))


def told(task, measured):
    """Says what was measured at once: a long run may not come to its end."""
    figures = [f"{name} {measured[name]:.3f} s" for name in ("seconds", "cold", "warm") if measured.get(name) is not None]
    print(f"  {task}: {', '.join(figures)}, {measured['memory'] / 1e6:.0f} MB", file=sys.stderr, flush=True)
    return measured


def run_task(task, paths):
    resource.setrlimit(resource.RLIMIT_DATA, (PEER_MEMORY, PEER_MEMORY))
    answer = globals()[task](*paths)
    answer["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(answer))


# What growthpole does.


def imported(source, mapping, data, published):
    """Imports a file; seconds and peak memory."""
    command = [PROGRAM, "import", source, "--dataset", "made-up", "--mapping", mapping, "--published", published]
    command += ["--data", data, "--output", "json"]
    os.sync()
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    report = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    if status != 0:
        sys.exit(f"the import failed: {report.decode()[:2000]}")
    return told(f"import of {source.name}", {"seconds": seconds, "memory": usage.ru_maxrss * 1024})


def tables(data):
    """The Parquet files of the two vintages, older first."""
    folder = pathlib.Path(data) / "datasets/made-up"
    digests = []
    for manifest in sorted((folder / "vintages").glob("*.json")):
        content = json.loads(manifest.read_text())
        digests.append(find(content, "jobs"))
    return [folder / "data" / f"{digest}.parquet" for digest in digests]


def find(content, indicator):
    """The digest of an indicator's table in a manifest, wherever it keeps it."""
    if isinstance(content, dict):
        if content.get("indicator") == indicator:
            return next(value for value in content.values() if isinstance(value, str) and len(value) == 64)
        content = list(content.values())
    found = (find(part, indicator) for part in content) if isinstance(content, list) else ()
    return next((digest for digest in found if digest), None)


class Service:
    """A service over a data directory, and a client of it."""

    def __init__(self, data, generated):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        command = [PROGRAM, "serve", "--listen", self.address, "--data", data]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        sys.path.insert(0, str(generated))
        import grpc

        unlimited = [("grpc.max_receive_message_length", -1)]
        self.channel = grpc.insecure_channel(self.address, options=unlimited)
        grpc.channel_ready_future(self.channel).result(timeout=120)

    def memory(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024

    def stop(self):
        self.channel.close()
        self.process.terminate()
        self.process.wait()

    def stream(self, service, method, request, answer):
        """All parts of an answer, as bytes: what a client of any language has received."""
        call = self.channel.unary_stream(
            f"/growthpole.v1.{service}/{method}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=answer,
        )
        return list(call(request, timeout=600))


def generated_clients(folder):
    protos = sorted(str(path) for path in (ROOT / "proto/growthpole/v1").glob("*.proto"))
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{ROOT / 'proto'}", f"--python_out={folder}", *protos]
    subprocess.run(command, check=True)


def panel(data, generated):
    service = Service(data, generated)
    from growthpole.v1 import panel_pb2, selection_pb2

    request = panel_pb2.GetPanelRequest(
        selection=selection_pb2.Selection(
            dataset="made-up",
            indicator="jobs",
            vintage=selection_pb2.VintageSelector(number=1),
            regions=selection_pb2.RegionSelection(level="COUNTY"),
            periods=selection_pb2.PeriodSelection(list=selection_pb2.PeriodList(periods=[YEAR])),
        )
    )
    cold, warm, parts = cold_and_warm(lambda: service.stream("PanelService", "GetPanel", request, bytes))
    header = panel_pb2.GetPanelResponse.FromString(parts[0]).header
    answer = {"cold": cold, "warm": warm, "memory": service.memory(), "bytes": list(map(len, parts)), "regions": len(header.regions)}
    service.stop()
    return told("growthpole", answer)


def rollup(data, generated, years):
    """Counties to states, in as many questions as the service wants: one may have four million results."""
    service = Service(data, generated)
    import grpc
    from growthpole.v1 import aggregate_observations_pb2 as pb
    from growthpole.v1 import selection_pb2

    def ask(periods):
        request = pb.AggregateObservationsRequest(
            dataset="made-up",
            indicator="jobs",
            vintage=selection_pb2.VintageSelector(number=1),
            periods=selection_pb2.PeriodSelection(list=selection_pb2.PeriodList(periods=periods)),
            regions_to=pb.RegionRollUp(level="STATE", from_level="COUNTY"),
            suppressed=pb.CELL_POLICY_KNOWN_ONLY,
            missing=pb.CELL_POLICY_KNOWN_ONLY,
        )
        return service.stream("ObservationService", "AggregateObservations", request, bytes)

    def ask_all():
        return [part for at in range(questions) for part in ask(years[at::questions])]

    questions = 1
    while True:
        try:
            cold, warm, parts = cold_and_warm(ask_all)
            break
        except grpc.RpcError as error:
            # It is refused before anything is read.
            if error.code() != grpc.StatusCode.INVALID_ARGUMENT or questions == len(years):
                raise
            questions += 1
    results = [of for part in parts for of in pb.AggregateObservationsResponse.FromString(part).observations]
    values = [of.value if of.HasField("value") else None for of in results]
    answer = {"cold": cold, "warm": warm, "memory": service.memory(), "answer": fold(values), "questions": questions}
    service.stop()
    return told("growthpole", answer)


def diff(data, generated):
    service = Service(data, generated)
    from growthpole.v1 import dataset_pb2

    request = dataset_pb2.DiffVintagesRequest(dataset="made-up", older=1, newer=2)
    cold, warm, parts = cold_and_warm(lambda: service.stream("DatasetService", "DiffVintages", request, bytes))
    count = sum(len(dataset_pb2.DiffVintagesResponse.FromString(part).changes) for part in parts)
    answer = {"cold": cold, "warm": warm, "memory": service.memory(), "answer": count}
    service.stop()
    return told("growthpole", answer)


def transfer(size):
    """What that many bytes take over loopback, by plain sockets, at best: a limit that no service can go below."""
    return min(sent(size) for _ in range(TURNS))


def transfer_by_grpc(sizes):
    """What messages of these sizes take over loopback by gRPC at best, where they are ready before they are asked for: from
    a server of gRPC's own library to the client that growthpole is asked by."""
    command = [sys.executable, pathlib.Path(__file__).resolve(), "--serve", json.dumps(sizes)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE)
    try:
        import grpc

        port = int(server.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.max_receive_message_length", -1)]) as channel:
            ask = channel.unary_stream("/ready/Messages", response_deserializer=bytes)
            times = [clocked(lambda: list(ask(b"", timeout=600))) for _ in range(TURNS + 1)]
    finally:
        server.stdin.close()
        server.wait()
    if any(list(map(len, messages)) != sizes for _, messages in times):
        sys.exit("gRPC did not deliver the messages that are ready")
    return min(seconds for seconds, _ in times)


def serve_ready(sizes):
    """Serves messages of these sizes until nobody listens to its input any more, and tells its port."""
    from concurrent.futures import ThreadPoolExecutor

    import grpc

    messages = [bytes(size) for size in sizes]
    handler = grpc.unary_stream_rpc_method_handler(lambda request, context: iter(messages))
    server = grpc.server(ThreadPoolExecutor(1), options=[("grpc.max_send_message_length", -1)])
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("ready", {"Messages": handler})])
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    sys.stdin.read()
    server.stop(None)


def sent(size):
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    child = os.fork()
    if child == 0:
        sender = socket.create_connection(listener.getsockname())
        sender.sendall(bytes(size))
        sender.close()
        os._exit(0)
    receiver, _ = listener.accept()
    begin = time.perf_counter()
    while receiver.recv(1 << 18):
        pass
    seconds = time.perf_counter() - begin
    os.waitpid(child, 0)
    return seconds


# The table.


class Report:
    def __init__(self):
        self.short, self.differences = [], []
        print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
        self.line("rows", "what", "growthpole", "DuckDB", "pandas", "ours/DuckDB", "memory MB", "")

    def line(self, *cells):
        widths = (10, 28, 12, 12, 12, 12, 24, 0)
        print("  ".join(str(cell).rjust(width) if width else str(cell) for cell, width in zip(cells, widths)), flush=True)

    def row(self, rows, what, ours, duckdb, pandas, memory, problems=()):
        shown = lambda seconds: "-" if seconds is None else f"{seconds * 1000:.1f} ms"
        ratio = "-" if duckdb is None or ours is None else f"{ours / duckdb:.2f}"
        held = " / ".join("-" if size is None else f"{size / 1e6:.0f}" for size in memory)
        problems = [problem for problem in problems if problem]
        self.short += [f"{rows} rows, {what}: {problem}" for problem in problems]
        self.line(rows, what, shown(ours), shown(duckdb), shown(pandas), ratio, held, "; ".join(problems))

    def same(self, what, ours, *others):
        """Compares answers; of a peer that was left out there is none."""
        for other in others:
            if None in (ours, other):
                continue
            if isinstance(ours, list):
                close = ours[0] == other[0] and abs(ours[1] - other[1]) <= 1e-9 * abs(ours[1])
            else:
                close = ours == other
            if not close:
                self.differences.append(f"{what}: {ours} differs from {other}")
                print(self.differences[-1], flush=True)


def measure(rows, report, generated, folder):
    subprocess.run([GENERATE, str(rows), str(SEED), folder], check=True, stdout=subprocess.DEVNULL)
    first, second, mapping, data = folder / "first.csv", folder / "second.csv", folder / "mapping.toml", folder / "data"
    lines = sum(block.count(b"\n") for block in blocks(first)) - 1
    ours, plain, ordered, pandas = imported_in_turns(first, mapping, data, 1 if rows > IN_TURNS else IMPORT_TURNS)
    first.unlink()
    large = ours["memory"] > GIGABYTE and f"import takes {ours['memory'] / 1e6:.0f} MB"
    slow = slower(lines, ours["seconds"], plain["seconds"])
    held = [of["memory"] for of in (ours, plain, pandas)]
    report.row(lines, "CSV to Parquet", ours["seconds"], plain["seconds"], pandas["seconds"], held, [slow, large])
    report.row(lines, "… sorted", ours["seconds"], ordered["seconds"], None, [ours["memory"], ordered["memory"], None])
    imported(second, mapping, data, "2024-02-01")
    second.unlink()
    older, newer = tables(data)

    ours, duckdb, pandas = panel(data, generated), peer("duckdb_panel", older), peer("pandas_panel", older)
    held = [of["memory"] for of in (ours, duckdb, pandas)]
    slow = duckdb["cold"] is not None and ours["cold"] > 1.5 * duckdb["cold"] and "cold is more than 1.5 x DuckDB"
    large = ours["memory"] > GIGABYTE and "serving takes more than 1 GB"
    report.row(lines, "panel of a year, cold", ours["cold"], duckdb["cold"], pandas["cold"], held, [slow, large])
    size, limit = sum(ours["bytes"]), transfer_by_grpc(ours["bytes"])
    taken = f"{size / 1e6:.1f} MB take {limit * 1000:.1f} ms by gRPC, {transfer(size) * 1000:.1f} ms by plain sockets"
    print(f"  {taken}", file=sys.stderr, flush=True)
    slow = ours["warm"] > limit + 0.001 and taken
    report.row(lines, "panel of a year, warm", ours["warm"], duckdb["warm"], pandas["warm"], held, [slow])
    report.same("panel of the peers", duckdb["answer"], pandas["answer"])
    report.same("regions of the panel", ours["regions"], 3200)

    years = [str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1)]
    ours, duckdb, pandas = rollup(data, generated, years), peer("duckdb_rollup", older), peer("pandas_rollup", older)
    report.same("roll-up", ours["answer"], duckdb["answer"], pandas["answer"])
    held = [of["memory"] for of in (ours, duckdb, pandas)]
    large = ours["memory"] > GIGABYTE and "serving takes more than 1 GB"
    asked = ours["questions"] > 1 and f"in {ours['questions']} questions"
    if asked:
        print(f"  counties to states {asked}", file=sys.stderr, flush=True)
    report.row(lines, "counties to states, cold", ours["cold"], duckdb["cold"], pandas["cold"], held, [large])
    report.row(lines, "counties to states, warm", ours["warm"], duckdb["warm"], pandas["warm"], held)

    ours, duckdb, pandas = diff(data, generated), peer("duckdb_diff", older, newer), peer("pandas_diff", older, newer)
    report.same("differences", ours["answer"], duckdb["answer"], pandas["answer"])
    held = [of["memory"] for of in (ours, duckdb, pandas)]
    large = ours["memory"] > GIGABYTE and "serving takes more than 1 GB"
    report.row(lines, "differences of 1 %, cold", ours["cold"], duckdb["cold"], pandas["cold"], held, [large])
    report.row(lines, "differences of 1 %, warm", ours["warm"], duckdb["warm"], pandas["warm"], held)


def imported_in_turns(source, mapping, data, turns):
    """The fastest turn of each: ours, DuckDB in the order of the file, DuckDB sorted, pandas."""
    measured = []
    for _ in range(turns):
        shutil.rmtree(data, ignore_errors=True)
        ours = imported(source, mapping, data, "2024-01-01")
        measured.append([ours, *(converted(f"{whose}_import", source) for whose in ("duckdb", "duckdb_sorted", "pandas"))])
    return [min(of, key=lambda one: one["seconds"] or 0) for of in zip(*measured)]


def converted(task, source):
    """What a peer takes to write a file as Parquet, which nothing reads then."""
    target = source.with_name(f"{task}.parquet")
    os.sync()
    measured = peer(task, source, target)
    target.unlink(missing_ok=True)
    return measured


def slower(lines, ours, duckdb):
    """What to say where fewer rows a second are imported than DuckDB converts."""
    return duckdb is not None and ours > duckdb and f"{lines / ours:.0f} rows/s, DuckDB {lines / duckdb:.0f}"


def blocks(path):
    with open(path, "rb") as file:
        while block := file.read(1 << 24):
            yield block


def main(arguments):
    sizes = [int(argument) for argument in arguments] or [1_000_000, 10_000_000]
    report = Report()
    with tempfile.TemporaryDirectory() as clients:
        generated_clients(clients)
        for rows in sizes:
            folder = pathlib.Path(tempfile.mkdtemp())
            try:
                measure(rows, report, clients, folder)
            finally:
                shutil.rmtree(folder)
    print("\nfalls short:" if report.short else "\nnothing falls short")
    for problem in report.short:
        print(f"  {problem}")
    if report.differences:
        sys.exit("answers differ:\n  " + "\n  ".join(report.differences))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--task"]:
        run_task(sys.argv[2], sys.argv[3:])
    elif sys.argv[1:2] == ["--serve"]:
        serve_ready(json.loads(sys.argv[2]))
    else:
        main(sys.argv[1:])
