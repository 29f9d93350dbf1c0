"""Questions about domains: whose they are, and what is odd about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from identity.model.evidence import DOMAIN_CLAIMS
from identity.model.identifiers import Plane
from identity.resolve import founding
from identity.resolve.plane import OUTSIDE
from identity.resolve.reviews.confusables import imitated, imitated_domain
from identity.resolve.reviews.model import Candidate, Item, item
from identity.resolve.reviews.ranking import Grounds, candidates, rank
from identity.resolve.reviews.sight import Sight

Ranked = Mapping[str, list[tuple[str, Grounds]]]
MARKED = "marked"


def questions(sight: Sight) -> Iterator[Item]:
    """Ask all questions about domains."""
    ambiguous = _ambiguous(sight)
    ranked = rank(sight, _claimants(sight, ambiguous), _hosts(sight, ambiguous))
    yield from _ambiguous_domains(ambiguous, ranked, sight)
    yield from _linked_on_ambiguous(ambiguous, ranked, sight)
    yield from _secondary_claimants(sight)
    yield from _overlapping_claims(sight)
    yield from _parent_child(sight)
    yield from _hosted_sites(sight)
    yield from _confusables(sight)


def _unit(sight: Sight, host: str) -> str:
    return sight.solved.units.of.get(host, host)


def _ambiguous(sight: Sight) -> dict[str, str]:
    """Give the ambiguous units with the identifier that stands for each; marked ones are settled.

    That is the unit's own domain, else its smallest host.
    """
    rows = sight.solved.standing.frame.filter(
        (pl.col("standing") == "ambiguous") & (pl.col("reason") != MARKED)
    )
    found: dict[str, str] = {}
    for code in rows["code"].sort().to_list():
        identifier = sight.id(code)
        unit = _unit(sight, identifier[7:])
        if unit not in found or identifier == f"domain:{unit}":
            found[unit] = identifier
    return found


def _claimants(sight: Sight, ambiguous: Mapping[str, str]) -> dict[str, list[str]]:
    """Give who may be meant: the unit's claimants, else those of the hosts beside it (R16)."""
    units = sight.solved.units
    found: dict[str, list[str]] = {}
    beside: dict[str, set[str]] = {}
    for unit, accounts in units.claimants.items():
        beside.setdefault(_base(sight, unit), set()).update(accounts)
    for unit in ambiguous:
        claiming = units.claimants.get(unit) or beside.get(_base(sight, unit), set())
        found[unit] = sorted(claiming)
    return found


def _base(sight: Sight, unit: str) -> str:
    return sight.setting.classifier.classify(unit).base


def _hosts(sight: Sight, ambiguous: Mapping[str, str]) -> dict[str, str]:
    return {f"domain:{h}": u for h, u in sight.solved.units.of.items() if u in ambiguous}


def _ambiguous_domains(
    ambiguous: Mapping[str, str], ranked: Ranked, sight: Sight
) -> Iterator[Item]:
    for unit, identifier in sorted(ambiguous.items()):
        claiming = ranked.get(unit, [])
        answers = candidates(sight, claiming, identifier)
        names = ", ".join(c.name for c in answers)
        yield item(
            "ambiguous_domain",
            [identifier, *(a for a, _ in claiming)],
            name=f"{unit}: {len(claiming)} accounts",
            summary=(
                f"{len(claiming)} accounts claim {unit}: {names}. Most likely: {answers[0].name}."
                if answers
                else f"Nobody's claim on {unit} stands by itself."
            ),
            candidates=[*answers, Candidate("mark_shared", identifier)],
        )


def _linked_on_ambiguous(
    ambiguous: Mapping[str, str], ranked: Ranked, sight: Sight
) -> Iterator[Item]:
    """Ask which account the companies of other systems are that claim an ambiguous domain (E09)."""
    linked = founding.KINDS.index("linked")
    cluster = sight.cluster(Plane.COMPANY)
    claiming: dict[str, set[int]] = {}
    for src, dst in _refused_claims(sight, "ambiguous").select("src", "dst").iter_rows():
        unit, code = _unit(sight, dst[7:]), sight.code(src)
        label = int(cluster[code])
        if unit in ambiguous and label != OUTSIDE and sight.solved.kinds[label] == linked:
            claiming.setdefault(unit, set()).add(code)
    for unit, codes in sorted(claiming.items()):
        accounts = sight.ids(codes)
        best = candidates(sight, ranked.get(unit, []), ambiguous[unit])
        answers = [
            Candidate("same", account, b.left, b.name, b.grounds)
            for account in accounts
            for b in best
        ]
        names = ", ".join(sight.caption(c) for c in sorted(codes))
        yield item(
            "linked_on_ambiguous",
            [ambiguous[unit], *accounts],
            name=f"{names} on {unit}",
            summary=f"{names} claims {unit}, which {len(best)} accounts claim: which one is it?",
            candidates=answers,
        )


def _refused_claims(sight: Sight, constraint: str) -> pl.DataFrame:
    refused = sight.solved.companies.refused
    live = sight.live.select(src="id")
    return refused.filter(
        (pl.col("constraint") == constraint)
        & pl.col("rule").is_in(list(DOMAIN_CLAIMS))
        & ~pl.col("ended")
    ).join(live, on="src", how="semi")


def _secondary_claimants(sight: Sight) -> Iterator[Item]:
    """Ask about companies of one secondary system that a domain makes one."""
    primary = sight.setting.primary
    claims = sight.claims.filter(pl.col("source") != (primary or ""))
    several = (
        claims.group_by("unit", "source")
        .agg(accounts=pl.col("src").unique().sort(), host=pl.col("dst").min())
        .filter(pl.col("accounts").list.len() > 1)
        .sort("unit", "source")
    )
    cluster = sight.cluster(Plane.COMPANY)
    crm = founding.KINDS.index("crm")
    for unit, source, accounts, host in several.iter_rows():
        if sight.solved.units.claimants.get(unit) or _all_answered(sight, accounts):
            continue
        labels = {int(cluster[sight.code(a)]) for a in accounts}
        if len(labels) > 1 or OUTSIDE in labels or sight.solved.kinds[labels.pop()] == crm:
            continue
        names = [sight.caption(sight.code(a)) for a in accounts]
        yield item(
            "secondary_claimants",
            [host, *accounts],
            name=f"{unit}: {len(accounts)} companies of {source}",
            summary=f"{', '.join(names)} of {source} all claim {unit} and count as one company.",
            candidates=[
                Candidate(action, accounts[0], other, sight.caption(sight.code(other)))
                for other in accounts[1:]
                for action in ("same", "different")
            ],
        )


def _all_answered(sight: Sight, accounts: list[str]) -> bool:
    return all(sight.answered(accounts[0], other) for other in accounts[1:])


def _overlapping_claims(sight: Sight) -> Iterator[Item]:
    """Ask whose a domain was while two claimed it (E28)."""
    claims = sight.claims
    for unit, accounts in sorted(sight.solved.domain_tenures.overlapping.items()):
        present = claims.filter(pl.col("unit") == unit)["src"].unique().sort().to_list()
        names = [sight.caption(sight.code(a)) for a in accounts]
        owners = [sight.caption(sight.code(a)) for a in present]
        yield item(
            "overlapping_claims",
            [_host_of(sight, unit), *accounts, *present],
            name=f"{unit}: claims overlap",
            summary=(
                f"{', '.join(names)} gave {unit} up only after {', '.join(owners)} had claimed it; "
                f"the time before belongs to the former."
            ),
            candidates=[
                Candidate("fix_source", account, f"domain:{unit}", name)
                for account, name in zip(accounts, names, strict=True)
            ],
        )


def _host_of(sight: Sight, unit: str) -> str:
    if sight.code(f"domain:{unit}") >= 0:
        return f"domain:{unit}"
    return min(f"domain:{h}" for h, u in sight.solved.units.of.items() if u == unit)


def _parent_child(sight: Sight) -> Iterator[Item]:
    """Ask about accounts on different hosts of one domain that no hierarchy connects (E16)."""
    units = sight.solved.units.claimants
    by_base: dict[str, dict[str, list[str]]] = {}
    for unit, accounts in units.items():
        if len(accounts) == 1:
            by_base.setdefault(_base(sight, unit), {})[unit] = sorted(accounts)
    hierarchy = sight.live_relations.filter(pl.col("edge") == "PARENT_OF")
    related = {frozenset(pair) for pair in hierarchy.select("src", "dst").iter_rows()}
    for base, parts in sorted(by_base.items()):
        if base not in parts or len(parts) < 2:
            continue
        parent = parts[base][0]
        children = {
            u: a[0]
            for u, a in sorted(parts.items())
            if u != base and a[0] != parent and frozenset((parent, a[0])) not in related
        }
        if not children:
            continue
        names = ", ".join(f"{sight.caption(sight.code(a))} ({u})" for u, a in children.items())
        owner = sight.caption(sight.code(parent))
        yield item(
            "parent_child",
            [parent, *children.values()],
            name=f"{base}: {len(children)} below {owner}",
            summary=f"{names} lie below {base} of {owner}, but no hierarchy says so.",
            candidates=[
                Candidate("fix_source", parent, a, sight.caption(sight.code(a)), {"host": u})
                for u, a in children.items()
            ],
        )


def _hosted_sites(sight: Sight) -> Iterator[Item]:
    """Ask for the domain of accounts whose web site lies at a host of many (E24)."""
    rows = _refused_claims(sight, "hosted_site").group_by("src").agg(pl.col("dst").unique().sort())
    for account, hosts in rows.sort("src").iter_rows():
        name = sight.caption(sight.code(account))
        yield item(
            "hosted_site",
            [account],
            name=f"{name}: {hosts[0][7:]}",
            summary=f"The web site of {name} lies at {hosts[0][7:]}, where many have theirs.",
            candidates=[Candidate("fix_source", account, h, h[7:]) for h in hosts],
        )


def _confusables(sight: Sight) -> Iterator[Item]:
    """Ask about domains and addresses written with letters that look like others (E27)."""
    name = pl.col("id")
    odd = name.str.contains("xn--", literal=True) | name.str.contains(r"[^\x00-\x7f]")
    chosen = sight.solved.nodes.frame.filter(pl.col("kind").is_in(["domain", "email"]) & odd)
    seen: set[str] = set()
    for identifier in chosen["id"].to_list():
        kind, _, value = identifier.partition(":")
        if kind == "domain":
            unit = _unit(sight, value)
            plain = imitated_domain(value) if unit not in seen else None
            seen.add(unit)
        else:
            local, _, host = value.partition("@")
            plain = imitated(local)
            plain = f"{plain}@{host}" if plain is not None else None
        if plain is None or sight.answered(identifier, f"{kind}:{plain}"):
            continue
        yield item(
            "confusable",
            [identifier],
            name=f"{value} looks like {plain}",
            summary=f"{value} is not {plain}: it is written with letters of another alphabet.",
            candidates=[
                Candidate(action, identifier, f"{kind}:{plain}", plain)
                for action in ("same", "different")
            ],
        )
