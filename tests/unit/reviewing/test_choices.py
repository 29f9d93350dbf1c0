"""Possible answers: their names, what they decide, and what only a source can make true."""

from __future__ import annotations

from typing import Any

import pytest

from identity.errors import FixInput
from identity.reviewing.choices import Choice, choices, choose

ANN, BOB, CY = "email:ann@acme.com", "email:bob@acme.com", "email:cy@acme.com"
A1, A2, DOMAIN = "crm:sf:account:1", "crm:sf:account:2", "domain:acme.com"
GUESS = {"question": "same_person", "method": "probabilistic"}
FACT = {"question": "ambiguous_domain", "method": "deterministic"}


def candidate(action: str, left: str, right: str | None = None, **grounds: Any) -> dict[str, Any]:
    return {"action": action, "left": left, "right": right, "grounds": grounds}


def keys(found: list[Choice]) -> list[str]:
    return [c.key for c in found]


def test_a_suggested_pair_may_be_one_or_not() -> None:
    found = choices(GUESS, [candidate("same", ANN, BOB, score=0.7)], str)
    assert keys(found) == ["same", "different", "unsure"]
    assert [c.decisions for c in found] == [
        (("same", ANN, BOB),),
        (("different", ANN, BOB),),
        (("unsure", ANN, BOB),),
    ]
    assert [dict(c.grounds) for c in found] == [{"score": 0.7}, {}, {}]


def test_several_pairs_are_answered_alike_or_one_by_one() -> None:
    given = [candidate("same", ANN, BOB), candidate("same", ANN, CY), candidate("same", BOB, CY)]
    found = choices(GUESS, given, str)
    assert keys(found) == [
        "same",
        "different",
        f"same:{ANN}={BOB}",
        f"same:{ANN}={CY}",
        f"same:{BOB}={CY}",
        f"different:{ANN}={BOB}",
        f"different:{ANN}={CY}",
        f"different:{BOB}={CY}",
        "unsure",
    ]
    assert len(choose(found, "different", review="rev").decisions) == 3
    assert choose(found, f"same:{BOB}={CY}", review="rev").decisions == (("same", BOB, CY),)


def test_keys_do_not_depend_on_the_order_of_candidates() -> None:
    given = [candidate("same", A1, DOMAIN), candidate("same", A1, "domain:acme.de")]
    fact = {"question": "mixed_workspace", "method": "deterministic"}
    one, two = choices(fact, given, str), choices(fact, given[::-1], str)
    assert sorted(keys(one)) == sorted(keys(two))
    assert {c.key: c.decisions for c in one if c.key != "unsure"} == {
        c.key: c.decisions for c in two if c.key != "unsure"
    }


def test_what_only_a_source_can_make_true_cannot_be_answered_here() -> None:
    given = [
        candidate("fix_source", A1, DOMAIN),
        candidate("fix_source", A2, DOMAIN),
        candidate("mark_shared", DOMAIN),
    ]
    found = choices(FACT, given, str)
    assert keys(found) == [f"fix_source:{A1}", f"fix_source:{A2}", "mark_shared", "unsure"]
    assert [c.claims for c in found] == [((A2, DOMAIN),), ((A1, DOMAIN),), (), ()]
    with pytest.raises(FixInput, match="only the system of record"):
        choose(found, f"fix_source:{A1}", review="rev")
    assert choose(found, "mark_shared", review="rev").decisions == (("mark_shared", DOMAIN, None),)


def test_an_answer_that_is_none_names_those_there_are() -> None:
    found = choices(FACT, [candidate("mark_shared", DOMAIN)], str)
    with pytest.raises(FixInput, match=r"'yes' is no answer to rev_1\. Answers: mark_shared\."):
        choose(found, "yes", review="rev_1")


def test_without_a_pair_nobody_can_be_unsure() -> None:
    assert choices({"question": "generic", "method": "deterministic"}, [], str) == []
