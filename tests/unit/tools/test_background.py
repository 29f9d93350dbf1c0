"""Processes that a state file remembers."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tools.background import Background, recall, remember, spawn

SLEEP = "print('ready', flush=True); time.sleep(60)"
DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"


def _sleeper(folder: Path, mark: str, first: str = "pass") -> subprocess.Popen[bytes]:
    """A process that has told that it runs: before that its command line may still be empty."""
    log = folder / "log"
    script = f"import signal, time; {first}; {SLEEP}"
    process = spawn([sys.executable, "-c", script, mark], log)
    while "ready" not in log.read_text():
        assert process.poll() is None
    return process


def test_a_remembered_process_is_recalled_and_stopped(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    process = _sleeper(tmp_path, "mark-1")
    remember(state, {"one": Background(process.pid, "mark-1", {"http": "http://here"})})
    recalled = recall(state)["one"]
    assert recalled.urls == {"http": "http://here"}
    assert recalled.stop(timeout_s=10)
    assert process.wait(10) == -signal.SIGTERM
    assert recall(state) == {}
    assert not recalled.stop()


def test_another_process_with_the_same_id_is_not_touched(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    process = _sleeper(tmp_path, "mark-2")
    stranger = Background(process.pid, "mark-of-a-process-long-gone", {})
    remember(state, {"one": stranger})
    assert recall(state) == {}
    assert not stranger.stop()
    assert process.poll() is None
    process.kill()
    process.wait(10)


def test_a_process_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    process = _sleeper(tmp_path, "mark-3", DEAF)
    assert Background(process.pid, "mark-3", {}).stop(timeout_s=0.2)
    assert process.wait(10) == -signal.SIGKILL


def test_remembering_nothing_removes_the_file(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    remember(state, {"one": Background(1, "never", {})})
    assert state.is_file()
    remember(state, {})
    assert not state.exists()
