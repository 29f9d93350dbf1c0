"""Kinds of identifiers that a project declares: configuration, ingest, and what they bind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from identity.config import Config, load
from identity.errors import ConfigError, FixInput
from identity.explain.naming import identifier_of
from identity.ingest.sources import read_all
from identity.model.facts import Claim
from tests.support.small_world import SmallWorld, ask

KINDS = {
    "ssn": {"plane": "person", "unique": True},
    "badge": {
        "plane": "person",
        "class": "observed",
        "generic": 2,
        "limits": {"soft": 1, "hard": 2},
    },
    "lei": {"plane": "company", "class": "authoritative", "unique": True, "form": "exact"},
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[SmallWorld]:
    made = SmallWorld(tmp_path / "store", primary=None, kinds=KINDS)
    yield made
    made.close()


def carries(kind: str, value: str, strength: str = "asserted") -> Claim:
    plane = str(KINDS[kind]["plane"])
    return Claim(f"SAME_{plane.upper()}", f"declared.{plane}_{strength}", f"x:{kind}:{value}")


def contact_of(world: SmallWorld, identifier: str) -> str | None:
    rows = world.store.read("resolve/stored_resolves_to_contacts_of", ids=[identifier])
    return rows[0]["entity"] if rows else None


def test_a_declared_id_joins_two_records(world: SmallWorld) -> None:
    one = world.person("1", "ann@acme.com", claims=[carries("ssn", "123456789")])
    two = world.person("2", "ann@home.com", claims=[carries("ssn", "123456789")])
    world.step()
    assert contact_of(world, one) == contact_of(world, two) is not None
    assert contact_of(world, "x:ssn:123456789") == contact_of(world, one)


def test_a_unique_id_keeps_two_apart_that_share_an_address(world: SmallWorld) -> None:
    one = world.person("1", "family@home.com", day=1, claims=[carries("ssn", "123456789")])
    two = world.person("2", "family@home.com", day=2, claims=[carries("ssn", "987654321")])
    (review,) = ask(world.step(), "unique_conflict")
    assert contact_of(world, one) != contact_of(world, two)
    assert contact_of(world, "email:family@home.com") == contact_of(world, one)
    refused = world.store.read("resolve/stored_refused")
    assert [(r["src"], r["constraint"]) for r in refused] == [(two, "unique")]
    assert "ids of one kind" in review["summary"]


def test_a_person_may_join_two_that_hold_different_ones(world: SmallWorld) -> None:
    one = world.person("1", claims=[carries("ssn", "123456789")])
    two = world.person("2", claims=[carries("ssn", "987654321")])
    world.decide("same", one, two)
    world.step()
    assert contact_of(world, one) == contact_of(world, two)


def test_one_value_on_many_records_says_nothing(world: SmallWorld) -> None:
    people = [world.person(str(n), claims=[carries("badge", "7", "observed")]) for n in range(3)]
    reviews = world.step()
    assert len({contact_of(world, p) for p in people}) == 3
    assert [r["subjects"] for r in ask(reviews, "generic")] == [["x:badge:7"]]


def test_limits_bind_observed_ids(world: SmallWorld) -> None:
    badges = [carries("badge", str(n), "observed") for n in range(1, 4)]
    one = world.person("1", claims=badges)
    (review,) = ask(world.step(), "soft_limit")
    assert "2 of kind badge" in review["summary"]
    held = [b for b in badges if contact_of(world, b.to) == contact_of(world, one)]
    refused = world.store.read("resolve/stored_refused")
    assert (len(held), [r["constraint"] for r in refused]) == (2, ["limit"])


def test_ids_of_companies(world: SmallWorld) -> None:
    one = world.record("crm:hubspot:account:1", [carries("lei", "A1", "authoritative")])
    two = world.record("crm:hubspot:account:2", [carries("lei", "A1", "authoritative")])
    world.step()
    rows = world.store.read("resolve/stored_resolves_to_companies_of", ids=[one, two])
    assert len({r["entity"] for r in rows}) == 1


def project(folder: Path, kinds: str, source: str = "") -> Path:
    text = f"project: p\nidentifier_kinds:\n{kinds}\nsources:\n{source or '  []'}\n"
    (folder / "identity.yaml").write_text(text)
    return folder


PEOPLE = """  - name: people
    system: custom
    path: people.csv
    object: {object}
    id: id
    identifiers:
      - {{kind: {kind}, column: number}}
"""


def test_values_lose_case_blanks_and_punctuation(tmp_path: Path) -> None:
    source = PEOPLE.format(object="contact", kind="ssn")
    config = load(project(tmp_path, "  ssn: {plane: person}", source))
    (tmp_path / "people.csv").write_text("id,number\n1,294-66 9999a\n2,\n")
    batch = read_all(config, run=1, as_of_ms=1_700_000_000_000)
    claims = [c.to for r in batch.records for c in r.version.claims]
    assert claims == ["x:ssn:294669999A"] == [identifier_of(config, "ssn", "294 669999-A")]


def test_an_exact_form_keeps_them(tmp_path: Path) -> None:
    source = PEOPLE.format(object="contact", kind="ssn")
    config = load(project(tmp_path, "  ssn: {plane: person, form: exact}", source))
    (tmp_path / "people.csv").write_text("id,number\n1, 294-a \n")
    (record,) = read_all(config, run=1, as_of_ms=1_700_000_000_000).records
    assert [c.to for c in record.version.claims] == ["x:ssn:294-a"]


def test_an_id_of_people_on_companies_is_refused(tmp_path: Path) -> None:
    source = PEOPLE.format(object="company", kind="ssn")
    config = load(project(tmp_path, "  ssn: {plane: person}", source))
    (tmp_path / "people.csv").write_text("id,number\n1,2\n")
    with pytest.raises(FixInput, match="of the person plane"):
        read_all(config, run=1, as_of_ms=1_700_000_000_000)


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        ("  email: {plane: person}", "is there already"),
        ("  ssn: {plane: persons}", "person"),
        ("  ssn: {plane: person, clas: observed}", "Did you mean 'class'"),
        ("  SSN: {plane: person}", "pattern"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, kinds: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load(project(tmp_path, kinds))


def test_a_column_of_an_undeclared_kind_is_a_mistake(tmp_path: Path) -> None:
    source = PEOPLE.format(object="contact", kind="snn")
    with pytest.raises(ConfigError, match="Did you mean 'ssn'"):
        load(project(tmp_path, "  ssn: {plane: person}", source))


def test_a_configuration_survives_being_written_and_read() -> None:
    config = Config.model_validate({"project": "p", "identifier_kinds": KINDS})
    assert Config.model_validate({**config.model_dump(), "folder": "."}) == config
    assert config.identifier_kinds["badge"].rule == "declared.person_observed"
