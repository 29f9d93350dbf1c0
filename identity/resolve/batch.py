"""The batch engine alone: evidence as Parquet in, clusters as Parquet out, no graph.

The contract: evidence ``src``, ``dst``, ``strength`` (larger is stronger); optional anchors
(``identifier``, ``namespace``, ``key``): those of one namespace and key are one, always together,
and never conflict; those of one namespace and different keys never share a cluster. Optional pairs
``a``, ``b`` that never share one either. The strongest duplicate of a pair counts; ties go by
(smaller id, larger id). A cluster is called by its smallest anchor, else by its smallest
identifier; with a previous result it keeps a name that is still a member, anchors first.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from threading import Thread

import numpy as np
import polars as pl

from identity.errors import FileError, FixInput, Where
from identity.resolve.encode import Encoded, Ints, encode, find
from identity.resolve.kruskal import Constraints, components, partition

OUTSIDE = -1


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What a batch gave, in numbers."""

    edges: int
    identifiers: int
    clusters: int
    refused: int

    def as_dict(self) -> dict[str, int]:
        """Give plain data."""
        return {
            "edges": self.edges,
            "identifiers": self.identifiers,
            "clusters": self.clusters,
            "refused": self.refused,
        }


@dataclass(frozen=True, slots=True)
class Anchors:
    """Anchors over codes: their codes, and per namespace (by name) the key of each vertex."""

    codes: Ints
    namespaces: tuple[str, ...]
    keys: tuple[Ints, ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """Clusters of a batch.

    ``resolved``: identifier, canonical, in no particular order; ``refused``: src < dst, strength,
    constraint, sorted.
    """

    resolved: pl.DataFrame
    refused: pl.DataFrame
    edges: int
    clusters: int


def resolve_files(
    evidence: Path,
    out: Path,
    *,
    anchors: Path | None = None,
    cannot_link: Path | None = None,
    previous: Path | None = None,
) -> BatchResult:
    """Resolve files and write ``resolved.parquet`` and ``refused.parquet`` into a folder.

    Raises:
        FileError: a file is missing, not Parquet, or lacks a column.
        FixInput: null ids or strengths, a cannot-link pair inside one key.
    """
    beside = Thread(target=import_module, args=("scipy.sparse.csgraph",))
    beside.start()
    result = resolve_frames(
        _read(evidence, {"src": pl.String, "dst": pl.String, "strength": pl.Float64}),
        anchors=_read_anchors(anchors),
        cannot_link=_read(cannot_link, {"a": pl.String, "b": pl.String}) if cannot_link else None,
        previous=_read(previous, {"identifier": pl.String, "canonical": pl.String})
        if previous
        else None,
    )
    beside.join()
    out.mkdir(parents=True, exist_ok=True)
    result.resolved.write_parquet(out / "resolved.parquet", compression="lz4")
    result.refused.write_parquet(out / "refused.parquet", compression="lz4")
    return BatchResult(result.edges, result.resolved.height, result.clusters, result.refused.height)


def _read(path: Path, columns: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    where = Where(file=str(path))
    if not path.is_file():
        raise FileError("there is no such file", where=where)
    try:
        known = pl.read_parquet_schema(path)
    except pl.exceptions.PolarsError as error:
        raise FileError(f"is not a Parquet file: {error}", where=where) from error
    missing = [c for c in columns if c not in known]
    if missing:
        raise FileError(f"lacks the columns {missing}", where=where, fix=f"It has: {list(known)}.")
    frame = pl.read_parquet(path, columns=list(columns))
    for name, kind in columns.items():
        if frame.schema[name] != kind:
            frame = frame.with_columns(pl.col(name).cast(kind))
        if frame[name].null_count():
            row = frame[name].is_null().arg_max()
            raise FixInput(f"{name} is null", where=Where(file=str(path), row=row, column=name))
    return frame


def _read_anchors(path: Path | None) -> pl.DataFrame | None:
    if path is None:
        return None
    frame = _read(path, {"identifier": pl.String, "namespace": pl.String})
    if "key" not in pl.read_parquet_schema(path):
        return frame.with_columns(key=pl.col("identifier"))
    keys = pl.read_parquet(path, columns=["key"])["key"].cast(pl.String)
    return frame.with_columns(key=keys).with_columns(pl.coalesce("key", "identifier"))


def resolve_frames(
    evidence: pl.DataFrame,
    *,
    anchors: pl.DataFrame | None = None,
    cannot_link: pl.DataFrame | None = None,
    previous: pl.DataFrame | None = None,
) -> Resolved:
    """Resolve evidence; frames as the module says.

    Raises:
        FixInput: a cannot-link pair inside one key.
    """
    columns = [evidence["src"], evidence["dst"]]
    if anchors is not None:
        columns.append(anchors["identifier"])
    encoded = encode(tuple(columns))
    n = len(encoded)
    anchored = _anchors(anchors, encoded, n)
    vertex, count = _contract(anchors, encoded, n)
    banned = _bans(cannot_link, encoded)
    _refuse_inner_bans(cannot_link, banned, vertex)
    src, dst = encoded.codes[0], encoded.codes[1]
    edges = _Edges(vertex[src], vertex[dst], evidence["strength"].to_numpy())
    keys = [_per_vertex(k, vertex, count) for k in anchored.keys]
    labels = _partition(edges, count, keys, vertex[banned], evidence)[vertex]
    resolved = _canonical(labels, anchored, encoded, previous)
    refused = _refused(evidence, (src, dst), labels, anchored)
    clusters = int(np.count_nonzero(np.bincount(labels)))
    return Resolved(resolved, refused, evidence.height, clusters)


def _anchors(anchors: pl.DataFrame | None, encoded: Encoded, n: int) -> Anchors:
    if anchors is None:
        return Anchors(np.empty(0, np.int64), (), ())
    codes = encoded.codes[2]
    names = tuple(sorted(set(anchors["namespace"].to_list())))
    dense = anchors.select(key=pl.struct("namespace", "key").rank("dense").cast(pl.Int64))[
        "key"
    ].to_numpy()
    keys = []
    for name in names:
        chosen = (anchors["namespace"] == name).to_numpy()
        key = np.full(n, -1)
        key[codes[chosen]] = dense[chosen]
        keys.append(key)
    return Anchors(codes, names, tuple(keys))


def _contract(anchors: pl.DataFrame | None, encoded: Encoded, n: int) -> tuple[Ints, int]:
    """Make anchors of one namespace and key one vertex."""
    if anchors is None:
        return np.arange(n, dtype=np.int64), n
    codes = encoded.codes[2]
    shared = anchors.select("namespace", "key", code=pl.Series(codes)).filter(
        pl.len().over("namespace", "key") > 1
    )
    if shared.is_empty():
        return np.arange(n, dtype=np.int64), n
    first = shared.select(pl.col("code").min().over("namespace", "key"))["code"].to_numpy()
    one = components(n, first, shared["code"].to_numpy())
    return one, int(one.max()) + 1


def _per_vertex(keys: Ints, vertex: Ints, count: int) -> Ints:
    found = np.full(count, -1)
    held = keys >= 0
    # keys are vertices: what shares a key was contracted
    found[vertex[held]] = vertex[held]
    return found


def _bans(cannot_link: pl.DataFrame | None, encoded: Encoded) -> Ints:
    if cannot_link is None:
        return np.empty((0, 2), np.int64)
    pairs = np.stack([find(encoded, cannot_link["a"]), find(encoded, cannot_link["b"])], axis=1)
    kept: Ints = pairs[(pairs != OUTSIDE).all(axis=1)]
    return kept


def _refuse_inner_bans(cannot_link: pl.DataFrame | None, banned: Ints, vertex: Ints) -> None:
    inner = np.flatnonzero(vertex[banned[:, 0]] == vertex[banned[:, 1]])
    if len(inner) and cannot_link is not None:
        a, b = cannot_link.row(int(inner[0]))
        raise FixInput(
            f"the pair {a!r}, {b!r} may not be linked, but both are of one key",
            fix="Remove the pair, or give them different keys.",
        )


@dataclass(frozen=True, slots=True)
class _Edges:
    src: Ints
    dst: Ints
    strength: np.ndarray


def _partition(
    edges: _Edges,
    count: int,
    keys: list[Ints],
    bans: Ints,
    evidence: pl.DataFrame,
) -> Ints:
    """Partition vertices; only components in which a constraint may bind need an order of edges."""
    labels = components(count, edges.src, edges.dst)
    chosen = np.zeros(int(labels.max(initial=-1)) + 1, bool)
    for key in keys:
        held = np.flatnonzero(key >= 0)
        chosen |= np.bincount(labels[held], minlength=len(chosen)) > 1
    inside = labels[bans[:, 0]] == labels[bans[:, 1]]
    chosen[labels[bans[inside, 0]]] = True
    if not chosen.any():
        return labels
    rows = np.flatnonzero(chosen[labels[edges.src]])
    members = np.flatnonzero(chosen[labels])
    local = np.full(count, -1)
    local[members] = np.arange(len(members))
    src, dst = _ordered(edges, rows, local, evidence)
    cut = partition(
        len(members),
        src,
        dst,
        Constraints(
            anchors=[np.where(k[members] >= 0, local[k[members]], -1) for k in keys],
            cannot_link=local[bans[inside]],
        ),
    )
    labels[members] = cut + len(chosen)
    return labels


def _ordered(edges: _Edges, rows: Ints, local: Ints, evidence: pl.DataFrame) -> tuple[Ints, Ints]:
    """Give the edges of chosen rows, strongest first, each pair once; ties by identifier text."""
    src, dst = edges.src[rows], edges.dst[rows]
    keep = src != dst
    frame = pl.DataFrame(
        {
            "a": local[src[keep]],
            "b": local[dst[keep]],
            "strength": edges.strength[rows[keep]],
            "row": rows[keep],
        }
    )
    tied = frame.select(pl.col("strength").is_duplicated()).to_series()
    if tied.any():
        frame = _with_text_order(frame, evidence)
    else:
        frame = frame.with_columns(low=pl.col("row"), high=pl.col("row"))
    ordered = frame.sort("strength", "low", "high", descending=[True, False, False])
    once = ordered.select(lo=pl.min_horizontal("a", "b"), hi=pl.max_horizontal("a", "b")).unique(
        keep="first", maintain_order=True
    )
    return once["lo"].to_numpy(), once["hi"].to_numpy()


def _with_text_order(frame: pl.DataFrame, evidence: pl.DataFrame) -> pl.DataFrame:
    """Add the text of both ends, the smaller one first: the tie-breakers of the contract."""
    both = evidence.select(pl.col("src", "dst").gather(frame["row"]))
    return frame.with_columns(
        low=both.select(pl.min_horizontal("src", "dst")).to_series(),
        high=both.select(pl.max_horizontal("src", "dst")).to_series(),
    )


def _canonical(
    labels: Ints, anchored: Anchors, encoded: Encoded, previous: pl.DataFrame | None
) -> pl.DataFrame:
    """Call each cluster by its smallest anchor, else by its smallest identifier.

    A previous name that is still a member stays, anchors first.
    """
    n = len(labels)
    is_anchor = np.zeros(n, bool)
    is_anchor[anchored.codes] = True
    chosen = np.full(int(labels.max(initial=-1)) + 1, OUTSIDE)
    _elect(chosen, np.flatnonzero(is_anchor), labels, encoded.names)
    _elect(chosen, np.flatnonzero(chosen[labels] == OUTSIDE), labels, encoded.names)
    if previous is not None:
        codes = np.unique(find(encoded, previous["canonical"].unique()))
        codes = codes[codes != OUTSIDE]
        kept = np.full(len(chosen), OUTSIDE)
        _elect(kept, codes[is_anchor[codes]], labels, encoded.names)
        _elect(kept, codes[kept[labels[codes]] == OUTSIDE], labels, encoded.names)
        chosen = np.where(kept != OUTSIDE, kept, chosen)
    names = encoded.names
    return pl.DataFrame({"identifier": names, "canonical": names.gather(pl.Series(chosen[labels]))})


def _elect(chosen: Ints, candidates: Ints, labels: Ints, names: pl.Series) -> None:
    """Give each cluster the smallest of its candidates, by text; a single one needs no look."""
    own = labels[candidates]
    several = np.bincount(own, minlength=len(chosen)) > 1
    alone = ~several[own]
    chosen[own[alone]] = candidates[alone]
    rest = candidates[~alone]
    best = (
        pl.DataFrame({"label": labels[rest], "code": rest, "name": names.gather(pl.Series(rest))})
        .group_by("label")
        .agg(pl.col("code").get(pl.col("name").arg_min()))
    )
    chosen[best["label"].to_numpy()] = best["code"].to_numpy()


def _refused(
    evidence: pl.DataFrame,
    ends: tuple[Ints, Ints],
    labels: Ints,
    anchored: Anchors,
) -> pl.DataFrame:
    """Give the evidence between different clusters, each pair once by its strongest edge."""
    one, two = labels[ends[0]], labels[ends[1]]
    apart = np.flatnonzero(one != two)
    rows = evidence.select(pl.all().gather(pl.Series(apart)))
    rows = rows.select(
        src=pl.min_horizontal("src", "dst"),
        dst=pl.max_horizontal("src", "dst"),
        strength="strength",
    ).with_columns(constraint=pl.Series(_constraints(one[apart], two[apart], labels, anchored)))
    return (
        rows.group_by("src", "dst")
        .agg(pl.col("strength").max(), pl.col("constraint").first())
        .sort("src", "dst")
    )


def _constraints(one: Ints, two: Ints, labels: Ints, anchored: Anchors) -> list[str]:
    """Name the first constraint that two final clusters violate: namespaces by name, then pairs."""
    count = int(labels.max(initial=-1)) + 1
    found = np.full(len(one), "cannot_link", dtype=object)
    undecided = np.ones(len(one), bool)
    for name, keys in zip(anchored.namespaces, anchored.keys, strict=True):
        held = np.full(count, -1)
        codes = np.flatnonzero(keys >= 0)
        held[labels[codes]] = keys[codes]
        clash = (held[one] >= 0) & (held[two] >= 0) & (held[one] != held[two]) & undecided
        found[clash] = name
        undecided &= ~clash
    return [str(name) for name in found]
