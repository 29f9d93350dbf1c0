"""The company plane: which accounts, domains and workspaces are one company.

Hosts of one unit are one vertex (`identity.resolve.domains`). Anchors are live accounts of the
primary CRM, each its own key: two never end up in one company, not even by a decision (R23). A
domain whose class may not found a company takes no part; a claim on it is refused with the class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from identity.model.evidence import DOMAIN_CLAIMS, EvidenceClass
from identity.model.identifiers import Plane
from identity.resolve.codes import Edges, Ints, Nodes, evidence_of
from identity.resolve.decisions import Decisions
from identity.resolve.declared import of_plane
from identity.resolve.domains import Units, units
from identity.resolve.facts import EVIDENCE, Facts, frame
from identity.resolve.plane import OUTSIDE, Problem, Solution, refused, solve
from identity.resolve.setting import Setting
from identity.resolve.standing import Standing


@dataclass(frozen=True, slots=True)
class Companies:
    """The company plane, solved.

    ``cluster``: code to the code of its company's label; ``anchors``: codes of live primary
    accounts; ``refused``: evidence that did not merge; ``edges``: all conducting evidence;
    ``derived``: the evidence that only the resolver makes (workspace.domain), as evidence rows.
    """

    cluster: Ints
    anchors: Ints
    refused: pl.DataFrame
    edges: Edges
    derived: pl.DataFrame
    solution: Solution


def find_units(
    nodes: Nodes, evidence: pl.DataFrame, decisions: Decisions, setting: Setting
) -> Units:
    """Group the hosts in scope into units, from facts alone."""
    hosts = nodes.frame.filter(pl.col("kind") == "domain")["id"].str.slice(7).to_list()
    accounts = _anchor_frame(nodes, setting)
    claims = evidence.filter(
        pl.col("rule").is_in(list(DOMAIN_CLAIMS))
        & ~pl.col("withdrawn").fill_null(False)
        & pl.col("until_ms").is_null()
        & pl.col("dst").str.starts_with("domain:")
    ).join(accounts.select(src="id"), on="src", how="semi")
    founding = (
        (dst[7:], src)
        for src, dst in claims.select("src", "dst").iter_rows()
        if setting.classifier.classify(dst[7:]).founds
    )
    bans = [
        (a[7:], b[7:])
        for a, b in decisions.bans(Plane.COMPANY)
        if a.startswith("domain:") and b.startswith("domain:")
    ]
    return units(hosts, founding, decisions.aliases(), bans, setting.classifier)


def _anchor_frame(nodes: Nodes, setting: Setting) -> pl.DataFrame:
    if setting.primary is None:
        return nodes.frame.clear()
    return nodes.frame.filter(
        pl.col("live") & (pl.col("object") == "account") & (pl.col("source") == setting.primary)
    )


def resolve_companies(
    facts: Facts,
    nodes: Nodes,
    unit: Units,
    standing: Standing,
    decisions: Decisions,
    setting: Setting,
) -> Companies:
    """Solve the company plane."""
    derived = workspace_domains(facts, nodes, unit, standing, setting)
    evidence = pl.concat([facts.evidence, decisions.same_edges(), derived])
    edges = evidence_of(Plane.COMPANY, evidence, nodes, setting.primary)
    barred = _barred(nodes, setting)
    alone = pl.concat([barred, standing.frame]).unique("code", keep="first", maintain_order=True)
    searched = nodes.mask(pl.col("plane") == Plane.COMPANY.value)
    searched[alone["code"].to_numpy()] = False
    vertex = _contract(nodes, unit, searched)
    anchors = _anchor_frame(nodes, setting)["code"].to_numpy()
    key = np.full(int(vertex.max(initial=-1)) + 1, -1)
    key[vertex[anchors]] = anchors
    bans = [(nodes.code(a), nodes.code(b)) for a, b in decisions.bans(Plane.COMPANY)]
    declared = of_plane(Plane.COMPANY, nodes, setting)
    problem = Problem(
        vertex=vertex,
        key=key,
        anchors=anchors,
        bans=np.array([p for p in bans if -1 not in p], np.int64).reshape(-1, 2),
        unique=declared.unique,
        limits=declared.limits,
        weak_class=int(EvidenceClass.OBSERVED),
        firm_class=int(EvidenceClass.AUTHORITATIVE),
    )
    solution = solve(problem, edges)
    return Companies(
        solution.cluster,
        anchors,
        refused(solution, edges, alone),
        edges,
        derived,
        solution,
    )


def _barred(nodes: Nodes, setting: Setting) -> pl.DataFrame:
    """Give what may not be part of a company: domains by their class, profiles of networks."""
    rows = []
    chosen = nodes.frame.filter(pl.col("kind").is_in(["domain", "social"]))
    for code, identifier, kind in chosen.select("code", "id", "kind").iter_rows():
        if kind == "social":
            rows.append((code, "social", "a profile"))
            continue
        found = setting.classifier.classify(identifier[7:])
        if not found.founds:
            rows.append((code, found.name, found.entry))
    return pl.DataFrame(
        rows,
        schema={"code": pl.Int64, "standing": pl.String, "reason": pl.String},
        orient="row",
    )


def _contract(nodes: Nodes, unit: Units, searched: np.ndarray) -> Ints:
    """Make hosts of one unit one vertex; everybody else is one of his own."""
    names = nodes.frame["id"].to_list()
    first: dict[str, int] = {}
    vertex = np.full(len(nodes), OUTSIDE)
    count = 0
    for code in np.flatnonzero(searched).tolist():
        name = names[code]
        if name.startswith("domain:"):
            place = unit.of.get(name[7:], name[7:])
            if place in first:
                vertex[code] = first[place]
                continue
            first[place] = count
        vertex[code] = count
        count += 1
    return vertex


def workspace_domains(
    facts: Facts, nodes: Nodes, unit: Units, standing: Standing, setting: Setting
) -> pl.DataFrame:
    """Derive the evidence that a workspace belongs to a domain.

    It exists iff the live business e-mails of the users of the workspace and its aliases form one
    alias class; a mixed workspace conducts nothing, a personal one founds nothing.
    """
    rows = []
    places = workspace_places(facts, nodes, unit, standing, setting)
    for workspace, found in sorted(places.items()):
        if len(found) == 1:
            ((seen, domain),) = found.values()
            rows.append(_workspace_row(workspace, domain, seen))
    return frame(EVIDENCE, rows)


def workspace_places(
    facts: Facts, nodes: Nodes, unit: Units, standing: Standing, setting: Setting
) -> dict[str, dict[str, tuple[int, str]]]:
    """Give the alias classes of the live business e-mails of each workspace's users.

    Per class the first login and the host it was of; workspaces that are aliases share theirs.
    Blocked addresses are nobody's.
    """
    group = _workspace_groups(facts)
    users = _live(facts.relations).filter(
        (pl.col("edge") == "WORKS_AT") & pl.col("dst").str.starts_with("workspace:")
    )
    logins = _live(facts.evidence).filter(pl.col("rule") == "product.login")
    alive = nodes.frame.filter(pl.col("live")).select("id")
    blocked = standing.frame.filter(pl.col("standing") == "blocked")["code"].to_numpy()
    nobody = set(nodes.ids(blocked).to_list())
    held = (
        users.join(alive, left_on="src", right_on="id", how="semi")
        .select(user="src", workspace="dst")
        .join(logins.select(user="src", email="dst", seen="first_seen_ms"), on="user")
        .join(facts.email_domains, on="email")
    )
    found: dict[str, dict[str, tuple[int, str]]] = {}
    columns = held.select("workspace", "email", "domain", "seen")
    for workspace, email, domain, seen in columns.iter_rows():
        host = domain[7:]
        if email in nobody or not setting.classifier.classify(host).founds:
            continue
        place = unit.of.get(host, host)
        known = found.setdefault(group.get(workspace, workspace), {})
        known[place] = min(known.get(place, (seen or 0, domain)), (seen or 0, domain))
    used = sorted(set(held["workspace"].to_list()))
    return {w: found.get(group.get(w, w), {}) for w in used}


def _workspace_groups(facts: Facts) -> dict[str, str]:
    """Join workspaces with their aliases; the smallest id stands for the group."""
    parent: dict[str, str] = {}

    def find(w: str) -> str:
        while parent.get(w, w) != w:
            w = parent[w]
        return w

    aliases = _live(facts.evidence).filter(pl.col("rule") == "workspace.alias")
    for a, b in aliases.select("src", "dst").iter_rows():
        low, high = sorted((find(a), find(b)))
        parent[high] = low
    return {w: find(w) for pair in aliases.select("src", "dst").iter_rows() for w in pair}


def _live(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(~pl.col("withdrawn").fill_null(False) & pl.col("until_ms").is_null())


def _workspace_row(workspace: str, domain: str, seen: int) -> dict[str, object]:
    return {
        "edge": "SAME_COMPANY",
        "src": workspace,
        "dst": domain,
        "key": "workspace.domain|resolver|",
        "rule": "workspace.domain",
        "source": "resolver",
        "record": workspace,
        "observations": 1,
        "first_seen_ms": seen,
        "last_seen_ms": seen,
        "from_ms": None,
        "until_ms": None,
        "withdrawn": False,
    }
