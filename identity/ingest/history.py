"""Histories: from all versions of a record that were ever read to the edges it makes.

Everything here is a pure function of the *set* of versions, so late, repeated and out-of-order
input leaves the same edges as input in order (R3). Records that a merge joins are looked at
together, because what a merged record asserted last counts as asserted by its master (R38).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    """What became of a record: alive, deleted, or merged, with the chain of its masters."""

    record: str
    deleted: bool
    masters: tuple[str, ...]
    merged_ms: int | None

    @property
    def winner(self) -> str | None:
        """Give the last of the records it was merged into."""
        return self.masters[-1] if self.masters else None

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
        for version in _restored(history.versions):
            for loser, named in _merges_of(history.record, version):
                known = into.get(loser)
                if known is None or (version.at_ms, named) < known:
                    into[loser] = (version.at_ms, named)
    result = {}
    for record, history in group.items():
        chain = _chain(record, into)
        deleted = bool(history.versions) and history.newest.deleted
        merged_ms = into[record][0] if chain else None
        result[record] = Standing(record, deleted and not chain, chain, merged_ms)
    return result


def _merges_of(record: str, version: Version) -> Iterator[tuple[str, str]]:
    for claim in version.claims:
        if claim.rule in MERGES:
            yield (claim.to, record) if claim.reverse else (record, claim.to)


def _chain(record: str, into: Mapping[str, tuple[int, str]]) -> tuple[str, ...]:
    chain, at = [record], record
    while at in into and into[at][1] not in chain:
        at = into[at][1]
        chain.append(at)
    return tuple(chain[1:])


def _restored(versions: Sequence[Version]) -> list[Version]:
    """Leave out deletions that were taken back: a restored record was never deleted (R3).

    Nor was it merged: a record that stands for itself again is an anchor again (R8, R13).
    """
    alive = max((p for p, v in enumerate(versions) if not v.deleted), default=-1)
    return [v for p, v in enumerate(versions) if p > alive or not v.deleted]


def edges(group: Mapping[str, History]) -> list[EdgeFact]:
    """Give the edges that the records of a group make; merges connect them, nothing else."""
    status = standings(group)
    found: list[EdgeFact] = []
    for _, history in sorted(group.items()):
        found.extend(_own_edges(history, status))
    return found + _inherited(group, status)


def _own_edges(history: History, status: Mapping[str, Standing]) -> Iterator[EdgeFact]:
    standing = status[history.record]
    versions = _restored(history.versions)
    created = [v.created_ms for v in history.versions if v.created_ms is not None]
    claimed = _spans(versions)
    associated = [s[0].first for claim, s in claimed.items() if claim.edge == "WORKS_AT"]
    for claim, spans in claimed.items():
        rule = EVIDENCE_RULES.get(claim.rule)
        # a record's first known association held before the record did (R41)
        since_ever = min(associated) if claim.edge == "WORKS_AT" else 0
        for span in spans:
            fact = _fact(history, claim, span, versions, since_ever)
            if claim.rule in MERGES:
                yield replace(fact, until_ms=None, withdrawn=standing.deleted)
                continue
            fact = _closed(fact, standing, status)
            if rule is not None and _is_typo(span, versions, min(created, default=None)):
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


def _fact(
    history: History, claim: Claim, span: _Span, versions: Sequence[Version], since_ever: int
) -> EdgeFact:
    """Give a stint as an edge; one that begins with version ``since_ever`` has no start."""
    first_ms = versions[span.first].at_ms
    from_ms = None if span.first == since_ever else first_ms
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


def _is_typo(span: _Span, versions: Sequence[Version], created_ms: int | None) -> bool:
    """Say whether a value was replaced or removed within a day of its appearance (R3).

    A merge or a deletion of the record is neither.
    """
    if span.end_ms is None or any(v.deleted for v in versions[span.last : span.last + 2]):
        return False
    started = versions[span.first].at_ms if span.first > 0 else created_ms
    return started is not None and 0 <= span.end_ms - started <= TYPO_MS


def _inherited(group: Mapping[str, History], status: Mapping[str, Standing]) -> list[EdgeFact]:
    """Give the evidence that merged records' last values make for their masters (R38).

    A value that a master on the chain ever said itself is that master's own matter: it says it
    still, or has dropped it. Of several losers that bring one value, the first merged brings it.
    """
    spoken = {r: {c.to for v in h.versions for c in v.claims} for r, h in group.items()}
    found: dict[tuple[str, str, str], EdgeFact] = {}
    for loser, standing in sorted(status.items(), key=lambda s: (s[1].merged_ms or 0, s[0])):
        master = standing.winner
        if master is None or master not in group:
            continue
        said = {master}.union(*(spoken.get(m, ()) for m in standing.masters))
        for claim in _last_claims(group[loser]):
            if claim.to in said:
                continue
            name = "crm.additional_email" if claim.rule in OWN_EMAIL else claim.rule
            fact = _inherited_fact(claim, name, standing, group[master])
            fact = replace(fact, withdrawn=status[master].deleted)
            found.setdefault((master, claim.to, name), fact)
    return list(found.values())


def _last_claims(loser: History) -> list[Claim]:
    alive = [v for v in loser.versions if not v.deleted] or loser.versions[-1:]
    claims = alive[-1].claims if alive else ()
    return [c for c in claims if c.rule in EVIDENCE_RULES and c.rule not in MERGES]


def _inherited_fact(claim: Claim, rule: str, standing: Standing, master: History) -> EdgeFact:
    at_ms = standing.merged_ms or 0
    return EdgeFact(
        edge=claim.edge,
        src=master.record,
        dst=claim.to,
        key=f"{rule}|{master.source}|{at_ms}",
        rule=rule,
        source=master.source,
        record=standing.record,
        observations=1,
        first_seen_ms=at_ms,
        last_seen_ms=at_ms,
        from_ms=at_ms,
        until_ms=None,
        withdrawn=False,
    )
