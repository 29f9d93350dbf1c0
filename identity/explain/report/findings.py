"""Findings: everything that the report shows, read from the graph in one go.

Each figure is the answer of a named query, so that whoever doubts one can ask for it alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from identity.config import Config
from identity.explain.report.deal import Deal, read_deal
from identity.explain.report.picture import Picture, read_picture
from identity.store.base import Store

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reached:
    """A kind of stage: how many were reached, their value, and the share of the kind before it."""

    kind: str
    stages: int
    value_minor: int
    before: int | None

    @property
    def conversion(self) -> float | None:
        """How many of the kind before it there are for one of this."""
        return self.stages / self.before if self.before else None


@dataclass(frozen=True, slots=True)
class Credit:
    """The credit for a kind of stage: by channel (the largest first) and model, minor units."""

    kind: str
    models: tuple[str, ...]
    channels: tuple[str, ...]
    value: dict[tuple[str, str], int]
    total: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Stages and values by kind and month, cost by month."""

    months: tuple[str, ...]
    stages: dict[str, list[int]]
    value: dict[str, list[int]]
    cost: list[int]


@dataclass(frozen=True, slots=True)
class Findings:
    """What the report shows.

    ``totals``: contacts, companies, refused; ``kinds``: companies by kind; ``funnel``: kinds of
    stages up to the one that marks a won deal, ``endings`` those after it.
    """

    project: str
    primary_crm: str | None
    currency: str
    run: int
    as_of_ms: int
    totals: Row
    kinds: list[Row]
    refused: list[Row]
    quarantine: list[Row]
    reviews: list[Row]
    funnel: list[Reached]
    endings: list[Reached]
    credit: Credit | None
    trend: Trend
    deal: Deal | None
    picture: Picture | None


def read_findings(store: Store, config: Config) -> Findings:
    """Read what the report shows."""
    last = store.read("store/last_run")
    kinds = list(config.journeys.stages)
    won = _won(config)
    by_kind = {k: store.read("analyst/stage_count_trend", stage_kind=k) for k in kinds}
    reached = _reached(kinds, by_kind)
    cut = kinds.index(won) + 1 if won is not None else len(kinds)
    return Findings(
        project=config.project,
        primary_crm=config.primary_crm,
        currency=config.attribution.currency.base,
        run=last[0]["seq"] if last else 0,
        as_of_ms=last[0]["as_of_ms"] if last else 0,
        totals=store.read("store/totals")[0],
        kinds=store.read("store/company_kinds"),
        refused=store.read("explain/report_refused"),
        quarantine=store.read("explain/report_quarantine"),
        reviews=store.read("explain/report_reviews"),
        funnel=reached[:cut],
        endings=reached[cut:],
        credit=_credit(store, config, won) if won is not None else None,
        trend=_trend(store, by_kind),
        deal=read_deal(store, config, won) if won is not None else None,
        picture=read_picture(store),
    )


def _won(config: Config) -> str | None:
    """Give the stage that marks a won deal, else the last one that has a value."""
    stages = config.journeys.stages
    marked = [name for name, stage in stages.items() if stage.milestone == "CW"]
    valued = [name for name, stage in stages.items() if stage.value is not None]
    found = marked or valued[-1:]
    return found[0] if found else None


def _reached(kinds: list[str], by_kind: dict[str, list[Row]]) -> list[Reached]:
    found: list[Reached] = []
    for kind in kinds:
        rows = by_kind[kind]
        stages = sum(row["stages"] for row in rows)
        value = sum(row["value_minor"] for row in rows)
        found.append(Reached(kind, stages, value, found[-1].stages if found else None))
    return found


def _credit(store: Store, config: Config, kind: str) -> Credit | None:
    value: dict[tuple[str, str], int] = {}
    for row in store.read("analyst/model_compare", dim="channel", stage_kind=kind):
        value[row["bucket"], row["model"]] = row["value_minor"]
    if not value:
        return None
    models = tuple(m for m in config.attribution.models if any(k[1] == m for k in value))
    sums: dict[str, int] = {}
    for (channel, _), minor in value.items():
        sums[channel] = sums.get(channel, 0) + minor
    channels = tuple(sorted(sums, key=lambda c: (c == "unattributed", -sums[c], c)))
    total = store.read("analyst/sum_check", stage_kind=kind, model=models[0])
    return Credit(kind, models, channels, value, sum(row["value_minor"] for row in total))


def _trend(store: Store, by_kind: dict[str, list[Row]]) -> Trend:
    cost = {row["month"]: row["cost_minor"] for row in store.read("explain/report_cost")}
    known = {row["month"] for rows in by_kind.values() for row in rows} | set(cost)
    months = _every_month(min(known), max(known)) if known else []
    stages, value = {}, {}
    for kind, rows in by_kind.items():
        given = {row["month"]: row for row in rows}
        stages[kind] = [given[m]["stages"] if m in given else 0 for m in months]
        value[kind] = [given[m]["value_minor"] if m in given else 0 for m in months]
    return Trend(tuple(months), stages, value, [cost.get(m, 0) for m in months])


def _every_month(first: str, last: str) -> list[str]:
    """Give all months from one to another, so that a gap shows as one."""
    start, end = (int(m[:4]) * 12 + int(m[5:]) - 1 for m in (first, last))
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(start, end + 1)]
