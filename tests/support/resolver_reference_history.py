"""From all versions of records, events and pairs to what they say (R2, R3, R38, R39, R41)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from identity.model.evidence import MERGES, OWN_EMAIL
from identity.model.facts import Claim, IncomingEdge, Version
from tests.support.resolver_reference_model import Known, Node, Rules, Said, node

DAY_MS = 86_400_000
STAR = ("user", "email", "phone", "anonymous")


class Records:
    """Every record with its versions in order, and what became of it."""

    def __init__(self, known: Known) -> None:
        self.source = {r: s for r, (s, _) in known.records.items()}
        self.object = {r: o for r, (_, o) in known.records.items()}
        self.versions = {
            r: restored(sorted(v.values(), key=_order)) for r, v in known.versions.items()
        }
        self.created = {
            r: min((x.created_ms for x in v.values() if x.created_ms is not None), default=None)
            for r, v in known.versions.items()
        }
        self.spoken = {
            r: {c.to for x in v.values() for c in x.claims} for r, v in known.versions.items()
        }
        self.merged: dict[str, tuple[int, str]] = {}
        for record, versions in self.versions.items():
            for version in versions:
                for claim in version.claims:
                    if claim.rule in MERGES:
                        loser, master = (claim.to, record) if claim.reverse else (record, claim.to)
                        found = (version.at_ms, master)
                        self.merged[loser] = min(found, self.merged.get(loser, found))

    def masters(self, record: str) -> list[str]:
        """The chain of records it was merged into, to the last one."""
        chain = [record]
        while chain[-1] in self.merged and self.merged[chain[-1]][1] not in chain:
            chain.append(self.merged[chain[-1]][1])
        return chain[1:]

    def gone(self, record: str) -> bool:
        """Deleted at the source, and not by a merge."""
        versions = self.versions.get(record)
        return bool(versions) and versions[-1].deleted and not self.masters(record)

    def live(self, record: str) -> bool:
        return record in self.versions and not self.gone(record) and not self.masters(record)


def _order(version: Version) -> tuple[int, str]:
    return version.at_ms, version.digest


def restored(versions: list[Version]) -> list[Version]:
    """R3: a restored record is treated as never deleted."""
    last = max((i for i, v in enumerate(versions) if not v.deleted), default=-1)
    return [v for i, v in enumerate(versions) if i > last or not v.deleted]


def claims_of(version: Version, first: bool) -> list[Claim]:
    """A deletion says nothing any more, unless it is all there is."""
    if version.deleted and not first:
        return [c for c in version.claims if c.rule in MERGES]
    return list(version.claims)


def said_by_records(records: Records) -> list[Said]:
    result: list[Said] = []
    for record in records.versions:
        result += own(records, record)
    return result + inherited(records)


def own(records: Records, record: str) -> list[Said]:
    """R3, R41: a stint is a run of versions that say the same thing."""
    versions = records.versions[record]
    first_association = min(
        (i for i, v in enumerate(versions) for c in claims_of(v, i == 0) if c.edge == "WORKS_AT"),
        default=None,
    )
    result = []
    things = {_thing(c): c for i, v in enumerate(versions) for c in claims_of(v, i == 0)}
    for thing in things:
        saying = [
            next((c for c in claims_of(v, i == 0) if _thing(c) == thing), None)
            for i, v in enumerate(versions)
        ]
        for start, end in _runs([c is not None for c in saying]):
            claim = saying[start]
            assert claim is not None
            begins_all = start == (first_association if claim.edge == "WORKS_AT" else 0)
            result.append(_stint(records, record, claim, (start, end), begins_all))
    return result


def _thing(claim: Claim) -> tuple[str, str, str, bool]:
    return claim.edge, claim.rule, claim.to, claim.reverse


def _runs(flags: list[bool]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for i, flag in enumerate(flags):
        if flag and runs and runs[-1][1] == i - 1:
            runs[-1] = (runs[-1][0], i)
        elif flag:
            runs.append((i, i))
    return runs


def _stint(
    records: Records, record: str, claim: Claim, run: tuple[int, int], begins_all: bool
) -> Said:
    versions = records.versions[record]
    start, end = run
    started = versions[start].at_ms
    until = versions[end + 1].at_ms if end + 1 < len(versions) else None
    if versions[end].deleted:
        until = versions[end].at_ms
    removed_by_deletion = end + 1 < len(versions) and versions[end + 1].deleted
    src, dst = (claim.to, record) if claim.reverse else (record, claim.to)
    said = Said(
        edge=claim.edge,
        src=src,
        dst=dst,
        rule=claim.rule,
        source=records.source[record],
        record=record,
        first_seen_ms=started if claim.at_ms is None else claim.at_ms,
        from_ms=None if begins_all else started,
        until_ms=until,
        primary=bool(claim.primary),
    )
    if claim.rule in MERGES:
        return replace(said, until_ms=None, withdrawn=records.gone(record))
    if records.gone(record):
        return replace(said, withdrawn=True)
    masters = records.masters(record)
    if masters:
        said = replace(
            said,
            until_ms=records.merged[record][0] if until is None else until,
            withdrawn=records.gone(masters[-1]),
        )
    # R3: gone within a day of its appearance, where something shows when it appeared
    appeared = started if start > 0 else records.created[record]
    if (
        claim.rule
        and until is not None
        and appeared is not None
        and 0 <= until - appeared <= DAY_MS
        and not versions[end].deleted
        and not removed_by_deletion
    ):
        return replace(said, withdrawn=True)
    return said


def inherited(records: Records) -> list[Said]:
    """R38: what a merged record asserted last counts as asserted by its master."""
    found: dict[tuple[str, str, str, str], Said] = {}
    for loser in records.versions:
        masters = records.masters(loser)
        if not masters or masters[-1] not in records.versions:
            continue
        master = masters[-1]
        spoken = set().union(*(records.spoken.get(m, set()) for m in masters))
        versions = records.versions[loser]
        last = [v for v in versions if not v.deleted] or versions
        for claim in last[-1].claims:
            if not claim.rule or claim.rule in MERGES or claim.to in spoken | {master}:
                continue
            merged_ms = records.merged[loser][0]
            rule = "crm.additional_email" if claim.rule in OWN_EMAIL else claim.rule
            said = Said(
                edge=claim.edge,
                src=master,
                dst=claim.to,
                rule=rule,
                source=records.source[master],
                record=loser,
                first_seen_ms=merged_ms,
                from_ms=merged_ms,
                until_ms=None,
                withdrawn=records.gone(master),
            )
            key = (said.edge, said.src, said.dst, said.rule)
            before = found.get(key)
            if before is None or merged_ms < before.first_seen_ms:
                found[key] = said
    return list(found.values())


def said_by_pairs(known: Known) -> list[Said]:
    """Tables of pairs: the newest row of a key holds."""
    result = []
    for rows in known.pairs.values():
        newest = max(rows, key=pair_order)
        result.append(
            Said(
                edge=newest.edge,
                src=newest.src,
                dst=newest.dst,
                rule="",
                source=newest.source,
                record=newest.record,
                first_seen_ms=newest.at_ms,
                from_ms=None,
                until_ms=None,
                withdrawn=newest.deleted,
                primary=bool(newest.primary),
            )
        )
    return result


def pair_order(row: IncomingEdge) -> tuple[object, ...]:
    return row.at_ms, row.deleted, row.dst, bool(row.primary), row.role or ""


def said_by_events(known: Known) -> list[Said]:
    """R2: the strongest identifier of an activity is the centre of a star."""
    seen: dict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    for event in known.events.values():
        kinds = {i: node(i).parsed.kind for edge, i in event.links if edge == "BY"}
        carried = sorted(
            (i for i, kind in kinds.items() if kind in STAR),
            key=lambda i: (STAR.index(kinds[i]), i),
        )
        rule = "web.alias" if event.values["nature"] == "alias" else "web.identify"
        for other in carried[1:]:
            key = (carried[0], other, rule, str(event.values["source"]))
            seen[key].append(int(event.values["at_ms"]))
    return [
        Said("SAME_PERSON", a, b, rule, source, "", min(times), None, None, last_seen_ms=max(times))
        for (a, b, rule, source), times in seen.items()
    ]


def nodes(known: Known, said: list[Said], records: Records) -> dict[str, Node]:
    """Every identifier that anything mentions, with the hosts of all e-mails."""
    mentioned = set(records.versions) | {s.src for s in said} | {s.dst for s in said}
    mentioned |= {i for e in known.events.values() for _, i in e.links}
    for decision in known.decisions.values():
        mentioned |= {str(decision[k]) for k in ("left", "right") if decision[k] is not None}
    mentioned |= {f"domain:{i.rpartition('@')[2]}" for i in mentioned if i.startswith("email:")}
    found = {i: node(i) for i in mentioned}
    for record in records.versions:
        at = found[record]
        at.source, at.object = records.source[record], records.object[record]
        at.live = records.live(record)
        at.name = _name(records.versions[record])
    _note_events(known, found)
    return found


def _name(versions: list[Version]) -> str | None:
    told = [v for v in versions if not v.deleted] or versions
    attributes = told[-1].attributes
    parts = [str(attributes[k]) for k in ("first_name", "last_name") if k in attributes]
    name = str(attributes.get("person_name") or " ".join(parts)).casefold()
    return name or None


def _note_events(known: Known, found: dict[str, Node]) -> None:
    """R15, E41: a domain counts as seen only where no identifier of a person was seen with it."""
    for event in known.events.values():
        personal = any(found[i].plane == "person" for _, i in event.links)
        for edge, i in event.links:
            if i.startswith("domain:") and personal:
                continue
            found[i].active |= edge == "BY"
            found[i].exposed |= edge == "TOWARDS"


def all_said(known: Known, rules: Rules) -> tuple[list[Said], Records]:
    records = Records(known)
    said = said_by_records(records) + said_by_pairs(known) + said_by_events(known)
    return said, records
