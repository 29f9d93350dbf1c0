"""Whole: from all facts of a graph to everything that the resolver says, by one pure function."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from identity.resolve.derive import Derived, write_out
from identity.resolve.facts import Facts
from identity.resolve.setting import Setting
from identity.resolve.solve import Solved, solve
from identity.resolve.suggest.find import suggestions


def derive(facts: Facts, setting: Setting) -> Derived:
    """Derive everything that the resolver says of the facts of a whole graph.

    Args:
        facts: all facts.
        setting: the rules, the primary CRM, the run's clock.
    """
    return solve_and_derive(facts, setting)[1]


def solve_and_derive(facts: Facts, setting: Setting) -> tuple[Solved, Derived]:
    """Do as `derive`, and give the solution with it: what the causes of changes are read off."""
    solved = solve(facts, setting)
    derived = write_out(facts, solved, setting)
    found = suggestions(facts, solved, derived, setting)
    return solved, replace(derived, reviews=pl.concat([derived.reviews, found]))
