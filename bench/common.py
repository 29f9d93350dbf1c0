"""What every benchmark shares: running a command as a whole process, facts of the machine, JSON."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

RESULTS = Path(__file__).parent / "results"

T = TypeVar("T")


def apart(work: Callable[..., T], *arguments: object) -> T:
    """Do work in a process of its own.

    A measured process starts as a copy of this one and its peak memory counts from there, so what
    takes memory is not done here.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command: wall and CPU seconds, peak memory in MB."""

    wall_s: float
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured thing: the median of its runs, and their spread."""

    name: str
    runs: int
    wall_s: float
    wall_min_s: float
    wall_max_s: float
    cpu_s: float
    peak_mb: float


def run(command: Sequence[str], *, env: dict[str, str] | None = None) -> Run:
    """Run a command to its end and measure the whole process.

    Raises:
        SystemExit: the command failed; its output is shown.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **(env or {})},
        text=True,
    )
    output = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{output}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000)


def measure(name: str, command: Sequence[str], *, runs: int = 3, warm: bool = True) -> Figure:
    """Measure a command: one run to warm the file cache, then the median of some."""
    if warm:
        run(command)
    found = [run(command) for _ in range(runs)]
    walls = [f.wall_s for f in found]
    figure = Figure(
        name,
        runs,
        round(statistics.median(walls), 3),
        round(min(walls), 3),
        round(max(walls), 3),
        round(statistics.median(f.cpu_s for f in found), 3),
        round(statistics.median(f.peak_mb for f in found)),
    )
    print(f"{name:44} {figure.wall_s:8.2f} s  cpu {figure.cpu_s:8.2f} s  {figure.peak_mb:8,.0f} MB")
    return figure


def machine() -> dict[str, object]:
    """Say what machine and what version of the code this is."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    return {
        "commit": commit,
        "python": platform.python_version(),
        "system": platform.system(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 1),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def save(name: str, figures: Sequence[Figure], **more: object) -> Path:
    """Write figures as JSON."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    data = {"machine": machine(), "figures": [asdict(f) for f in figures], **more}
    path.write_text(json.dumps(data, indent=2) + "\n")
    return path
