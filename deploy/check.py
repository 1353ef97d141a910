"""Rehearses deploy/compose.yaml without a container engine: starts each profile's services as processes of this machine,
with the same commands, and asks the API a question.

Host names become loopback; ports stay. What only an engine can show (the image itself) is checked by building it.
Usage: check.py [PROGRAM]; without PROGRAM the debug build is used. Needs PyYAML.
"""

import json
import os
import pathlib
import re
import shutil
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


def on_loopback(argument, services):
    argument = argument.replace("0.0.0.0", "127.0.0.1")
    return re.sub(rf"http://({'|'.join(services)}):", "http://127.0.0.1:", argument)


def wait_until_it_answers(program, server, patience=60):
    for _ in range(patience * 5):
        asked = subprocess.run([program, *QUESTION, "--server", server], capture_output=True, text=True)
        if asked.returncode == 0:
            return json.loads(asked.stdout)
        time.sleep(0.2)
    raise AssertionError(f"{server} does not answer: {asked.stderr}")


def rehearse(program, profile, services):
    chosen = {name: service for name, service in services.items() if profile in service["profiles"]}
    with tempfile.TemporaryDirectory() as data:
        environment = {**os.environ, "GROWTHPOLE__DATA__DIRECTORY": data, "GROWTHPOLE__LOG__LEVEL": "warn"}
        processes = [
            subprocess.Popen([program, *(on_loopback(argument, services) for argument in service["command"])],
                             env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            for service in chosen.values()
        ]
        try:
            answer = wait_until_it_answers(program, "http://127.0.0.1:50051")
            last = answer["ranked"][-1]["region"]["code"]
            assert last == "210000", answer
            probe = next(service["healthcheck"] for service in chosen.values() if "healthcheck" in service)
            subprocess.run([program, *probe["test"][2:]], check=True, stdout=subprocess.DEVNULL)
        finally:
            for process in processes:
                process.terminate()
            codes = [process.wait(timeout=40) for process in processes]
        assert codes == [0] * len(codes), f"{profile}: exit statuses {codes}"
    print(f"profile {profile}: {', '.join(chosen)} answered and ended well")


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(DEPLOY.parent / "target" / "debug" / "growthpole")
    check_dockerfile()
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    for profile in ("one", "workers"):
        rehearse(program, profile, services)


main()
