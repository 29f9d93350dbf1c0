"""What a generator reports back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Summary:
    """The folder that was written, the seed, and how many rows of each kind it holds."""

    out: Path
    seed: int
    counts: Mapping[str, int]
