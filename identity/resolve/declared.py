"""Kinds of identifiers that a project declares: what they bind, per plane."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from identity.model.identifiers import Plane
from identity.resolve.codes import Ints, Nodes
from identity.resolve.setting import Setting


@dataclass(frozen=True, slots=True)
class Declared:
    """The declared kinds of a plane, over codes.

    ``unique``: per kind of which an entity has one value, the codes of its values; ``limits``:
    kind, codes and how many of them an entity may hold.
    """

    unique: dict[str, Ints] = field(default_factory=dict)
    limits: list[tuple[str, Ints, int]] = field(default_factory=list)


def of_plane(plane: Plane, nodes: Nodes, setting: Setting) -> Declared:
    """Give what the declared kinds of a plane bind."""
    found = Declared()
    for name, kind in sorted(setting.kinds.items()):
        if kind.plane != plane.value:
            continue
        codes = np.flatnonzero(nodes.mask(pl.col("kind") == name))
        if kind.unique:
            found.unique[name] = codes
        if kind.limits is not None:
            found.limits.append((name, codes, kind.limits.hard))
    return found
