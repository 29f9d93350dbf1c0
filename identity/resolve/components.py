"""Components: everything that evidence of any kind joins, whatever constraints say.

An incremental run re-solves whole components. What stands alone joins nothing, so that a shared
mailbox does not tie a thousand people together; a change of its state makes its neighbours dirty.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from identity.resolve.codes import Ints
from identity.resolve.facts import Facts
from identity.resolve.graphs import components
from identity.resolve.setting import Setting
from identity.resolve.solve import Solved


def components_of(solved: Solved, facts: Facts, setting: Setting) -> Ints:
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
    hosts, places = _hosts(solved, setting)
    one = components(
        n,
        np.concatenate([src[usable], hosts]).astype(np.int64),
        np.concatenate([dst[usable], places]).astype(np.int64),
    )
    smallest = np.full(int(one.max(initial=-1)) + 1, n)
    np.minimum.at(smallest, one, np.arange(n))
    return np.asarray(smallest[one], np.int64)


def _hosts(solved: Solved, setting: Setting) -> tuple[Ints, Ints]:
    """Tie hosts of one registrable domain together, and those that a decision names together.

    Also where claims part them now: a claim that goes away joins them again.
    """
    pairs: list[tuple[int, int]] = []
    first: dict[str, int] = {}
    domains = solved.nodes.frame.filter(pl.col("kind") == "domain").select("code", "id")
    for code, identifier in domains.iter_rows():
        base = setting.classifier.classify(identifier[7:]).base
        anchor = first.setdefault(base, code)
        if anchor != code:
            pairs.append((anchor, code))
    for alias in solved.decisions.aliases():
        ends = [solved.nodes.code(f"domain:{host}") for host in (alias.old, alias.new)]
        if -1 not in ends:
            pairs.append((ends[0], ends[1]))
    table = np.array(pairs, np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]
