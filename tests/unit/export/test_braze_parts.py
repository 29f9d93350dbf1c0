"""Parts of the export to Braze: text without tags, exact amounts, the ledger."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.errors import FixInput
from identity.export.braze import ledger as ledgers
from identity.export.braze.catalogs import decimal
from identity.export.braze.ledger import Ledger
from identity.export.braze.limits import clean, moment, without_tags


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("Head of <b>Sales</b>", "Head of Sales"),
        ("<script>alert(1)</script>Ann", "alert(1)Ann"),
        ("Ann <img src=x onerror=alert(1)", "Ann"),
        ("<<b>script>alert(1)</script>", "alert(1)"),
        ("<!-- a --> b", "b"),
        ("R&D, 3 < 4 > 2", "R&D, 3 < 4 > 2"),
        ("I <3 data", "I <3 data"),
        ("&lt;b&gt;", "&lt;b&gt;"),
        ("  two words ", "two words"),
    ],
)
def test_tags_go_and_all_else_stays(raw: str, plain: str) -> None:
    assert without_tags(raw) == plain


@given(st.text(alphabet="<>/!ab =\"'&;"))
def test_no_tag_can_be_put_together_again(text: str) -> None:
    assert not re.search(r"<[a-zA-Z/!?]", without_tags(text))


def test_what_is_nothing_but_tags_is_no_value() -> None:
    assert clean("<br/>") is None
    assert clean(0) == 0
    assert clean(False) is False


@pytest.mark.parametrize(
    ("minor", "digits", "text"),
    [
        (4200050, 2, "42000.50"),
        (5, 2, "0.05"),
        (-5, 2, "-0.05"),
        (1999, 0, "1999"),
        (1234, 3, "1.234"),
        (0, 2, "0.00"),
    ],
)
def test_amounts_are_written_exactly(minor: int, digits: int, text: str) -> None:
    assert decimal(minor, digits) == text


@given(st.integers(-(10**15), 10**15), st.integers(0, 4))
def test_amounts_can_be_read_back(minor: int, digits: int) -> None:
    assert Decimal(decimal(minor, digits)).scaleb(digits) == minor


@pytest.mark.parametrize("ms", [0, 1_767_225_600_000, 1_767_225_600_123])
def test_times_carry_their_offset(ms: int) -> None:
    read = datetime.fromisoformat(moment(ms))
    assert read.utcoffset() is not None
    assert round(read.timestamp() * 1000) == ms


def full_ledger() -> Ledger:
    ledger = Ledger()
    ledger.appears("con_1", "a")
    ledger.profile("a", {"email": "a@acme.com"})
    ledger.link("a", "acc1")
    ledger.alias("a", "crm_lead_id", "l1")
    ledger.merge("z", "a")
    return ledger


def test_a_ledger_is_read_as_it_was_written(tmp_path: Path) -> None:
    content = ledgers.dump(full_ledger(), "small")
    (tmp_path / ledgers.FILE).write_bytes(content)
    assert ledgers.load(tmp_path, "small") == full_ledger()
    assert ledgers.dump(ledgers.load(tmp_path, "small"), "small") == content


def test_a_folder_without_a_ledger_begins_anew(tmp_path: Path) -> None:
    assert ledgers.load(tmp_path, "small") == Ledger()


@pytest.mark.parametrize("content", [b"{", b"[]", b"{}", b'{"version":1,"project":"small"}'])
def test_a_broken_ledger_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ledgers.FILE).write_bytes(content)
    with pytest.raises(FixInput, match=r"ledger\.json"):
        ledgers.load(tmp_path, "small")


def test_the_ledger_of_another_project_is_refused(tmp_path: Path) -> None:
    (tmp_path / ledgers.FILE).write_bytes(ledgers.dump(full_ledger(), "other"))
    with pytest.raises(FixInput, match="'other'"):
        ledgers.load(tmp_path, "small")


def test_nothing_known_is_new() -> None:
    ledger = full_ledger()
    assert not ledger.link("a", "acc1")
    assert not ledger.alias("a", "crm_lead_id", "l1")
    assert not ledger.merge("z", "a")
    assert not ledger.profile("a", {"email": "a@acme.com"})
    assert ledger.link("a", "acc2")
    assert ledger.alias("a", "crm_lead_id", "l2")
    assert ledger.profile("a", {"email": "b@acme.com"})


def test_a_merge_takes_links_along_so_that_none_is_told_twice() -> None:
    ledger = full_ledger()
    assert ledger.merge("a", "b")
    assert not ledger.link("b", "acc1")
    assert ledger.link("b", "acc2")


def test_an_id_that_was_merged_away_and_lives_again_goes_out_again() -> None:
    ledger = full_ledger()
    ledger.merge("a", "b")
    ledger.appears("con_1", "a")
    assert ledger.profile("a", {"email": "a@acme.com"})
    assert ledger.alias("a", "crm_lead_id", "l1")
    assert not ledger.link("a", "acc1")
    assert ledger.merge("a", "b")
