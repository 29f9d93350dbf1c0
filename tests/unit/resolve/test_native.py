"""Compiled code: made once, kept, loaded without its compiler, and made anew where it must be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from identity.resolve.batch import native

_USE = """
import sys
import numpy as np
from identity.resolve.batch.native import call
parent, labels = np.arange(5, dtype=np.int32), np.empty(5, np.int32)
call("join", parent, np.array([4, 1], np.int32), np.array([1, 2], np.int32), 2)
assert call("label", parent, labels, 5) == 3
print(labels.tolist(), "numba" in sys.modules)
"""


def use(cache: Path) -> str:
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "LOCALAPPDATA": str(cache)}
    line = [sys.executable, "-c", _USE]
    done = subprocess.run(line, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_code_is_compiled_once_and_then_loaded_without_numba(tmp_path: Path) -> None:
    assert use(tmp_path) == "[0, 1, 1, 2, 1] True"
    (kept,) = (tmp_path / "identity-graph").iterdir()
    before = kept.stat().st_mtime_ns
    assert use(tmp_path) == "[0, 1, 1, 2, 1] False"
    assert kept.stat().st_mtime_ns == before


def test_where_nothing_can_be_kept_code_is_compiled_each_time(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert use(file) == "[0, 1, 1, 2, 1] True"


def test_a_broken_file_is_made_anew(tmp_path: Path) -> None:
    use(tmp_path)
    (kept,) = (tmp_path / "identity-graph").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2])
    assert use(tmp_path) == "[0, 1, 1, 2, 1] True"
    assert len(kept.read_bytes()) == len(whole)


@pytest.mark.parametrize("wrong", [np.zeros(3, np.int64), np.zeros(6, np.int32)[::2]])
def test_an_array_that_the_code_would_misread_is_refused(wrong: np.ndarray) -> None:
    right = np.zeros(3, np.int32)
    with pytest.raises(TypeError, match="is no int32"):
        native.call("join", right, right, wrong, 3)
