"""Erasing at the command line: shown first, done on demand, lifted as an act of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Command

PROJECT = """\
project: small
primary_crm: null
sources:
  - system: custom
    name: people
    path: people.csv
    object: contact
    id: id
    identifiers: [{kind: email, column: email}]
    attributes: {name: person_name}
    updated_at: {column: at, timezone: UTC}
"""
ROWS = """\
id,name,email,at
1,Jane Roe,jane@acme.com,2026-01-01
2,Bob Baker,bob@acme.com,2026-01-01
"""


@pytest.fixture
def small(identity: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of two people, run."""
    monkeypatch.delenv("IDENTITY_ERASURE_KEY", raising=False)
    (tmp_path / "identity.yaml").write_text(PROJECT)
    (tmp_path / "people.csv").write_text(ROWS)
    assert identity("run", "--project", tmp_path, "--as-of", "2026-02-01").code == 0
    return tmp_path


def test_shown_then_done_then_lifted(identity: Command, small: Path) -> None:
    shown = identity("erase", "jane@acme.com", "--project", small)
    assert shown.code == 0
    assert "email:jane@acme.com" in shown.out
    assert "domain:acme.com  (others have it too" in shown.out
    assert identity("lookup", "email", "jane@acme.com", "--project", small).code == 0

    plan = identity("erase", "jane@acme.com", "--project", small, "-o", "json").json
    assert f"--plan-hash {plan['hash']}" in shown.out
    stale = identity("erase", "jane@acme.com", "--plan-hash", "0123", "--project", small)
    assert (stale.code, "E_PLAN_STALE" in stale.err) == (2, True)
    done = identity(
        *("erase", "jane@acme.com", "--plan-hash", plan["hash"], "--actor", "mia"),
        *("--reason", "jane@acme.com wrote to us", "--project", small),
    )
    assert done.code == 0
    assert "jane" not in done.out.replace("people.csv", "").lower()
    assert "people.csv" in done.out
    assert identity("lookup", "email", "jane@acme.com", "--project", small).code == 2
    assert "erased" in identity("lookup", "id", plan["contact"], "--project", small).out

    again = identity("erase", "jane@acme.com", "--yes", "--project", small)
    assert (again.code, "erased already (ers_000001)" in again.err) == (2, True)
    ran = identity("run", "--project", small, "-o", "json")
    assert ran.json["ingest"]["quarantined"] == 1
    quarantine = identity("quarantine", "--project", small).out
    assert "E_ERASED" in quarantine
    assert "jane" not in quarantine
    listed = identity("erasures", "--project", small, "-o", "json").json
    assert [(e["id"], e["actor"], e["reason"]) for e in listed] == [
        ("ers_000001", "mia", "erased wrote to us")
    ]
    assert "ers_000001" in identity("erasures", "--project", small).out

    lifted = identity("erase", "jane@acme.com", "--lift", "--actor", "mia", "--project", small)
    assert (lifted.code, "ers_000001" in lifted.out) == (0, True)
    assert identity("run", "--project", small, "-o", "json").json["ingest"]["quarantined"] == 0
    assert identity("lookup", "email", "jane@acme.com", "--project", small).code == 0


def test_yes_does_what_there_is_now(identity: Command, small: Path) -> None:
    done = identity("erase", "jane@acme.com", "--yes", "--project", small, "-o", "json")
    assert done.json["counts"]["records"] == 1
    assert done.json["files"] == [{"path": "people.csv", "kind": "source"}]
    changes = identity("changes", "--type", "erased", "--project", small)
    assert "nothing is left of it" in changes.out


def test_what_does_not_go_together(identity: Command, small: Path) -> None:
    assert identity("erase", "jane@acme.com", "--lift", "--yes", "--project", small).code == 2
    unknown = identity("erase", "nobody@acme.com", "--yes", "--project", small)
    assert (unknown.code, "E_NOT_FOUND" in unknown.err) == (2, True)
    assert not (small / "erasure.key").exists()
