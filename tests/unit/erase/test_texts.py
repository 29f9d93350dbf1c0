"""What is taken out of texts, and what a tombstone leaves."""

from __future__ import annotations

import re

import orjson
import pytest

from identity.erase.scrub import Eraser, needles
from identity.model.schema import SCHEMA
from identity.model.suppression import Gone, Key, Span, left_of, without_addresses
from identity.store import queries

ANN = Gone({"email:ann@acme.com": (Span(),), "email:o'neil@acme.com": (Span(),)})


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("write to ann@acme.com.", "write to erased."),
        ("Ann@ACME.com", "erased"),
        ("/unsubscribe?email=ann%40acme.com&x=1", "/unsubscribe?email=erased&x=1"),
        ("mailto:ann@acme.com", "mailto:erased"),
        ("e%3Dann%40acme.com", "e%3Derased"),
        ("o'neil@acme.com", "erased"),
        ("joann@acme.com, ann@acme.com.au", "joann@acme.com, ann@acme.com.au"),
        ("ann at acme.com", "ann at acme.com"),
    ],
)
def test_addresses_in_free_text(text: str, left: str) -> None:
    assert without_addresses(text, ANN) == left
    key = Key(b"k" * 32)
    hashed = Gone({key.digest(i): spans for i, spans in ANN.spans.items()}, key)
    assert without_addresses(text, hashed) == left


def test_identifiers_in_data_are_found_whole() -> None:
    eraser = Eraser.of(ANN, ["email:ann@acme.com", "user:app:10"], ["dec_1"])
    before = {
        "identifiers": ["email:ann@acme.com", "email:ann@acme.com.au", "email:joann@acme.com"],
        "stage": "stg_mql:user:app:10:1",
        "others": ["user:app:101", "dec_12"],
        "decision": "dec_1",
        "n": 10,
    }
    after = orjson.loads(eraser.data(orjson.dumps(before).decode()) or "")
    assert after == {
        **before,
        "identifiers": ["erased", *before["identifiers"][1:]],
        "stage": "erased",
        "decision": "erased",
    }


def test_needles_cover_what_is_escaped() -> None:
    found = needles(["email:ann+x@acme.com", 'user:app:a"b'])
    assert {"ann+x@acme.com", "ann%2bx%40acme.com", 'user:app:a\\"b'} <= set(found)


def test_an_event_is_its_strongest_identifiers() -> None:
    carried = ("anon:web:1", "domain:acme.com", "email:ann@acme.com")
    assert left_of(carried, ANN, None) is None
    assert left_of((*carried, "user:app:7"), ANN, None) == (*carried[:2], "user:app:7")
    assert left_of(carried[:2], ANN, None) == carried[:2]


def test_an_address_of_a_time() -> None:
    lent = Gone({"email:ann@acme.com": (Span(None, 100),)})
    assert [lent.covers("email:ann@acme.com", at) for at in (99, 100, None)] == [True, False, False]


@pytest.mark.parametrize("label", ["Contact", "Company"])
def test_a_tombstone_sets_every_property(label: str) -> None:
    text = queries.load(f"erase/tombstone_{label.lower()}").text
    kept = {"id", "minted_seq", "live_since"}
    assert set(re.findall(r"e\.(\w+) =", text)) == set(SCHEMA.node_properties(label)) - kept
