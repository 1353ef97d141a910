"""Clients of Arrow Flight, as people use them: pyarrow.flight and ADBC (adbc-driver-flightsql).

Usage: flight.py HOST:PORT, where the generated modules stand in the folder that GENERATED names.
"""

import os
import sys

sys.path.insert(0, os.environ["GENERATED"])

import adbc_driver_flightsql.dbapi
import adbc_driver_manager
import pyarrow
import pyarrow.flight
from google.protobuf import any_pb2

from growthpole.v1 import observation_pb2, selection_pb2

TABLES = ["datasets", "indicators", "industries", "observations", "regions", "vintages"]


def refused(call):
    """The sentence of the error that a call ends with."""
    try:
        call()
    except (pyarrow.ArrowException, adbc_driver_manager.Error) as error:
        return str(error)
    raise AssertionError("the call was not refused")


def check_selection(client):
    selection = selection_pb2.Selection(
        dataset="china-provinces",
        indicator="gdp_real_growth",
        vintage=selection_pb2.VintageSelector(as_of="2016-03-03"),
        periods=selection_pb2.PeriodSelection(list=selection_pb2.PeriodList(periods=["2015"])),
    )
    packed = any_pb2.Any()
    packed.Pack(selection)
    for ticket in [selection.SerializeToString(), packed.SerializeToString()]:
        table = client.do_get(pyarrow.flight.Ticket(ticket)).read_all()
        assert table.column_names == ["period", "region", "industry", "value", "status"], table.schema
        growth = dict(zip(table["region"].to_pylist(), table["value"].to_pylist()))
        assert len(growth) == 31 and growth["220000"] == 6.5 and growth["230000"] == 5.7, growth
        assert len(table.schema.metadata[b"growthpole.panel_digest"]) == 64, table.schema.metadata
    info = client.get_flight_info(pyarrow.flight.FlightDescriptor.for_command(packed.SerializeToString()))
    again = client.do_get(info.endpoints[0].ticket).read_all()
    assert again.equals(table) and info.schema.equals(table.schema), info.schema


def check_observations(client):
    filter = observation_pb2.ObservationFilter(dataset="china-provinces", indicators=["gdp_real_growth"])
    packed = any_pb2.Any()
    packed.Pack(filter)
    table = client.do_get(pyarrow.flight.Ticket(packed.SerializeToString())).read_all()
    assert table.column_names[:5] == ["indicator", "region", "industry", "period", "value"], table.schema
    assert set(table["indicator"].to_pylist()) == {"gdp_real_growth"} and table.num_rows > 500
    packed.Pack(observation_pb2.ObservationFilter(dataset="chnia-provinces", indicators=["gdp_real_growth"]))
    text = refused(lambda: client.do_get(pyarrow.flight.Ticket(packed.SerializeToString())).read_all())
    assert "china-provinces" in text, text


def check_sql(connection):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.region, r.name, o.value FROM observations o JOIN regions r USING (dataset, region) "
            "WHERE o.dataset = 'china-provinces' AND vintage = 1 AND indicator = 'gdp_real_growth' "
            "AND period = '2015' AND o.region IN ('220000', '230000') ORDER BY o.region"
        )
        table = cursor.fetch_arrow_table()
        assert table.to_pydict() == {
            "region": ["220000", "230000"],
            "name": ["Jilin", "Heilongjiang"],
            "value": [6.5, 5.7],
        }, table.to_pydict()
        for name in TABLES:
            cursor.execute(f"SELECT * FROM {name}")
            assert cursor.fetch_arrow_table().num_rows > 0, name
        # Larger than any one message may be.
        cursor.execute("SELECT * FROM observations")
        rows = sum(batch.num_rows for batch in cursor.fetch_record_batch())
        cursor.execute("SELECT count(*) FROM observations")
        assert cursor.fetchone() == (rows,), rows
        assert rows > 100_000


def check_prepared(connection):
    with connection.cursor() as cursor:
        cursor.adbc_prepare("SELECT count(*) AS n FROM regions")
        cursor.execute("SELECT count(*) AS n FROM regions")
        assert cursor.fetch_arrow_table()["n"][0].as_py() > 31


def check_parameters(connection):
    statement = (
        "SELECT region, value FROM observations WHERE dataset = ? AND vintage = ? AND indicator = 'gdp_real_growth' "
        "AND period = ? AND value > ? ORDER BY region"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, ("china-provinces", 1, "2015", 10.5))
        found = cursor.fetch_arrow_table().to_pydict()
        assert found["region"] == ["500000", "520000", "540000"], found
        # Prepared once, asked with other values.
        cursor.execute(statement, ("china-provinces", 1, "2015", 10.9))
        assert cursor.fetchall() == [("500000", 11.0), ("540000", 11.0)]
        cursor.execute("SELECT count(*) FROM regions WHERE name = ?", ("' OR 1 = 1 --",))
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM regions WHERE name = $1 AND dataset = $2", ("Jilin", "china-provinces"))
        assert cursor.fetchone() == (1,)
        for parameters in [("a", "b"), (b"bytes",)]:
            text = refused(lambda: cursor.execute("SELECT * FROM regions WHERE region = ?", parameters))
            assert "parameter" in text, text


def check_listed(client):
    flights = {tuple(part.decode() for part in info.descriptor.path): info for info in client.list_flights()}
    assert [path[0] for path in flights if len(path) == 1] == TABLES, list(flights)
    growth = flights["china-provinces", "gdp_real_growth"]
    table = client.do_get(growth.endpoints[0].ticket).read_all()
    assert table.num_rows == growth.total_records > 500 and table.schema.equals(growth.schema), growth.schema
    descriptor = pyarrow.flight.FlightDescriptor.for_path("regions")
    schema = client.get_schema(descriptor).schema
    assert schema.names[:3] == ["dataset", "scheme", "region"], schema
    regions = client.do_get(client.get_flight_info(descriptor).endpoints[0].ticket).read_all()
    assert regions.schema.equals(schema) and "GB/T 2260-2015" in regions["scheme"].to_pylist()
    of_one = list(client.list_flights(b"harbin-changchun"))
    assert of_one and all(info.descriptor.path[0] == b"harbin-changchun" for info in of_one)
    text = refused(lambda: list(client.list_flights(b"harbin")))
    assert "harbin-changchun" in text, text


def check_catalogue(connection):
    assert connection.adbc_get_table_types() == ["TABLE"]
    objects = connection.adbc_get_objects(depth="tables").read_all().to_pylist()
    ours = [entry for entry in objects if entry["catalog_name"] == "growthpole"]
    tables = [table["table_name"] for schema in ours[0]["catalog_db_schemas"] for table in schema["db_schema_tables"]]
    assert sorted(tables) == TABLES, tables
    schema = connection.adbc_get_table_schema("observations")
    assert schema.names[:4] == ["dataset", "vintage", "indicator", "region"], schema
    assert connection.adbc_get_info()["vendor_name"] == "Growthpole"


def check_refusals(connection):
    def run(statement):
        with connection.cursor() as cursor:
            cursor.execute(statement)
            cursor.fetch_arrow_table()

    slip = refused(lambda: run("SELECT regoin FROM regions"))
    assert "regoin" in slip and "line 1, column 8" in slip, slip
    for statement in ["DROP TABLE regions", "SELECT 1; SELECT 2", "COPY regions TO '/tmp/regions.csv'"]:
        text = refused(lambda: run(statement))
        assert "which reads and changes nothing" in text, text
    with connection.cursor() as cursor:
        table = pyarrow.table({"n": [1]})
        refused(lambda: cursor.adbc_ingest("t", table, mode="create"))


def main():
    uri = f"grpc://{sys.argv[1]}"
    with pyarrow.flight.connect(uri) as client:
        check_selection(client)
        check_observations(client)
        check_listed(client)
    with adbc_driver_flightsql.dbapi.connect(uri, autocommit=True) as connection:
        check_sql(connection)
        check_prepared(connection)
        check_parameters(connection)
        check_catalogue(connection)
        check_refusals(connection)
    print("all checks passed")


if __name__ == "__main__":
    main()
