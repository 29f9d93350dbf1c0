"""Components: everything that evidence of any kind joins, whatever constraints say.

An incremental run re-solves whole components. What stands alone joins nothing, so that a shared
mailbox does not tie a thousand people together; a change of its state makes its neighbours dirty.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from identity.resolve.codes import Ints
from identity.resolve.facts import Facts
from identity.resolve.kruskal import components
from identity.resolve.solve import Solved


def components_of(solved: Solved, facts: Facts) -> Ints:
    """Give each identifier the code of the smallest member of its component."""
    nodes = solved.nodes
    n = len(nodes)
    rows = pl.concat(
        [facts.evidence, solved.decisions.same_edges(), solved.companies.derived]
    ).select("src", "dst")
    src, dst = nodes.codes(rows["src"]), nodes.codes(rows["dst"])
    alone = solved.standing.alone(n)
    alone[list(solved.view.closed)] = True
    usable = ~alone[src] & ~alone[dst]
    hosts, places = _hosts(solved)
    one = components(
        n,
        np.concatenate([src[usable], hosts]).astype(np.int64),
        np.concatenate([dst[usable], places]).astype(np.int64),
    )
    smallest = np.full(int(one.max(initial=-1)) + 1, n)
    np.minimum.at(smallest, one, np.arange(n))
    return np.asarray(smallest[one], np.int64)


def _hosts(solved: Solved) -> tuple[Ints, Ints]:
    """Tie the hosts of one unit together."""
    first: dict[str, int] = {}
    src: list[int] = []
    dst: list[int] = []
    domains = solved.nodes.frame.filter(pl.col("kind") == "domain").select("code", "id")
    for code, identifier in domains.iter_rows():
        place = solved.units.of.get(identifier[7:], identifier[7:])
        anchor = first.setdefault(place, code)
        if anchor != code:
            src.append(anchor)
            dst.append(code)
    return np.array(src, np.int64), np.array(dst, np.int64)
