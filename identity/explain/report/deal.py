"""The largest won deal: who touched what before it, and what each earned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from identity.config import Config
from identity.store.base import Store

PREFERRED = ("w_shaped", "linear")
NOBODY = "No known person"


@dataclass(frozen=True, slots=True)
class Touch:
    """A session or an exposure before the deal, and its share of it."""

    at_ms: int
    kind: str
    channel: str
    campaign: str | None
    page: str | None
    people: tuple[str, ...]
    milestones: tuple[str, ...]
    value_minor: int


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the company who was active before the deal."""

    name: str
    job_title: str | None
    role: str | None
    sessions: int
    value_minor: float


@dataclass(frozen=True, slots=True)
class Deal:
    """A won deal with its journey, by one attribution model."""

    stage: str
    name: str
    company: str
    at_ms: int
    value_minor: int
    model: str
    touches: tuple[Touch, ...]
    members: tuple[Member, ...]


def read_deal(store: Store, config: Config, kind: str) -> Deal | None:
    """Read the deal of the highest value; None where no stage of the kind has one."""
    rows = store.read("explain/report_deal", stage_kind=kind)
    if not rows:
        return None
    row = rows[0]
    known = config.attribution.models
    model = next((m for m in PREFERRED if m in known), known[0] if known else "")
    credit = {
        c["session"]: c["value_minor"]
        for c in store.read("analyst/stage_credit", stage=row["stage"], model=model)
    }
    touches = [
        _touch(step, credit.get(step["session"]) or 0)
        for step in store.read("analyst/stage_journey", stage=row["stage"])
    ]
    return Deal(
        stage=row["stage"],
        name=row["name"] or row["stage"],
        company=row["company_name"] or "",
        at_ms=row["at_ms"],
        value_minor=row["value_minor"],
        model=model,
        touches=tuple(touches),
        members=tuple(_members(store, row, kind, model)),
    )


def _touch(step: dict[str, Any], value_minor: int) -> Touch:
    return Touch(
        at_ms=step["at_ms"],
        kind=step["kind"],
        channel=step["channel"] or "(not set)",
        campaign=step["campaign"],
        page=step["landing_path"],
        people=tuple(name or NOBODY for name in step["people"]),
        milestones=tuple(step["milestones"]),
        value_minor=value_minor,
    )


def _members(store: Store, row: dict[str, Any], kind: str, model: str) -> list[Member]:
    if row["company"] is None:
        return []
    found = store.read(
        "analyst/buying_committee", company=row["company"], stage_kind=kind, model=model
    )
    return [
        Member(
            name=member["name"] or member["contact"],
            job_title=member["job_title"],
            role=member["role"],
            sessions=member["sessions"],
            value_minor=member["value_minor"],
        )
        for member in found
        if member["stage"] == row["stage"]
    ]
