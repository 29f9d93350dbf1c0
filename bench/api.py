"""Measures the HTTP service with wrk: look-ups, and resolving 1 and 100 items at once.

    python -m bench.api

Makes the sample project in a temporary folder (or takes ``--project``), serves it, and runs each
load three times after a warm-up; the figures are those of the median run. wrk runs on the same
machine, so that both share its cores. Needs wrk (``apt-get install wrk``).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from bench.common import RESULTS, machine
from identity.graph import IdentityGraph

IDENTITY = Path(sys.executable).with_name("identity")
RUNS = 3
MOST_VALUES = 1_000
LOOKUP = """
local paths = {%s}
local n = 0
request = function()
  n = n + 1
  return wrk.format("GET", paths[n %% #paths + 1])
end
"""
RESOLVE = """
local bodies = {%s}
local n = 0
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
request = function()
  n = n + 1
  return wrk.format(nil, "/v1/resolve", nil, bodies[n %% #bodies + 1])
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """A load: its name, the script of wrk, connections."""

    name: str
    script: str
    connections: int
    items: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run of wrk reached; ``server_cpu_ms``: CPU time of the service per request.

    On a machine that does other work beside, only the last says much of the service.
    """

    requests_per_s: float
    items_per_s: float
    p50_ms: float
    p99_ms: float
    server_cpu_ms: float
    faults: int


def emails(project: Path) -> list[str]:
    """Name addresses of contacts, in order."""
    with IdentityGraph.open(project) as graph:
        rows = graph.store.read("export/contacts")
    return sorted({r["primary_email"] for r in rows} - {None})[:MOST_VALUES]


def loads(addresses: list[str]) -> Iterator[Load]:
    paths = ",".join(f'"/v1/lookup?type=email&value={quote(a, safe="")}"' for a in addresses)
    yield Load("lookup", LOOKUP % paths, 32, 1)
    for count in (1, 100):
        step = max(len(addresses) // 20, 1)
        chosen = [(addresses[i * step :] + addresses)[:count] for i in range(20)]
        bodies = ",".join(f"[[{body(some)}]]" for some in chosen)
        yield Load(f"resolve_{count}", RESOLVE % bodies, 32, count)


def body(addresses: list[str]) -> str:
    items = [
        {"ref": a, "kind": "contact", "identifiers": [{"type": "email", "value": a}]}
        for a in addresses
    ]
    return json.dumps({"items": items})


@contextmanager
def served(project: Path) -> Iterator[tuple[str, int]]:
    """Serve a project; give its address and process."""
    command = [str(IDENTITY), "serve", "--project", str(project), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            match = re.search(r"http://\S+:\d+", process.stdout.readline())
            if match is None:
                raise SystemExit("the service did not start")
            yield match[0], process.pid
        finally:
            process.terminate()


def measure(server: tuple[str, int], load: Load, seconds: int) -> Figures:
    url, pid = server
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(load.script)
        script.flush()
        run = ["wrk", "-t", "1", "-c", str(load.connections), "--latency", "-s", script.name, url]
        subprocess.run([*run, "-d", "2s"], capture_output=True, check=True)
        found = []
        for _ in range(RUNS):
            before = cpu_seconds(pid)
            text = wrk([*run, "-d", f"{seconds}s"])
            found.append(figures(text, load, cpu_seconds(pid) - before))
    return sorted(found, key=lambda f: f.requests_per_s)[RUNS // 2]


def cpu_seconds(pid: int) -> float:
    """Give the CPU time a process has taken (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wrk(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def figures(text: str, load: Load, cpu_s: float) -> Figures:
    rate = float(matched(r"Requests/sec:\s+([\d.]+)", text)[1])
    count = int(matched(r"(\d+) requests in", text)[1])
    faults = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return Figures(
        requests_per_s=rate,
        items_per_s=round(rate * load.items, 1),
        p50_ms=percentile(text, 50),
        p99_ms=percentile(text, 99),
        server_cpu_ms=round(cpu_s / count * 1000, 3),
        faults=int(faults[1]) if faults else 0,
    )


def matched(pattern: str, text: str) -> re.Match[str]:
    found = re.search(pattern, text, re.MULTILINE)
    if found is None:
        raise SystemExit(f"wrk wrote no {pattern}:\n{text}")
    return found


def percentile(text: str, share: int) -> float:
    match = matched(rf"^\s+{share}%\s+([\d.]+)(us|ms|s)\s*$", text)
    return round(float(match[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[match[2]], 3)


def prepared(folder: Path) -> Path:
    project = folder / "acme"
    for arguments in (
        ["init", str(project), "--template", "acme"],
        ["run", "--project", str(project)],
    ):
        subprocess.run([str(IDENTITY), *arguments], stdout=subprocess.DEVNULL, check=True)
    return project


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--project", type=Path, help="a project that was run; default: the sample")
    parser.add_argument("--seconds", type=int, default=10, help="length of each run")
    parser.add_argument("--out", type=Path, default=RESULTS / "api.json", help="file of figures")
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing: apt-get install wrk")
    with tempfile.TemporaryDirectory(prefix="identity-bench-") as folder:
        project = given.project or prepared(Path(folder))
        addresses = emails(project)
        busy = os.getloadavg()[0]
        with served(project) as server:
            found = {load.name: measure(server, load, given.seconds) for load in loads(addresses)}
    report = {
        "machine": machine(),
        "load_average_before": round(busy, 1),
        "contacts_asked_for": len(addresses),
        "loads": {name: asdict(f) for name, f in found.items()},
    }
    text = json.dumps(report, indent=2)
    print(text)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(text + "\n")


if __name__ == "__main__":
    main()
