"""Questions about workspaces: whose one is that several companies use."""

from __future__ import annotations

from collections.abc import Iterator

from identity.resolve.company import workspace_places
from identity.resolve.reviews.model import Candidate, Item, item
from identity.resolve.reviews.sight import Sight


def questions(sight: Sight) -> Iterator[Item]:
    """Ask about workspaces whose users belong to several companies (E42); aliases are one item."""
    solved = sight.solved
    places = workspace_places(
        sight.facts, solved.nodes, solved.units, solved.standing, sight.setting
    )
    # workspaces that are aliases share one object: it stands for the group
    groups = {id(found): found for found in places.values() if len(found) > 1}
    for group, found in groups.items():
        workspaces = sorted(w for w, of in places.items() if id(of) == group)
        hosts = sorted(domain for _, domain in found.values())
        caption = sight.caption(sight.code(workspaces[0]))
        yield item(
            "mixed_workspace",
            workspaces,
            name=f"{caption}: {len(hosts)} companies",
            summary=(
                f"The users of {caption} are of {', '.join(h[7:] for h in hosts)}: each belongs to "
                f"the company of their own domain, the workspace to none."
            ),
            candidates=[Candidate("same", workspaces[0], host, host[7:]) for host in hosts],
        )
