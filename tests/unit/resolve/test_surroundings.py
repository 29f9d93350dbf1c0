"""What lies around a part was derived before: it says nothing about what is in the part."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.small_world import SmallWorld, partial_only

ACCOUNT = "crm:hubspot:account:1"


def test_a_mailbox_outside_does_not_keep_the_company_of_a_deleted_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    partial_only(monkeypatch)
    world = SmallWorld(tmp_path)
    world.user("dee", "dee@uk.acme.com")
    world.lead("7", "ann@beta.com", more=["noreply@uk.acme.com"])
    world.step()
    world.account("1", "www.acme.com", source="hubspot")
    world.step()
    before = _company(world, "email:noreply@uk.acme.com")
    assert before == _company(world, ACCOUNT)
    world.account("1", "www.acme.com", source="hubspot", day=1, deleted=True)
    world.event("email:dee@uk.acme.com", day=1)
    world.user("ann", "ann@beta.com")  # the lead is looked at, its mailbox is not
    world.step()
    # the domain is a company still, by who signs in with its addresses; the account is none
    assert _company(world, "domain:uk.acme.com") == before
    assert _company(world, "email:noreply@uk.acme.com") == before
    assert _company(world, ACCOUNT) is None
    world.close()


def _company(world: SmallWorld, identifier: str) -> str | None:
    (row,) = world.store.read("resolve/company_view", ids=[identifier])
    company: str | None = row["company"]
    return company
