"""Exports a vintage in every format from a running server and reads each file with the usual Python packages: pandas,
pyarrow and pyjstat. All must hold the observations that StreamObservations gives, to the bit.

Usage: exports.py HOST:PORT, where the generated modules stand in the folder that GENERATED names.
"""

import io
import json
import os
import sys

sys.path.insert(0, os.environ["GENERATED"])

import grpc
import pandas
import pyarrow.ipc
import pyarrow.parquet
from pyjstat import pyjstat

from growthpole.v1 import export_vintage_pb2, observation_pb2, observation_pb2_grpc

DATASET = "china-provinces"
INDICATORS = ["employment_by_section", "gdp", "gdp_real_growth"]
KEY = ["indicator", "region", "industry", "period"]
CHUNK = 256 * 1024


def streamed(stub):
    """Value and status of every observation, by key."""
    wanted = observation_pb2.ObservationFilter(dataset=DATASET, indicators=INDICATORS)
    parts = stub.StreamObservations(observation_pb2.StreamObservationsRequest(filter=wanted), timeout=60)
    rows = [row for part in parts for row in part.observations]
    value = lambda row: row.value if row.HasField("value") else None
    return {tuple(getattr(row, name) for name in KEY): (value(row), row.status) for row in rows}


def exported(stub, name):
    """The header and the bytes of an export."""
    number = export_vintage_pb2.ExportFormat.Value(f"EXPORT_FORMAT_{name}")
    request = export_vintage_pb2.ExportVintageRequest(dataset=DATASET, indicators=INDICATORS, format=number)
    header, *parts = stub.ExportVintage(request, timeout=60)
    assert header.WhichOneof("part") == "header" and header.header.provenance.dataset == DATASET
    assert all(0 < len(part.chunk) <= CHUNK for part in parts)
    return header.header, b"".join(part.chunk for part in parts)


def rows_of(frame):
    """A table's values and statuses, by key."""
    values = [None if pandas.isna(value) or value == "" else float(value) for value in frame["value"]]
    keys = zip(*(frame[name].astype(str) for name in KEY))
    return dict(zip(keys, zip(values, frame["status"])))


def read_csv(text):
    # As texts: pandas takes a short cut through decimal numbers unless it is told otherwise.
    return pandas.read_csv(io.BytesIO(text), dtype=str, keep_default_na=False)


def check_json_stat(text, expected):
    cube = json.loads(text)
    assert (cube["version"], cube["class"]) == ("2.0", "dataset")
    frame = pyjstat.Dataset.read(text.decode()).write("dataframe", naming="id")
    found = frame[frame["value"].notna()]
    names = [name for name in KEY if name in found.columns]
    values = {
        tuple(str(row[name]) if name in names else "" for name in KEY): float(row["value"])
        for _, row in found.iterrows()
    }
    assert values == {key: value for key, (value, _) in expected.items() if value is not None}


def main():
    with grpc.insecure_channel(sys.argv[1]) as channel:
        stub = observation_pb2_grpc.ObservationServiceStub(channel)
        expected = streamed(stub)
        assert len(expected) > 5000, len(expected)

        header, text = exported(stub, "CSV")
        assert header.media_type.startswith("text/csv") and header.file_name.endswith(".csv")
        assert rows_of(read_csv(text)) == expected

        header, text = exported(stub, "SDMX_CSV")
        names = {
            "INDICATOR": "indicator", "REF_AREA": "region", "ACTIVITY": "industry", "TIME_PERIOD": "period",
            "OBS_VALUE": "value", "OBS_STATUS": "status",
        }
        assert rows_of(read_csv(text).rename(columns=names)) == expected

        header, text = exported(stub, "JSON_STAT")
        check_json_stat(text, expected)

        header, parquet = exported(stub, "PARQUET")
        table = pyarrow.parquet.read_table(io.BytesIO(parquet))
        assert rows_of(table.to_pandas()) == expected

        header, arrow = exported(stub, "ARROW")
        table = pyarrow.ipc.open_file(io.BytesIO(arrow)).read_all()
        assert rows_of(table.to_pandas()) == expected
    print("all checks passed")


main()
