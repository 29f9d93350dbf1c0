"""Why rows of the change feed are there (R29): the causes in published stories.

Each story is played as it is published; then one of its changes is looked up and its cause must
name what a reader of the story would name.
"""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from identity.store.embedded import EmbeddedStore
from identity.store.migrate import migrate
from tests.support.cases import load, paths
from tests.support.cases_names import to_identifier
from tests.support.cases_play import play

pytestmark = pytest.mark.small_frames

CASES = {path.name.partition("_")[0].upper(): path for path in paths()}
MADE_BY_A_PERSON = {"actor": "eva", "decision": True}

WANTED: list[tuple[str, str, str, dict[str, Any]]] = [
    ("E12", "company created", "crm", {"rule": "R13", "record": "salesforce:account:A1"}),
    ("E12", "company created", "domain", {"rule": "R14", "record": "salesforce:lead:L2"}),
    (
        "E12",
        "company merged",
        "",
        {"rule": "account.additional_domain", "record": "salesforce:account:A1"},
    ),
    ("E03", "company merged", "", {"rule": "crm.merge_company"}),
    ("E91", "contact merged", "", {"rule": "decision.same_person", **MADE_BY_A_PERSON}),
    ("E91", "contact split", "", {"record": "hubspot:contact:7", "source": "hubspot"}),
    ("E86", "contact split", "", {"record": "hubspot:contact:7", "source": "hubspot"}),
    ("E86", "contact identifier.removed", "home-address", {"record": "hubspot:contact:7"}),
    ("E87", "contact split", "", MADE_BY_A_PERSON),
    ("E87", "refused", "", {"constraint": "cannot_link", **MADE_BY_A_PERSON}),
    ("E87", "decided", "", MADE_BY_A_PERSON),
    ("E54", "contact retired", "", {"record": "salesforce:contact:C2"}),
    (
        "E59",
        "contact identifier.added",
        "archer",
        {"rule": "crm.primary_email", "rule_version": 1, "record": "salesforce:contact:C1"},
    ),
    ("E59", "contact primary.changed", "", {"rule": "R30", "record": "salesforce:contact:C1"}),
    (
        "E71",
        "contact membership.changed",
        "",
        {"rule": "R17", "via": "crm", "record": "salesforce:contact:C1", "source": "salesforce"},
    ),
    ("E92", "refused", "", {"constraint": "limit", "rule": "web.identify"}),
    ("E32", "contact membership.changed", "", {"rules": True, "via": "domain"}),
]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """The change feed of every story that is asked about."""
    found = {}
    for case in sorted({case for case, *_ in WANTED}):
        folder = tmp_path_factory.mktemp(case)
        store = EmbeddedStore(folder / "store")
        try:
            migrate(store)
            play(load(CASES[case]).steps, folder / "project", store, way="one load", seed=1)
            found[case] = store.read("explain/changes_after", seq=0)
        finally:
            store.close()
    return found


@pytest.mark.parametrize(("case", "change", "hint", "wanted"), WANTED)
def test_a_change_says_why(
    played: dict[str, list[dict[str, Any]]],
    case: str,
    change: str,
    hint: str,
    wanted: dict[str, Any],
) -> None:
    rows = [r for r in played[case] if _name(r) == change]
    rows = [r for r in rows if hint in f"{r['before']}{r['after']}"]
    causes = [orjson.loads(r["cause"]) for r in rows]
    assert causes, f"no {change} in {sorted({_name(r) for r in played[case]})}"
    assert any(_fits(cause, wanted) for cause in causes), causes
    assert all(cause["run"] == row["run"] for cause, row in zip(causes, rows, strict=True))


def _name(row: dict[str, Any]) -> str:
    kind = {"con": "contact ", "com": "company "}.get(row["subject"].partition("_")[0], "")
    return f"{kind}{row['change']}"


def _fits(cause: dict[str, Any], wanted: dict[str, Any]) -> bool:
    for name, value in wanted.items():
        if value is True:
            fits = bool(cause.get(name))
        elif name == "record":
            fits = cause.get(name) == to_identifier(value)
        else:
            fits = cause.get(name) == value
        if not fits:
            return False
    return True
