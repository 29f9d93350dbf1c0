"""Names of companies: their cores, slips of the pen, and finding names that are alike."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.resolve.suggest.company_names import core_of, cores_of
from identity.resolve.suggest.spelling import near
from identity.resolve.suggest.token_index import ALIKE, index_of, search


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("Müller & Söhne G.m.b.H. & Co. KG", "muller and sohne"),
        ("Limited Brands, Inc.", "limited brands"),
        ("AG Consulting", "ag consulting"),
        ("J.G.M. de Groot B.V.", "jgm de groot"),
        ("株式会社トヨタ", "トヨタ"),
        ("Kim A/S", "kim"),
        ("D'esquire Pty. Ltd.", "desquire"),
        ("Ltd", "ltd"),
        ("Ltda. S.A. de C.V.", "ltda"),
        ("Foo Sp. z o.o.", "foo"),
        ("Marks and Spencer & Co", "marks and spencer"),
        ("Straße und Ölkännchen", "strasse und olkannchen"),
        ("  ", None),
        ("!!!", None),
    ],
)
def test_core(name: str, core: str | None) -> None:
    assert core_of(name) == core


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=20))
def test_cores_of_many_are_those_of_each_and_stay_as_they_are(names: list[str]) -> None:
    cores = cores_of(pl.Series(names, dtype=pl.String)).to_list()
    assert cores == [core_of(n) for n in names]
    assert all(c is None or c.strip() == c != "" for c in cores)


def slips(word: str) -> set[str]:
    """All words one slip off: the textbook definition, one word at a time."""
    letters = "abc"
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    dropped = {a + b[1:] for a, b in cuts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    replaced = {a + x + b[1:] for a, b in cuts if b for x in letters}
    added = {a + x + b for a, b in cuts for x in letters}
    return dropped | swapped | replaced | added


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.text("abc", min_size=5, max_size=8), min_size=1, max_size=6, unique=True),
    st.lists(st.text("abc", min_size=5, max_size=8), min_size=1, max_size=6, unique=True),
)
def test_every_slip_is_found(wanted: list[str], known: list[str]) -> None:
    pairs = near(pl.Series(wanted), pl.Series(known))
    found = {(wanted[a], known[b]) for a, b in pairs.iter_rows()}
    for one in wanted:
        for two in known:
            if two == one or two in slips(one):
                assert (one, two) in found
    # what else is found is two slips off at most: one letter deleted on both sides
    for one, two in found:
        deleted = {one[:i] + one[i + 1 :] for i in range(len(one))} | {one}
        other = {two[:i] + two[i + 1 :] for i in range(len(two))} | {two}
        assert deleted & other


REGISTER = [
    "Acme Widgets GmbH",
    "Acme Holding AG",
    "Van Berkel Investments B.V.",
    "Van Herpen Investments B.V.",
    "Northwind Traders",
    "Contoso Pharmaceuticals",
    "Kusha Systems",
    *(f"Filler{n} Services Ltd" for n in range(400)),
]


def best(query: str) -> tuple[str, float]:
    found = search(index_of(pl.Series(REGISTER)), pl.Series([query]))
    if found.is_empty():
        return "", 0.0
    row = found.sort("score", descending=True).row(0, named=True)
    return REGISTER[row["name"]], row["score"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("ACME WIDGETS, Inc.", "Acme Widgets GmbH"),
        ("Widgets Acme", "Acme Widgets GmbH"),
        ("Acmewidgets", "Acme Widgets GmbH"),
        ("North Wind Traders", "Northwind Traders"),
        ("Northwnid Traders Corp", "Northwind Traders"),
        ("Contoso Pharmaceutcals", "Contoso Pharmaceuticals"),
        ("Filler17 Servcies", "Filler17 Services Ltd"),
    ],
)
def test_a_name_written_anew_is_found(query: str, name: str) -> None:
    found, score = best(query)
    assert found == name
    assert score >= ALIKE


@pytest.mark.parametrize("query", ["Van Dam Investments", "Kasha Sisters", "Services Ltd"])
def test_a_name_that_only_looks_like_others_is_not_taken_for_one(query: str) -> None:
    _, score = best(query)
    assert score < ALIKE
