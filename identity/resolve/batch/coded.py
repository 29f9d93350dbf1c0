"""Evidence and anchors in numbers: what is left to compare once text was numbered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from identity.errors import FixInput, Stop

# numbers of identifiers: half as wide as what numpy counts in, so that twice as many are in reach
Codes = npt.NDArray[np.int32]
UNKNOWN = -1
MOST = 2**31 - 1


def check_size(rows: int) -> None:
    """Make sure that 32 bits can number so many.

    Raises:
        FixInput: they cannot.
    """
    if rows > MOST:
        raise FixInput(
            f"more than {MOST:,} identifiers and rows are too many for one run",
            fix="Split the evidence by what hangs together.",
        )


class Collision(Stop):
    """Two identifiers have the same hash; nothing can be decided with it."""

    code = "E_HASH_COLLISION"


@dataclass(frozen=True, slots=True)
class Namespace:
    """The keys of one namespace.

    ``codes``: of the identifiers that hold one; ``keys``: of each of them, said by the first code
    that has it.
    """

    name: str
    codes: Codes
    keys: Codes


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that identifiers hold.

    ``anchors``: codes of all anchors; ``namespaces``: by name; ``one``: pairs of codes, shape
    (k, 2), that share a key and so are one.
    """

    anchors: Codes
    namespaces: tuple[Namespace, ...]
    one: Codes


@dataclass(frozen=True, slots=True)
class Coded:
    """Evidence in numbers.

    ``src``, ``dst``: codes of each row's ends; ``component`` waits for the connected component of
    each code, whatever the constraints, ``names`` for its identifier; ``keys``: of the anchors;
    ``find`` gives the codes of further identifiers, ``UNKNOWN`` where one is none of them.
    """

    src: Codes
    dst: Codes
    strength: npt.NDArray[np.float64]
    names: Callable[[], pl.Series]
    component: Callable[[], Codes]
    keys: Keys
    find: Callable[[pl.Series], Codes]
