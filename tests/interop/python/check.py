"""A Python client made from proto/ with grpcio-tools: calls both workers, reads an error's details, lists services.

Usage: check.py HOST:PORT, where the generated modules stand in the folder that GENERATED names.
"""

import os
import sys

sys.path.insert(0, os.environ["GENERATED"])

import grpc
from google.rpc import error_details_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status

from growthpole.v1 import (
    growth_ranking_pb2,
    growth_ranking_pb2_grpc,
    industry_division_pb2,
    industry_division_pb2_grpc,
    selection_pb2,
)


def check_ranking(channel):
    stub = growth_ranking_pb2_grpc.GrowthRankingServiceStub(channel)
    answer = stub.RankGrowth(
        growth_ranking_pb2.RankGrowthRequest(
            selection=selection_pb2.Selection(
                dataset="china-provinces",
                indicator="gdp_real_growth",
                vintage=selection_pb2.VintageSelector(as_of="2016-03-03"),
                periods=selection_pb2.PeriodSelection(list=selection_pb2.PeriodList(periods=["2015"])),
            )
        ),
        timeout=10,
    )
    ranks = {row.region.code: (row.rank, round(row.growth, 6)) for row in answer.ranked}
    assert ranks["220000"] == (28, 0.065), ranks
    assert ranks["230000"] == (29, 0.057), ranks
    assert ranks["210000"] == (31, 0.03), ranks
    assert answer.provenance.vintage == 1 and len(answer.provenance.panel_digest) == 64


def division_request(industries):
    return industry_division_pb2.ProposeDivisionRequest(
        selection=selection_pb2.Selection(
            dataset="china-provinces",
            indicator="employment_by_division",
            periods=selection_pb2.PeriodSelection(list=selection_pb2.PeriodList(periods=["2015"])),
            regions=selection_pb2.RegionSelection(codes=selection_pb2.RegionCodes(codes=["230000", "220000"])),
            industries=selection_pb2.IndustrySelection(codes=selection_pb2.IndustryCodes(codes=industries)),
        ),
        focuses=industry_division_pb2.CountBounds(min=3, max=3),
    )


def check_division(channel):
    stub = industry_division_pb2_grpc.IndustryDivisionServiceStub(channel)
    answer = stub.ProposeDivision(division_request(["C13", "C14", "C34", "C35", "C36", "C37"]), timeout=10)
    focuses = {row.region.code: [industry.code for industry in row.focuses] for row in answer.regions}
    assert focuses == {"220000": ["C13", "C36", "C37"], "230000": ["C14", "C34", "C35"]}, focuses
    assert abs(answer.objective - 1.9105027706) < 1e-9, answer.objective


def check_error(channel):
    stub = industry_division_pb2_grpc.IndustryDivisionServiceStub(channel)
    try:
        stub.ProposeDivision(division_request(["C13", "C366"]), timeout=10)
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.NOT_FOUND, error
        info, request = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
        details = rpc_status.from_call(error).details
        assert any(detail.Unpack(info) for detail in details)
        assert any(detail.Unpack(request) for detail in details)
        assert (info.reason, info.domain) == ("UNKNOWN_INDUSTRY", "growthpole"), info
        assert "C36" in info.metadata["nearest"], info
        assert request.field_violations[0].field == "selection.industries.codes.codes[1]", request
    else:
        raise AssertionError("an unknown industry was accepted")


def check_conflict(channel):
    """A refusal that blames many fields: headers of more than 8 KiB do not always reach a client of gRPC's own library."""
    stub = industry_division_pb2_grpc.IndustryDivisionServiceStub(channel)
    request = division_request([])
    request.selection.ClearField("industries")
    request.selection.regions.level = "PROVINCE"
    request.selection.missing = selection_pb2.MISSING_POLICY_AS_ZERO
    request.homes.min = request.homes.max = 1
    request.focuses.min = request.focuses.max = 2
    for _ in range(20):
        try:
            stub.ProposeDivision(request, timeout=10)
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.INVALID_ARGUMENT, error
            info, blamed = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
            details = rpc_status.from_call(error).details
            assert any(detail.Unpack(info) for detail in details)
            assert any(detail.Unpack(blamed) for detail in details)
            assert (info.reason, info.metadata["minimal"]) == ("CONTRADICTORY_CONSTRAINTS", "true"), info
            assert "more: there are" in blamed.field_violations[-1].description, blamed
        else:
            raise AssertionError("38 homes for 62 focuses were accepted")


def check_reflection(channel):
    services = set(ProtoReflectionDescriptorDatabase(channel).get_services())
    for name in ("GrowthRankingService", "IndustryDivisionService", "CatalogService", "PanelService"):
        assert f"growthpole.v1.{name}" in services, services


def main():
    with grpc.insecure_channel(sys.argv[1]) as channel:
        check_ranking(channel)
        check_division(channel)
        check_error(channel)
        check_conflict(channel)
        check_reflection(channel)
    print("all checks passed")


main()
