"""Questions about contacts: duplicates in a CRM, addresses of two, devices of several."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from identity.model.evidence import EMAIL_CLAIMS
from identity.model.identifiers import Plane
from identity.resolve.graphs import components
from identity.resolve.plane import OUTSIDE
from identity.resolve.reviews.model import Candidate, Item, item
from identity.resolve.reviews.sight import Sight

CONFLICT_WORDS = {"user_id": "ids of one product", "unique": "ids of one kind"}


def questions(sight: Sight) -> Iterator[Item]:
    """Ask all questions about contacts."""
    yield from _duplicates(sight)
    yield from _addresses_of_two(sight)
    yield from _unverified_merges(sight)
    yield from _shared_devices(sight)
    yield from _unique_conflicts(sight)


def _duplicates(sight: Sight) -> Iterator[Item]:
    """Ask about several live records of one system and kind in one contact (R8, R40, E49, E50)."""
    cluster = sight.cluster(Plane.PERSON)
    converted = sight.live_evidence.filter(pl.col("rule") == "crm.conversion").select(id="src")
    records = sight.live.filter(pl.col("object").is_in(["contact", "lead"]))
    records = records.join(converted, on="id", how="anti")
    records = records.with_columns(label=pl.Series(cluster[records["code"].to_numpy()]))
    times = sight.facts.records.select("id", "created_ms", "at_ms")
    several = (
        records.filter(pl.col("label") != OUTSIDE)
        .join(times, on="id", how="left")
        .sort("created_ms", "id")
        .group_by("label", "source", "object", maintain_order=True)
        .agg("id", pl.struct("created_ms", "at_ms").alias("times"))
        .filter(pl.col("id").list.len() > 1)
        .sort("label", "source", "object")
    )
    for _, source, kind, oldest, known in several.iter_rows():
        first, *others = sorted(oldest)
        if all(sight.answered(first, other) for other in others):
            continue
        question = "duplicate_secondary"
        if kind == "lead":
            question = "duplicate_leads"
        elif source == sight.setting.primary:
            question = "duplicate_in_crm"
        grounds = {
            i: {k: ms for k, ms in said.items() if ms is not None}
            for i, said in zip(oldest, known, strict=True)
        }
        yield _duplicate(sight, question, source, kind, grounds)


def _duplicate(
    sight: Sight, question: str, source: str, kind: str, grounds: dict[str, dict[str, int]]
) -> Item:
    """Ask about records, given the oldest first, each with when it was made and changed."""
    oldest, ids = list(grounds), sorted(grounds)
    names = {i: sight.caption(sight.code(i)) for i in ids}
    merge = [
        Candidate("fix_source", oldest[0], other, names[other], grounds[other])
        for other in oldest[1:]
    ]
    return item(
        question,
        ids,
        name=f"{names[oldest[0]]}: {len(ids)} {kind}s of {source}",
        summary=(
            f"{len(ids)} {kind}s of {source} are one contact: {', '.join(names[i] for i in ids)}. "
            f"Merge them there, or say that they are different people."
        ),
        candidates=[
            *merge,
            *(Candidate("different", oldest[0], other, names[other]) for other in oldest[1:]),
        ],
    )


def _addresses_of_two(sight: Sight) -> Iterator[Item]:
    """Ask whose an address is that records of different contacts carry (R8)."""
    refused = sight.solved.people.refused.filter(
        pl.col("rule").is_in(list(EMAIL_CLAIMS))
        & (pl.col("constraint") == "anchor")
        & ~pl.col("ended")
    )
    cluster = sight.cluster(Plane.PERSON)
    per_email = refused.group_by("dst").agg(pl.col("src").unique().sort()).sort("dst")
    for email, records in per_email.iter_rows():
        label = int(cluster[sight.code(email)])
        owner = sight.id(label)
        open_ = [r for r in records if not sight.answered(r, email)]
        if not open_:
            continue
        names = [sight.caption(sight.code(r)) for r in open_]
        held = sight.caption(label)
        yield item(
            "additional_email_of_two",
            [email, owner, *open_],
            name=f"{email[6:]} of two contacts",
            summary=f"{email[6:]} is {held}'s, but {', '.join(names)} carries it too.",
            candidates=[
                *(Candidate("different", r, email, n) for r, n in zip(open_, names, strict=True)),
                Candidate("mark_shared", email),
            ],
        )


def _unverified_merges(sight: Sight) -> Iterator[Item]:
    """Ask about deleted records whose address a live record of their system carries now (E53)."""
    gone = sight.solved.nodes.frame.filter(
        pl.col("record")
        & pl.col("deleted")
        & pl.col("merged_into").is_null()
        & pl.col("object").is_in(["contact", "lead"])
    ).select(gone="id", source="source", object="object")
    if gone.is_empty():
        return
    carried = sight.facts.evidence.filter(pl.col("rule").is_in(list(EMAIL_CLAIMS)))
    before = carried.join(gone, left_on="src", right_on="gone", how="semi").select(
        gone="src", email="dst", lost_ms="last_seen_ms"
    )
    alone = sight.solved.nodes.ids(sight.solved.standing.frame["code"].to_numpy())
    after = (
        sight.live_evidence.filter(pl.col("rule").is_in(list(EMAIL_CLAIMS)))
        .join(sight.live, left_on="src", right_on="id", how="inner", suffix="_record")
        .select(
            record="src",
            email="dst",
            source="source_record",
            object="object",
            began_ms="first_seen_ms",
        )
    )
    found = (
        before.join(gone, on="gone")
        .join(after, on=["email", "source", "object"])
        .filter((pl.col("began_ms") >= pl.col("lost_ms")) & ~pl.col("email").is_in(alone.implode()))
        .group_by("gone", "record")
        .agg(pl.col("email").unique().sort())
        .sort("gone", "record")
    )
    for lost, record, emails in found.iter_rows():
        if sight.answered(lost, record):
            continue
        name, kept = sight.caption(sight.code(lost)), sight.caption(sight.code(record))
        yield item(
            "unverified_merge",
            [lost, record],
            name=f"{name} into {kept}?",
            summary=(
                f"{name} was deleted without a successor; {kept} carries {emails[0][6:]} since."
            ),
            candidates=[
                Candidate(action, lost, record, kept, {"emails": emails})
                for action in ("same", "different")
            ],
        )


def _shared_devices(sight: Sight) -> Iterator[Item]:
    """Ask whose a device is that several contacts used (R10); one item per group of aliases."""
    shared = sight.solved.people.leaves.shared
    if not len(shared):
        return
    nodes, cluster = sight.solved.nodes, sight.cluster(Plane.PERSON)
    rows = sight.facts.evidence.filter(
        (pl.col("edge") == "SAME_PERSON") & ~pl.col("withdrawn").fill_null(False)
    )
    rows = rows.select(
        "observations", "last_seen_ms", a=nodes.codes(rows["src"]), b=nodes.codes(rows["dst"])
    )
    held = pl.Series(shared, dtype=pl.Int64)
    is_a, is_b = (pl.col(c).is_in(held.implode()) for c in ("a", "b"))
    inner = rows.filter(is_a & is_b)
    group = components(len(nodes), inner["a"].to_numpy(), inner["b"].to_numpy())
    outer = rows.filter(is_a ^ is_b).select(
        "observations",
        "last_seen_ms",
        leaf=pl.when(is_a).then("a").otherwise("b"),
        other=pl.when(is_a).then("b").otherwise("a"),
    )
    outer = outer.with_columns(
        group=pl.Series(group[outer["leaf"].to_numpy()], dtype=pl.Int64),
        label=pl.Series(cluster[outer["other"].to_numpy()], dtype=pl.Int64),
    ).filter(pl.col("label") != OUTSIDE)
    seen = outer.group_by("group", "label").agg(
        pl.col("observations").sum(), pl.col("last_seen_ms").max()
    )
    devices: dict[int, list[int]] = {}
    for code in shared.tolist():
        devices.setdefault(int(group[code]), []).append(code)
    for one, contacts in seen.sort("group", "label").group_by("group", maintain_order=True):
        yield _shared_device(sight, sight.ids(devices[int(str(one[0]))]), contacts)


def _shared_device(sight: Sight, ids: list[str], contacts: pl.DataFrame) -> Item:
    ranked = contacts.sort("observations", "last_seen_ms", "label", descending=[True, True, False])
    names = [sight.caption(label) for label in ranked["label"].to_list()]
    return item(
        "shared_device",
        [*ids, *(sight.id(label) for label in ranked["label"].to_list())],
        name=f"device of {', '.join(names[:3])}",
        summary=f"{len(ids)} anonymous ids were seen with {len(names)}: {', '.join(names)}.",
        candidates=[
            Candidate(
                "same",
                ids[0],
                sight.id(label),
                sight.caption(label),
                {"observations": count, "last_seen_ms": last},
            )
            for label, count, last in ranked.select(
                "label", "observations", "last_seen_ms"
            ).iter_rows()
        ],
    )


def _unique_conflicts(sight: Sight) -> Iterator[Item]:
    """Ask about evidence that would have joined two holders of different ids (E82, E98)."""
    for refused in (sight.solved.people.refused, sight.solved.companies.refused):
        rows = refused.filter(pl.col("constraint").is_in(list(CONFLICT_WORDS)))
        pairs = rows.with_columns(
            low=pl.min_horizontal("one", "two"), high=pl.max_horizontal("one", "two")
        )
        grouped = pairs.group_by("low", "high", maintain_order=True).agg(
            pl.col("src").first(), pl.col("dst").first(), pl.col("constraint").first(), pl.len()
        )
        for low, high, src, dst, constraint, count in grouped.sort("low", "high").iter_rows():
            one, two = sight.id(low), sight.id(high)
            if sight.answered(one, two) or sight.answered(src, dst):
                continue
            left, right = sight.caption(low), sight.caption(high)
            yield item(
                "unique_conflict",
                [one, two],
                name=f"{left} and {right}",
                summary=(
                    f"{count} pieces of evidence would join {left} and {right}, but they hold "
                    f"different {CONFLICT_WORDS[constraint]}; the first connects {src} and {dst}."
                ),
                candidates=[
                    Candidate(action, one, two, right, {"src": src, "dst": dst})
                    for action in ("same", "different")
                ],
            )
