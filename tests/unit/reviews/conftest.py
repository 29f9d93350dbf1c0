"""A small world on a store of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.small_world import SmallWorld


@pytest.fixture
def world(tmp_path: Path) -> Iterator[SmallWorld]:
    """A world whose primary CRM is Salesforce."""
    made = SmallWorld(tmp_path / "store")
    yield made
    made.close()
