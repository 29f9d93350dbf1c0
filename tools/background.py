"""Processes that outlive the command that started them, remembered in a small state file.

A remembered process counts as running only while its command line still holds the words it was
started with: a process id alone may have been given to another program since.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Background:
    """A running process: its id, a word of its command line that is its own, where it answers."""

    pid: int
    mark: str
    urls: dict[str, str]

    def alive(self) -> bool:
        """True while this very process runs."""
        return self.mark in command_line(self.pid)

    def stop(self, *, timeout_s: float = 60.0) -> bool:
        """Ask the process to end and wait; kill it after ``timeout_s``. False: it was not there."""
        if not self.alive():
            return False
        os.kill(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + timeout_s
        while self.alive():
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
            time.sleep(0.05)
        return True


def command_line(pid: int) -> str:
    """The command line of a process, empty when there is none (or only its dead entry)."""
    proc = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self").exists():
        try:
            return proc.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def spawn(command: Sequence[str], log: Path, *, cwd: Path | None = None) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, its output appended to ``log``."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        return subprocess.Popen(
            command,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def remember(state: Path, processes: dict[str, Background]) -> None:
    """Write the state file; an empty mapping removes it."""
    if processes:
        state.write_text(json.dumps({name: asdict(p) for name, p in processes.items()}, indent=1))
    else:
        state.unlink(missing_ok=True)


def recall(state: Path) -> dict[str, Background]:
    """The processes of a state file that still run."""
    if not state.is_file():
        return {}
    known = {name: Background(**row) for name, row in json.loads(state.read_text()).items()}
    return {name: process for name, process in known.items() if process.alive()}
