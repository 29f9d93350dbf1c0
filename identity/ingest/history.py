"""Histories: from all versions of a record that were ever read to the edges it makes.

Everything here is a pure function of the *set* of versions, so late, repeated and out-of-order
input leaves the same edges as input in order (R3). Records that a merge joins are looked at
together, because what a merged record asserted last counts as asserted by its master (R38).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from identity.model.evidence import EVIDENCE_RULES, MERGES, OWN_EMAIL
from identity.model.facts import Claim, EdgeFact, History, Version

TYPO_MS = 24 * 3_600_000
"""A value replaced within a day of its appearance was a typo (R3)."""


def load(record: str, source: str, kind: str, packed: str | None) -> History:
    """Unpack a history from the text kept on its record."""
    versions = [_unpack(row) for row in orjson.loads(packed)] if packed else []
    return History(record, source, kind, versions)


def dump(history: History) -> str:
    """Pack a history into text."""
    return orjson.dumps([_pack(v) for v in history.versions]).decode()


def _pack(version: Version) -> list[Any]:
    return [
        version.at_ms,
        version.digest,
        version.run,
        [c.as_list() for c in version.claims],
        version.attributes,
        version.deleted,
        version.merged_into,
        version.created_ms,
    ]


def _unpack(row: list[Any]) -> Version:
    at_ms, digest, run, claims, attributes, deleted, merged_into, created_ms = row
    kept = tuple(Claim(*claim) for claim in claims)
    return Version(at_ms, digest, run, kept, attributes, deleted, merged_into, created_ms)


def add(history: History, version: Version) -> str:
    """Add a version; say whether it was applied, unchanged or superseded.

    A version whose source gives no time (its digest starts with ``~``) is unchanged if it says what
    the newest one says.
    """
    timeless = version.digest.startswith("~")
    against = history.versions[-1:] if timeless else history.versions
    if any(v.digest == version.digest and (timeless or v.at_ms == version.at_ms) for v in against):
        return "unchanged"
    history.versions.append(version)
    history.versions.sort(key=lambda v: (v.at_ms, v.digest))
    return "applied" if history.newest is version else "superseded"


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of a record: alive, merged into another (the last of the chain), or deleted."""

    record: str
    deleted: bool
    winner: str | None
    merged_ms: int | None

    @property
    def live(self) -> bool:
        """Say whether the record stands for itself."""
        return not self.deleted and self.winner is None


def standings(group: Mapping[str, History]) -> dict[str, Standing]:
    """Say what became of each record of a group that merges connect.

    A record is merged if it says so itself, or if a merge list of another one names it (R39); the
    merge lists of records that were merged later still count.
    """
    into: dict[str, tuple[int, str]] = {}
    for history in group.values():
        for version in history.versions:
            for loser, named in _merges_of(history.record, version):
                known = into.get(loser)
                if known is None or (version.at_ms, named) < known:
                    into[loser] = (version.at_ms, named)
    result = {}
    for record, history in group.items():
        winner = _end_of_chain(record, into)
        deleted = bool(history.versions) and _restored(history.versions)[-1].deleted
        merged_ms = into[record][0] if winner is not None else None
        result[record] = Standing(record, deleted and winner is None, winner, merged_ms)
    return result


def _merges_of(record: str, version: Version) -> Iterator[tuple[str, str]]:
    for claim in version.claims:
        if claim.rule in MERGES:
            yield (claim.to, record) if claim.reverse else (record, claim.to)


def _end_of_chain(record: str, into: Mapping[str, tuple[int, str]]) -> str | None:
    seen, at = {record}, record
    while at in into and into[at][1] not in seen:
        at = into[at][1]
        seen.add(at)
    return at if at != record else None


def _restored(versions: Sequence[Version]) -> list[Version]:
    """Leave out deletions that were taken back: a restored record was never deleted (R3)."""
    kept = []
    for position, version in enumerate(versions):
        later_alive = any(not v.deleted for v in versions[position + 1 :])
        if not (version.deleted and version.merged_into is None and later_alive):
            kept.append(version)
    return kept


def edges(group: Mapping[str, History]) -> list[EdgeFact]:
    """Give the edges that the records of a group make; merges connect them, nothing else."""
    status = standings(group)
    found: list[EdgeFact] = []
    for _, history in sorted(group.items()):
        found.extend(_own_edges(history, status))
    for record, history in sorted(group.items()):
        standing = status[record]
        if standing.winner is not None and standing.winner in group:
            found.extend(_inherited(history, standing, group[standing.winner], found))
    return found


def _own_edges(history: History, status: Mapping[str, Standing]) -> Iterator[EdgeFact]:
    standing = status[history.record]
    versions = _restored(history.versions)
    for claim, spans in _spans(versions).items():
        rule = EVIDENCE_RULES.get(claim.rule)
        for span in spans:
            fact = _fact(history, claim, span, versions)
            if claim.rule in MERGES:
                yield replace(fact, until_ms=None, withdrawn=standing.deleted)
                continue
            fact = _closed(fact, standing, status)
            if rule is not None and _is_typo(span, versions):
                fact = replace(fact, withdrawn=True)
            yield fact


@dataclass(frozen=True, slots=True)
class _Span:
    first: int
    last: int
    end_ms: int | None


def _spans(versions: Sequence[Version]) -> dict[Claim, list[_Span]]:
    """Give, for each thing a record ever said, the stints of versions in which it said so.

    A deleting version asserts nothing, but what it carries was said before it, if it is all there
    is: exports of deleted rows keep their last values.
    """
    found: dict[tuple[str, str, str, bool], tuple[Claim, list[_Span]]] = {}
    for position, version in enumerate(versions):
        claims = version.claims
        if version.deleted and position > 0:
            claims = tuple(c for c in claims if c.rule in MERGES)
        for claim in claims:
            key = (claim.edge, claim.rule, claim.to, claim.reverse)
            _, spans = found.setdefault(key, (claim, []))
            following = versions[position + 1] if position + 1 < len(versions) else None
            end_ms = following.at_ms if following is not None else None
            if version.deleted and claim.rule not in MERGES:
                end_ms = version.at_ms
            if spans and spans[-1].last == position - 1:
                spans[-1] = _Span(spans[-1].first, position, end_ms)
            else:
                spans.append(_Span(position, position, end_ms))
            found[key] = (claim, spans)
    return {claim: spans for claim, spans in found.values()}


def _fact(history: History, claim: Claim, span: _Span, versions: Sequence[Version]) -> EdgeFact:
    first_ms = versions[span.first].at_ms
    from_ms = None if span.first == 0 else first_ms
    src, dst = (claim.to, history.record) if claim.reverse else (history.record, claim.to)
    stint = "" if from_ms is None else str(from_ms)
    role = claim.role or ""
    return EdgeFact(
        edge=claim.edge,
        src=src,
        dst=dst,
        key=f"{claim.rule or role}|{history.source}|{stint}",
        rule=claim.rule,
        source=history.source,
        record=history.record,
        observations=span.last - span.first + 1,
        first_seen_ms=claim.at_ms if claim.at_ms is not None else first_ms,
        last_seen_ms=versions[span.last].at_ms,
        from_ms=from_ms,
        until_ms=span.end_ms,
        withdrawn=False,
        primary=claim.primary,
        role=claim.role,
    )


def _closed(fact: EdgeFact, standing: Standing, status: Mapping[str, Standing]) -> EdgeFact:
    """End or withdraw a record's edge where the record itself is merged or deleted (R3, R38)."""
    if standing.deleted:
        return replace(fact, withdrawn=True)
    if standing.winner is None:
        return fact
    master = status.get(standing.winner)
    if master is not None and master.deleted:
        return replace(fact, withdrawn=True)
    ended = standing.merged_ms if fact.until_ms is None else fact.until_ms
    return replace(fact, until_ms=ended)


def _is_typo(span: _Span, versions: Sequence[Version]) -> bool:
    if span.end_ms is None or versions[span.last].deleted:
        return False
    if span.first > 0:
        started: int | None = versions[span.first].at_ms
    else:
        started = versions[0].created_ms
    return started is not None and 0 <= span.end_ms - started <= TYPO_MS


def _inherited(
    loser: History, standing: Standing, master: History, known: Iterable[EdgeFact]
) -> Iterator[EdgeFact]:
    """Give the evidence that a merged record's last values make for its master (R38)."""
    said = {c.to for v in master.versions for c in v.claims}
    said |= {f.dst for f in known if f.src == master.record and f.edge.startswith("SAME_")}
    alive = [v for v in loser.versions if not v.deleted] or loser.versions[-1:]
    for claim in alive[-1].claims if alive else ():
        rule = EVIDENCE_RULES.get(claim.rule)
        if rule is None or claim.rule in MERGES or claim.to in said or claim.to == master.record:
            continue
        name = "crm.additional_email" if claim.rule in OWN_EMAIL else claim.rule
        at_ms = standing.merged_ms or alive[-1].at_ms
        yield EdgeFact(
            edge=claim.edge,
            src=master.record,
            dst=claim.to,
            key=f"{name}|{master.source}|{at_ms}",
            rule=name,
            source=master.source,
            record=loser.record,
            observations=1,
            first_seen_ms=at_ms,
            last_seen_ms=at_ms,
            from_ms=at_ms,
            until_ms=None,
            withdrawn=master.newest.deleted,
        )
