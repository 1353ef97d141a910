"""Rehearses deploy/compose.yaml without a container engine: starts each profile's services as processes of this machine,
with the same commands, and asks the API a question.

Host names become loopback; ports become free ones of this machine; a bucket becomes a directory. What only an engine can show
(the image itself) is checked by building it. Of deploy/kubernetes it is checked that every container is bound and probed, and
that its command is one that the program knows.
Usage: check.py [PROGRAM [PROFILE…]]; without PROGRAM the debug build is used, without PROFILE those that it can run: one and
workers, and cluster where it was built with the feature `ballista`. Needs PyYAML.
"""

import json
import os
import pathlib
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import yaml

DEPLOY = pathlib.Path(__file__).resolve().parent
QUESTION = ["rank", "--dataset", "china-provinces", "--indicator", "gdp_real_growth", "--period", "2015",
            "--as-of", "2016-03-03", "--output", "json"]


def check_dockerfile():
    """What the Dockerfile copies and makes is a workspace that cargo accepts: the first steps of the image, elsewhere."""
    root = DEPLOY.parent
    with tempfile.TemporaryDirectory() as source:
        for line in (DEPLOY / "Dockerfile").read_text().splitlines():
            words = line.split()
            if words[:1] == ["COPY"] and not words[1].startswith("--from"):
                copy(root, pathlib.Path(source), words[1:-1], words[-1])
            elif words[:2] == ["RUN", "mkdir"]:
                subprocess.run(line.removeprefix("RUN "), shell=True, check=True, cwd=source)
        command = ["cargo", "metadata", "--locked", "--offline", "--no-deps", "--format-version", "1"]
        subprocess.run(command, check=True, cwd=source, stdout=subprocess.DEVNULL)
    print("the Dockerfile's sources make a workspace")


def copy(root, source, names, target):
    for name in names:
        into = source / target if len(names) == 1 and target != "./" else source / target / pathlib.Path(name).name
        if (root / name).is_dir():
            shutil.copytree(root / name, into)
        else:
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, into)


class Loopback:
    """Where the services are on this machine: hosts are loopback, and all ports moved by the same distance to free ones.

    The files' own ports are among those that the system gives to anybody's outgoing connections, so that one of them may be
    taken at any moment. The others are below those.
    """

    PORTS = range(50_050, 50_063)

    def __init__(self, services):
        named = "|".join(map(re.escape, services))
        self.host = re.compile(rf"(?:0\.0\.0\.0|127\.0\.0\.1|\b(?:{named})):(\d+)")
        starts = random.sample(range(20_000, 30_000, len(self.PORTS)), 100)
        self.start = next(start for start in starts if all(map(is_free, range(start, start + len(self.PORTS)))))

    def port(self, port):
        return self.start + self.PORTS.index(port)

    def address(self, argument):
        return self.host.sub(lambda named: f"127.0.0.1:{self.port(int(named[1]))}", argument)


def is_free(port):
    with socket.socket() as listener:
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def command(service, loopback, data):
    """A service's command; of its arguments only `--advertise HOST` is a bare name of a host."""
    words = service["command"]
    named = ["127.0.0.1" if before == "--advertise" else word for before, word in zip(["", *words], words)]
    return [f"{data}/scratch-{len(os.listdir(data))}" if word == "/scratch" else loopback.address(word) for word in named]


def variables(service, loopback, data):
    """What a service finds in its environment: the bucket is the directory, and keys of buckets are left out."""
    named = {name: loopback.address(value) for name, value in service.get("environment", {}).items() if value}
    if "GROWTHPOLE__DATA__URL" in named:
        named["GROWTHPOLE__DATA__URL"] = f"file://{data}"
    else:
        named["GROWTHPOLE__DATA__DIRECTORY"] = data
    return {**os.environ, **named, "GROWTHPOLE__LOG__LEVEL": "warn"}


def wait_until_it_answers(program, server, patience=60):
    for _ in range(patience * 5):
        asked = subprocess.run([program, *QUESTION, "--server", server], capture_output=True, text=True)
        if asked.returncode == 0:
            return json.loads(asked.stdout)
        time.sleep(0.2)
    raise AssertionError(f"{server} does not answer: {asked.stderr}")


def rehearse(program, profile, services):
    chosen = {name: service for name, service in services.items() if profile in service["profiles"]}
    loopback = Loopback(services)
    with tempfile.TemporaryDirectory() as data:
        processes = [
            subprocess.Popen([program, *command(service, loopback, data)], env=variables(service, loopback, data),
                             stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            for service in chosen.values()
        ]
        try:
            answer = wait_until_it_answers(program, f"http://127.0.0.1:{loopback.port(50051)}")
            last = answer["ranked"][-1]["region"]["code"]
            assert last == "210000", answer
            if profile == "cluster":
                ask_the_cluster(program, loopback)
            for probe in (service["healthcheck"] for service in chosen.values() if "healthcheck" in service):
                subprocess.run([program, *map(loopback.address, probe["test"][2:])], check=True, stdout=subprocess.DEVNULL)
        finally:
            for process in processes:
                process.terminate()
            codes = [process.wait(timeout=40) for process in processes]
        assert codes == [0] * len(codes), f"{profile}: exit statuses {codes}"
    print(f"profile {profile}: {', '.join(chosen)} answered and ended well")


def ask_the_cluster(program, loopback, patience=60):
    """Both executors are known to the scheduler, and the service takes a statement. Its bundled tables are small ones."""
    for port in (50050, 50052, 50054):
        command = [program, "call", "grpc.health.v1.Health/Check", "--server", f"http://127.0.0.1:{loopback.port(port)}"]
        for _ in range(patience * 5):
            said = subprocess.run(command, capture_output=True, text=True).stdout
            if '"SERVING"' in said:
                break
            time.sleep(0.2)
        else:
            raise AssertionError(f"port {port} of the cluster is not ready: {said}")
    server = f"http://127.0.0.1:{loopback.port(50051)}"
    command = [program, "sql", "SELECT count(*) AS n FROM datasets", "--output", "json", "--server", server]
    assert json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["n"] > 0


def check_kubernetes(program, has_cluster):
    kinds = list(yaml.safe_load_all((DEPLOY / "kubernetes" / "cluster.yaml").read_text()))
    names = {item["metadata"]["name"] for item in kinds if item["kind"] == "Service"}
    for item in (item for item in kinds if item["kind"] in ("Deployment", "StatefulSet")):
        pod = item["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"] != 0, item["metadata"]
        for container in pod["containers"]:
            bounds = container["securityContext"]
            assert bounds["readOnlyRootFilesystem"] and not bounds["allowPrivilegeEscalation"], container["name"]
            assert {"readinessProbe", "livenessProbe"} <= container.keys() and "memory" in container["resources"]["limits"]
            said = " ".join(container["args"] + [entry.get("value", "") for entry in container.get("env", [])])
            assert all(host in names for host in re.findall(r"df://([^:]+):", said)), said
            if has_cluster or container["args"][0] == "serve":
                known = subprocess.run([program, container["args"][0], "--help"], check=True, capture_output=True, text=True)
                flags = [argument for argument in container["args"] if argument.startswith("--")]
                assert all(flag in known.stdout for flag in flags), container["args"]
    print("the processes of deploy/kubernetes are bound, probed and known")


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(DEPLOY.parent / "target" / "debug" / "growthpole")
    commands = subprocess.run([program, "--help"], check=True, capture_output=True, text=True).stdout
    has_cluster = "query-scheduler" in commands
    check_dockerfile()
    check_kubernetes(program, has_cluster)
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    for profile in sys.argv[2:] or ["one", "workers"] + ["cluster"] * has_cluster:
        rehearse(program, profile, services)


main()
