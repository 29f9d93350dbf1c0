"""One sample at scale 1 and one small sample, each made once; tests only read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from identity.generate import Summary, generate_acme
from tests.unit.generate.exports import Exports


@pytest.fixture(scope="session")
def summary(tmp_path_factory: pytest.TempPathFactory) -> Summary:
    return generate_acme(tmp_path_factory.mktemp("acme"))


@pytest.fixture(scope="session")
def exports(summary: Summary) -> Exports:
    return Exports(summary.out)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate_acme(tmp_path_factory.mktemp("small"), scale=0.05).out
