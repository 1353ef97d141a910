"""Calls every method of both workers and of the observations once, as ../calls.json says, from a Python client made from proto/ with grpcio-tools.

Usage: every_method.py HOST:PORT, where the generated modules stand in the folder that GENERATED names.
"""

import json
import os
import pathlib
import sys

sys.path.insert(0, os.environ["GENERATED"])

import grpc
from google.protobuf import json_format, message_factory

from growthpole.v1 import growth_ranking_pb2, industry_division_pb2, observation_pb2

CALLS = json.loads((pathlib.Path(__file__).parent / ".." / "calls.json").read_text(encoding="utf-8"))


def methods():
    """Methods of these services by name, as the generated modules describe them."""
    services = [
        growth_ranking_pb2.DESCRIPTOR.services_by_name["GrowthRankingService"],
        industry_division_pb2.DESCRIPTOR.services_by_name["IndustryDivisionService"],
        observation_pb2.DESCRIPTOR.services_by_name["ObservationService"],
    ]
    return {f"{service.name}/{method.name}": method for service in services for method in service.methods}


def answers(channel, name, method, request):
    """All answers of a call: one, or the parts of a stream."""
    sent = json_format.ParseDict(request, message_factory.GetMessageClass(method.input_type)())
    received = message_factory.GetMessageClass(method.output_type)
    coding = {"request_serializer": type(sent).SerializeToString, "response_deserializer": received.FromString}
    path = f"/growthpole.v1.{name}"
    if method.server_streaming:
        return list(channel.unary_stream(path, **coding)(sent, timeout=60))
    return [channel.unary_unary(path, **coding)(sent, timeout=60)]


def answer_of(parts):
    """The answer itself, which says where it comes from: the last part of a watched analysis, the first of a long answer."""
    for part in parts:
        kind = part.WhichOneof("part") if "part" in part.DESCRIPTOR.oneofs_by_name else None
        answer = getattr(part, kind) if kind else part
        if "provenance" in getattr(answer, "DESCRIPTOR", part.DESCRIPTOR).fields_by_name and answer.HasField("provenance"):
            return answer
    raise AssertionError("no part says where the answer comes from")


def main():
    known = methods()
    called = [call["method"] for call in CALLS]
    assert sorted(called) == sorted(known), f"called once each: {set(called) ^ set(known)}"
    with grpc.insecure_channel(sys.argv[1]) as channel:
        for call in CALLS:
            name = call["method"]
            answer = answer_of(answers(channel, name, known[name], call["request"]))
            assert answer.provenance.dataset == "china-provinces", name
            assert len(answer.provenance.panel_digest) == (0 if call.get("readsNoPanel") else 64), name
            # A stream answers with what the method that it ran is called.
            assert answer.provenance.method.startswith(f"growthpole.v1.{name.split('/')[0]}/"), answer.provenance.method
    print("all checks passed")


main()
