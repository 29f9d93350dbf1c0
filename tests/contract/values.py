"""Parameters for every query that reads, taken from the graph itself.

A query that looks a node up by ``{id: $x}`` runs for many ids of that label; some queries have
cases of their own; else a value holds for a parameter of its name in any query. Canonical ids are
given as names (`tests.support.canonical`), for each store has its own. A query with a new parameter
fails with the place to add a value for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from identity.store import queries
from identity.store.base import Store
from tests.support.canonical import Names

Params = dict[str, Any]
EVER = {"from_month": "0000", "to_month": "9999"}
FUNNEL = ["mql", "sql", "opportunity", "won"]
LOOKED_UP = re.compile(r":(\w+) \{id: \$(\w+)\}")


@dataclass(frozen=True, slots=True)
class Values:
    """Values by parameter name, and whole cases by query."""

    by_name: Params = field(default_factory=dict)
    by_query: Mapping[str, list[Params]] = field(default_factory=dict)

    def cases(self, name: str) -> list[Params]:
        """Give the parameters to run a query with, several times where that matters."""
        wanted = queries.load(name).params
        cases = self.by_query.get(name, [{}])
        filled = [{**{k: v for k, v in self.by_name.items() if k in wanted}, **c} for c in cases]
        for case in filled:
            missing = sorted(set(wanted) - set(case))
            assert not missing, f"add values for {missing} of {name} to {__name__}"
        return filled


def of_graph(store: Store) -> Values:
    """Take values from a graph."""
    tables = dict(store.export())
    names = Names.of(store)
    identifiers = tables["Identifier"]
    ids = [i for t in tables.values() if "id" in t.columns for i in t["id"].to_list()]
    richest = _richest(tables)
    by_name: Params = {
        **EVER,
        "ids": names.named(ids),
        "bases": identifiers["base"].drop_nulls().unique().sort().to_list(),
        "components": identifiers["component"].drop_nulls().unique().sort().to_list(),
        "files": tables["Quarantine"]["file"].drop_nulls().unique().sort().to_list(),
        "names": tables["Event"]["event_name"].drop_nulls().unique().sort().to_list(),
        "objects": identifiers["object"].drop_nulls().unique().sort().to_list(),
        "accounts": [*_accounts(identifiers), "domain:nobody-knows.example"],
        "seq": 1,
        "since": 0,
        "limit": 20,
        "source": "salesforce",
        "stage": richest,
        "stage_kind": "opportunity",
        "won_kind": "won",
        "from_kind": "opportunity",
        "to_kind": "won",
        "model": "linear",
        "dim": "channel",
        "channel": "Direct",
        "channels": ["Paid Search", "Paid Social", "Email", "Display"],
        "path": "/pricing",
        "days": 30,
        "exposures": True,
        "without": ["Product"],
        "not_touches": ["Direct", "Product"],
        "quiet_since_ms": 1_780_000_000_000,
        "kinds": FUNNEL,
        "min_sessions": 2,
        "margin": 0.8,
        "value_months": 12,
        "n": 20,
        "run_a": 2,
        "run_b": 3,
        "needles": ["ops", "email:a", "/pricing", "value", "e-mail"],
        "subjects": names.named(tables["Contact"]["id"].sort().to_list()),
        "gone": identifiers["id"].sort().to_list(),
        "events": [],
        "consents": [],
        "decisions": [],
    }
    return Values(by_name, _cases(tables, names))


def _richest(tables: Mapping[str, pl.DataFrame]) -> str:
    """Give the stage with the longest journey."""
    lengths = tables["Session-IN_JOURNEY-Stage"].group_by("end_id").len()
    return str(lengths.sort("len", "end_id", descending=True)["end_id"][0])


def _accounts(identifiers: pl.DataFrame) -> list[str]:
    accounts = identifiers.filter(pl.col("object") == "account")["id"].sort().to_list()
    domains = identifiers.filter(pl.col("kind") == "domain")["id"].sort().to_list()
    return [*accounts, *domains]


def _cases(tables: Mapping[str, pl.DataFrame], names: Names) -> dict[str, list[Params]]:
    dims = ("channel", "source", "campaign", "landing", "content", "country")
    kinds = [{"stage_kind": kind} for kind in FUNNEL]
    levels = [{"level": level} for level in ("campaign", "source", "channel")]
    short = [{**x, "from_month": "2025-01", "to_month": "2025-02"} for x in levels]
    by_query: dict[str, list[Params]] = {
        "ingest/associations": [{"rows": _keys(tables)}],
        "ingest/pair_observations": [{"rows": _pairs(tables)}],
        "analyst/credit_by": [{"dim": dim} for dim in dims],
        "analyst/model_compare": [{"dim": dim} for dim in dims],
        "analyst/roi_by": [
            {"dim": dim, "mode": mode}
            for dim in ("channel", "source", "campaign")
            for mode in ("simple", "realised")
        ],
        "analyst/spend_without_sessions": [*levels, *short],
        "analyst/sessions_without_spend": [*levels, *short],
        "analyst/exposure_influence": [{"channel": "Display", **k} for k in kinds],
        "analyst/merged_company_effect": _domains(tables),
        "resolve/company_ids": [{"kinds": ["domain"]}],
        "explain/changes_of": [{"id": names.named(i)} for i in _some_ids(tables, "Contact")],
        "erase/pair_events": [{"rows": _ends(tables)[:20]}],
        "erase/pair_evidence": [{"rows": _ends(tables)}],
        "resolve/identifiers_with_key": [
            {
                parameter: _values(tables["Identifier"], column)
                for parameter, column in (
                    ("names", "name_key"),
                    ("births", "birth_key"),
                    ("addresses", "address_key"),
                    ("mailboxes", "mailbox_key"),
                )
            }
        ],
        "resolve/stored_reviews_in": [{"blocks": _values(tables["Review"], "block")}],
    }
    for name in queries.names():
        query = queries.load(name)
        if name in by_query or query.writes:
            continue
        for label, param in LOOKED_UP.findall(query.text):
            by_query[name] = [{param: names.named(i)} for i in _some_ids(tables, label)]
        if name not in by_query and "stage_kind" in query.params:
            by_query[name] = kinds
    return by_query


def _some_ids(tables: Mapping[str, pl.DataFrame], label: str) -> list[str]:
    """Give ids of a label, evenly spread; of identifiers also all that reached a stage."""
    ids = tables[label]["id"].sort().to_list()
    spread = ids[:: max(1, len(ids) // 200)]
    reached = tables["Stage-OF-Identifier"]["end_id"].to_list() if label == "Identifier" else []
    return sorted({*spread, *reached})


def _values(table: pl.DataFrame, column: str) -> list[str]:
    return table[column].drop_nulls().unique().sort().to_list()


def _domains(tables: Mapping[str, pl.DataFrame]) -> list[Params]:
    """Give pairs of domains that decisions joined, and pairs of one company."""
    said = tables["Decision"].filter(pl.col("left").str.starts_with("domain:"))
    held = tables["Identifier-RESOLVES_TO-Company"].filter(
        pl.col("start_id").str.starts_with("domain:")
    )
    pairs = held.join(held, on="end_id").filter(pl.col("start_id") < pl.col("start_id_right"))
    found = [*said.select("left", "right").rows(), *pairs.select("start_id", "^.*_right$").rows()]
    return [{"old": row[0], "new": row[1]} for row in sorted(found)]


def _keys(tables: Mapping[str, pl.DataFrame]) -> list[Params]:
    edges = ("WORKS_AT", "HAS_CONTACT", "FOR_ACCOUNT")
    found = pl.concat(
        [tables[f"Identifier-{edge}-Identifier"].select("start_id", "key") for edge in edges]
    )
    return [{"src": src, "key": key} for src, key in found.unique().sort("start_id", "key").rows()]


def _pairs(tables: Mapping[str, pl.DataFrame]) -> list[Params]:
    """Give pairs of identifiers of one event, as the ingest stage asks for them."""
    carried = tables["Event-BY-Identifier"].select("start_id", a="end_id")
    events = tables["Event"].select(start_id="id", source="source", nature="nature")
    pairs = (
        carried.join(carried.rename({"a": "b"}), on="start_id")
        .filter(pl.col("a") < pl.col("b"))
        .join(events, on="start_id")
        .select("a", "b", "source", alias=(pl.col("nature") == "alias").fill_null(False))
    )
    return list(pairs.unique().sort(pl.all()).iter_rows(named=True))


def _ends(tables: Mapping[str, pl.DataFrame]) -> list[Params]:
    """Give pairs of identifiers of one event, in both directions."""
    pairs = {(p["a"], p["b"]) for p in _pairs(tables)}
    return [{"a": a, "b": b} for a, b in sorted(pairs | {(b, a) for a, b in pairs})]
