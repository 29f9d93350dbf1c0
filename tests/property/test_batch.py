"""The batch engine equals its reference: on random input, shuffled, flipped and duplicated."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.errors import FileError, FixInput
from identity.generate import generate_evidence
from identity.resolve.batch import ahead, coded, coding, compiled, streaming
from identity.resolve.batch.clusters import Engine
from identity.resolve.batch.engine import Resolved, collected, resolve_coded, resolve_frames
from identity.resolve.batch.files import resolve_files
from tests.support import batch_reference

IDS = [f"id{i:02}" for i in range(12)]
STRENGTHS = [0.2, 0.5, 0.5, 0.9]


@st.composite
def worlds(draw: st.DrawFn) -> dict:
    one = st.sampled_from(IDS)
    edge = st.tuples(one, one, st.sampled_from(STRENGTHS))
    anchors = {
        (identifier, namespace): (identifier, namespace, key)
        for identifier, namespace, key in draw(
            st.lists(
                st.tuples(one, st.sampled_from(["crm", "b"]), st.sampled_from(["k1", "k2", "k3"])),
                max_size=5,
            )
        )
    }
    return {
        "evidence": draw(st.lists(edge, min_size=1, max_size=30)),
        "anchors": list(anchors.values()),
        "cannot_link": draw(
            st.lists(st.tuples(one, one).filter(lambda p: p[0] != p[1]), max_size=3)
        ),
    }


def frames(world: dict) -> dict:
    return {
        "anchors": pl.DataFrame(
            world["anchors"],
            schema={"identifier": pl.String, "namespace": pl.String, "key": pl.String},
            orient="row",
        ),
        "cannot_link": pl.DataFrame(
            world["cannot_link"], schema={"a": pl.String, "b": pl.String}, orient="row"
        ),
    }


def evidence(rows: list) -> pl.DataFrame:
    schema = {"src": pl.String, "dst": pl.String, "strength": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def resolve_compiled(
    rows: pl.DataFrame,
    *,
    anchors: pl.DataFrame,
    cannot_link: pl.DataFrame,
    previous: pl.DataFrame | None = None,
) -> Resolved:
    """Resolve as large files are: in parts, by compiled code; the table has to grow."""
    with ThreadPoolExecutor(1) as pool:
        parts = ahead.ahead(pool, rows.iter_slices(4))
        numbered = streaming.stream(parts, anchors, rows=rows.height, slots=1)
    engine = Engine(compiled.components, compiled.partition)
    return collected(resolve_coded(numbered, cannot_link, previous, engine))


WAYS = [resolve_frames, resolve_compiled]


def inner_ban(world: dict) -> bool:
    """Whether a pair lies inside what anchors of one key contract."""
    no_evidence = [(i, i, 1.0) for i in IDS]
    canonical, _ = batch_reference.resolve(no_evidence, world["anchors"])
    return any(canonical[a] == canonical[b] for a, b in world["cannot_link"])


def inner_clash(world: dict) -> bool:
    """Whether contraction itself joins two keys of one namespace: the input contradicts itself."""
    canonical, _ = batch_reference.resolve([(i, i, 1.0) for i in IDS], world["anchors"])
    held: dict[tuple[str, str], set[str]] = {}
    for identifier, namespace, key in world["anchors"]:
        held.setdefault((canonical[identifier], namespace), set()).add(key)
    return any(len(keys) > 1 for keys in held.values())


@settings(max_examples=600, deadline=None)
@given(worlds(), st.randoms(use_true_random=False))
def test_equals_the_reference_in_any_order(world: dict, random) -> None:
    if inner_clash(world):
        return
    rows = world["evidence"] + [(i, i, 1.0) for i in IDS]
    shuffled = [(b, a, s) if random.random() < 0.5 else (a, b, s) for a, b, s in rows]
    random.shuffle(shuffled)
    if inner_ban(world):
        for resolve in WAYS:
            with pytest.raises(FixInput, match="one key"):
                resolve(evidence(shuffled), **frames(world))
        return
    canonical, refused = batch_reference.resolve(rows, world["anchors"], world["cannot_link"])
    for resolve in WAYS:
        result = resolve(evidence(shuffled), **frames(world))
        assert dict(result.resolved.iter_rows()) == canonical
        assert {(a, b): (s, c) for a, b, s, c in result.refused.iter_rows()} == refused


@settings(max_examples=200, deadline=None)
@given(worlds(), st.lists(st.sampled_from(IDS), max_size=4))
def test_a_cluster_keeps_a_previous_name(world: dict, names: list[str]) -> None:
    if inner_ban(world) or inner_clash(world):
        return
    previous = pl.DataFrame(
        {"identifier": names, "canonical": names},
        schema={"identifier": pl.String, "canonical": pl.String},
    )
    rows = world["evidence"] + [(i, i, 1.0) for i in IDS]
    canonical, _ = batch_reference.resolve(
        rows, world["anchors"], world["cannot_link"], dict(zip(names, names, strict=True))
    )
    for resolve in WAYS:
        result = resolve(evidence(rows), **frames(world), previous=previous)
        assert dict(result.resolved.iter_rows()) == canonical


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 2**58 - 1) | st.integers(0, 9), min_size=1, max_size=300))
def test_positions_are_sorted_by_hash_and_then_by_place(values: list[int]) -> None:
    # of a part, whose hashes all begin alike; small ones agree in all that is compared at first
    own = np.array(values, np.uint64)
    assert coding._by_hash(own).tolist() == np.argsort(own, kind="stable").tolist()


def alike(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Give all texts one and the same hash."""
    for module in (coding, streaming, ahead):
        for name in {"hashes", "hashed"} & set(vars(module)):
            real = getattr(module, name)
            monkeypatch.setattr(module, name, partial(_alike, real, seed))


def _alike(real: Callable, seed: int, values: pl.Series, s: int) -> object:
    return real(values, s) * np.uint64(s != seed)


@pytest.mark.parametrize("seed", [0, 1])
def test_two_texts_of_one_hash_are_never_one(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    rows = evidence([("a", "b", 0.9), ("c", "d", 0.8)])
    apart = {"a": "a", "b": "a", "c": "c", "d": "c"}
    none = frames({"anchors": [], "cannot_link": []})
    alike(monkeypatch, seed)
    assert dict(resolve_compiled(rows, **none).resolved.iter_rows()) == apart
    if seed == 0:
        with pytest.raises(coded.Collision):
            resolve_frames(rows, **none)
    else:
        assert dict(resolve_frames(rows, **none).resolved.iter_rows()) == apart


def test_more_than_can_be_numbered_is_refused() -> None:
    coded.check_size(2**31 - 1)
    with pytest.raises(FixInput, match="too many for one run"):
        coded.check_size(2**31)


@pytest.mark.parametrize("fast", [False, True])
def test_generated_evidence_by_files(tmp_path: Path, fast: bool) -> None:
    generate_evidence(tmp_path / "in", edges=20_000, seed=3)
    folder = tmp_path / "in"
    result = resolve_files(
        folder / "evidence.parquet",
        tmp_path / "out",
        anchors=folder / "anchors.parquet",
        cannot_link=folder / "cannot_link.parquet",
        fast=fast,
    )
    canonical, refused = batch_reference.resolve(
        pl.read_parquet(folder / "evidence.parquet").iter_rows(),
        [(i, n, k or i) for i, n, k in pl.read_parquet(folder / "anchors.parquet").iter_rows()],
        pl.read_parquet(folder / "cannot_link.parquet").iter_rows(),
    )
    resolved = pl.read_parquet(tmp_path / "out" / "resolved.parquet")
    assert dict(resolved.iter_rows()) == canonical
    rows = pl.read_parquet(tmp_path / "out" / "refused.parquet")
    assert {(a, b): (s, c) for a, b, s, c in rows.iter_rows()} == refused
    assert result.refused == len(refused)


@pytest.mark.parametrize("fast", [False, True])
def test_no_evidence_leaves_each_anchor_alone(tmp_path: Path, fast: bool) -> None:
    evidence([]).write_parquet(tmp_path / "evidence.parquet")
    anchors = pl.DataFrame({"identifier": ["b", "a"], "namespace": ["crm", "crm"]})
    anchors.write_parquet(tmp_path / "anchors.parquet")
    result = resolve_files(
        tmp_path / "evidence.parquet",
        tmp_path / "out",
        anchors=tmp_path / "anchors.parquet",
        fast=fast,
    )
    assert result.as_dict() == {"edges": 0, "identifiers": 2, "clusters": 2, "refused": 0}
    resolved = pl.read_parquet(tmp_path / "out" / "resolved.parquet")
    assert dict(resolved.iter_rows()) == {"a": "a", "b": "b"}


def test_null_ids_are_named(tmp_path: Path) -> None:
    path = tmp_path / "e.parquet"
    evidence([("a", "b", 1.0), ("c", None, 1.0)]).write_parquet(path)
    with pytest.raises(FixInput, match=r"dst is null") as caught:
        resolve_files(path, tmp_path / "out")
    assert caught.value.where.row == 1


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "e.parquet"
    pl.DataFrame({"src": ["a"], "target": ["b"], "strength": [1.0]}).write_parquet(path)
    with pytest.raises(FileError, match=r"lacks the columns \['dst'\].*target"):
        resolve_files(path, tmp_path / "out")
