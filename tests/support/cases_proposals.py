"""Proposals of the published cases: made of what a contact holds, approved later or too late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from identity import deciding, pipeline
from identity.resolve.proposals import Author, Proposal, StaleProposal, entity_of, extract
from identity.resolve.reading import read_all
from identity.resolve.setting import setting_of
from identity.resolve.solve import solve
from identity.said import Said
from tests.support.cases_names import to_identifier
from tests.support.cases_project import Project, ms


def _members(project: Project, identifier: str) -> set[str]:
    rows = project.read("resolve/stored_resolves_to_contacts")
    contact = next(r["entity"] for r in rows if r["identifier"] == identifier)
    return {r["identifier"] for r in rows if r["entity"] == contact}


def propose(project: Project, asked: Mapping[str, Any]) -> Proposal:
    """Propose to take an identifier out of its contact as it is now."""
    at_ms, identifier = ms(asked["at"]), to_identifier(asked["extract"])
    facts, setting = read_all(project.store), setting_of(project.config, at_ms)
    members = _members(project, identifier)
    entity = entity_of(solve(facts, setting), facts.decisions, setting, members)
    return extract(entity, identifier, Author(asked["by"], at_ms))


def approve(project: Project, proposal: Proposal, about: str, *, at_ms: int) -> str:
    """Approve a proposal about an identifier; say whether it was accepted or is stale.

    What was accepted becomes decisions.
    """
    try:
        proposal.check(_members(project, to_identifier(about)))
    except StaleProposal:
        return "stale"
    said = [Said(**row) for row in proposal.rows]
    run = pipeline.begin(project.store, project.config, as_of_ms=at_ms).seq
    deciding.write(project.store, project.config, said, run=run, shown="proposal")
    return "accepted"
