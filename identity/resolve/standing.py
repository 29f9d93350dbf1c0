"""Standing: identifiers that stand alone, from facts alone, before anything is joined (R25, 1).

An identifier has one state, the first that holds: ``blocked`` (R11, R20), ``shared_mailbox``
(R12), ``generic`` (R24), ``ambiguous`` (R16). One in such a state founds nothing and conducts
nothing; the evidence that would have joined it is refused with that state as the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from identity.model.evidence import DOMAIN_CLAIMS
from identity.model.lists import Lists, builtin
from identity.resolve.codes import Bools, Nodes
from identity.resolve.decisions import Decisions
from identity.resolve.domains import Classifier, Units
from identity.resolve.plane import STANDING_ORDER
from identity.resolve.setting import Setting

_BLOCKED = re.compile(
    r"^(?:[0-]*|-1|null|none|nil|anonymous|undefined|unknown|not set|\(not set\)|invalid|nan)$",
    re.IGNORECASE,
)
_BLOCKED_EMAIL = re.compile(r"^test@test\.com$|@example\.[a-z.]+$")
_AUTOMATED = re.compile(r"^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|bounces?|mailer[-_.]?daemon)\b")
MIN_LENGTH, MIN_DISTINCT, MAX_LENGTH = 6, 3, 1_024


@dataclass(frozen=True, slots=True)
class Standing:
    """Which identifiers stand alone.

    ``frame`` has code, standing and reason, one row per identifier that does.
    """

    frame: pl.DataFrame

    def alone(self, count: int) -> Bools:
        """Give the mask over codes."""
        mask = pl.Series([False]).new_from_index(0, count).to_numpy().copy()
        mask[self.frame["code"].to_numpy()] = True
        return mask

    def with_known(self, nodes: Nodes, known: pl.DataFrame) -> Standing:
        """Replace the states of identifiers whose facts are not complete here by known ones.

        ``known`` has id, standing (null: none) and reason.
        """
        rows = known.with_columns(code=pl.Series(nodes.codes(known["id"]), dtype=pl.Int64)).filter(
            pl.col("code") >= 0
        )
        own = self.frame.join(rows.select("code"), on="code", how="anti")
        other = rows.filter(pl.col("standing").is_in(list(STANDING_ORDER)))
        return Standing(pl.concat([own, other.select("code", "standing", "reason")]).sort("code"))


def is_automated(address: str, lists: Lists | None = None) -> bool:
    """Say whether a machine writes from an address (R12): it founds nothing, not even a company."""
    local = address.partition("@")[0].partition("+")[0]
    senders = (lists or builtin()).automated_senders
    return local in senders or bool(_AUTOMATED.match(local))


def is_role(address: str, lists: Lists | None = None) -> bool:
    """Say whether an address stands for a function; its tag does not change that (R12, E65)."""
    local = address.partition("@")[0].partition("+")[0]
    return local in (lists or builtin()).role_mailboxes


def email_standing(address: str, classifier: Classifier) -> tuple[str, str] | None:
    """Give the state of an address by itself and what gave it, if it has one."""
    host = address.rpartition("@")[2]
    kind = classifier.classify(host).name
    if kind == "own":
        return "blocked", "own_domain"
    if kind == "disposable":
        return "blocked", "disposable"
    if _BLOCKED_EMAIL.search(address) or len(address) > MAX_LENGTH:
        return "blocked", "blocked_value"
    if is_automated(address):
        return "shared_mailbox", "automated"
    if is_role(address):
        return "shared_mailbox", "role"
    return None


def value_standing(value: str, *, tracking: bool) -> tuple[str, str] | None:
    """Give the state of a bare value; the shape test is for ids of tracking only (R11)."""
    if _BLOCKED.match(value) or len(value) > MAX_LENGTH:
        return "blocked", "blocked_value"
    if tracking and (len(value) < MIN_LENGTH or len(set(value)) < MIN_DISTINCT):
        return "blocked", "shape"
    return None


def find(
    nodes: Nodes,
    evidence: pl.DataFrame,
    units: Units,
    decisions: Decisions,
    setting: Setting,
) -> Standing:
    """Find the identifiers that stand alone.

    Args:
        nodes: all identifiers in scope.
        evidence: all evidence of both planes, as read.
        units: the hosts' units and who claims them.
        decisions: the decisions that hold.
        setting: the rules and lists of the project.
    """
    live = evidence.filter(~pl.col("withdrawn").fill_null(False) & pl.col("until_ms").is_null())
    rows: list[tuple[int, str, str]] = []
    rows.extend(_by_value(nodes, setting))
    rows.extend(_marked(nodes, decisions, live, setting.primary))
    rows.extend(_generic(nodes, evidence, live, setting))
    rows.extend(_domains(nodes, live, units, decisions, setting))
    best: dict[int, tuple[int, str, str]] = {}
    for code, state, reason in rows:
        rank = STANDING_ORDER.index(state)
        if code not in best or rank < best[code][0]:
            best[code] = (rank, state, reason)
    ordered = sorted(best.items())
    return Standing(
        pl.DataFrame(
            {
                "code": [c for c, _ in ordered],
                "standing": [s for _, (_, s, _) in ordered],
                "reason": [r for _, (_, _, r) in ordered],
            },
            schema={"code": pl.Int64, "standing": pl.String, "reason": pl.String},
        )
    )


def _by_value(nodes: Nodes, setting: Setting) -> list[tuple[int, str, str]]:
    found = []
    kinds = ["email", "user", "anonymous", *setting.kinds]
    chosen = nodes.frame.filter(pl.col("kind").is_in(kinds))
    columns = chosen.select("code", "id", "kind", "record")
    for code, identifier, kind, record in columns.iter_rows():
        value = identifier.split(":", 1 if kind == "email" else 2)[-1]
        if kind == "email":
            state = email_standing(value, setting.classifier)
        else:
            state = value_standing(value, tracking=not record and kind not in setting.kinds)
        if state is not None:
            found.append((code, *state))
    return found


def _marked(
    nodes: Nodes, decisions: Decisions, live: pl.DataFrame, primary: str | None
) -> list[tuple[int, str, str]]:
    """Give addresses that people marked as shared, or that two records kept apart share (R8)."""
    marked = {i for i in decisions.shared if i.startswith("email:")}
    own = live.filter(
        (pl.col("rule") == "crm.primary_email") & (pl.col("source") == (primary or ""))
    )
    address: dict[str, str] = dict(zip(own["src"], own["dst"], strict=True))
    for answer in decisions.different:
        left, right = (address.get(i) for i in answer.pair)
        if left is not None and left == right:
            marked.add(left)
    return [
        (code, "shared_mailbox", "marked")
        for code in (nodes.code(i) for i in sorted(marked))
        if code >= 0
    ]


def _generic(
    nodes: Nodes,
    evidence: pl.DataFrame,
    live: pl.DataFrame,
    setting: Setting,
) -> list[tuple[int, str, str]]:
    """Give identifiers that are next to more anchors than says anything about one (R24)."""
    records = nodes.frame.filter(pl.col("live") & (pl.col("plane") == "person"))
    if setting.primary is not None:
        records = records.filter(
            (pl.col("source") == setting.primary) & (pl.col("object") == "contact")
        )
    anchors = records.select(src="id")
    person = live.filter(pl.col("edge") == "SAME_PERSON").select("src", "dst")
    degree = (
        person.join(anchors, on="src", how="semi")
        .group_by("dst")
        .agg(count=pl.col("src").n_unique())
    )
    generic = setting.rules.generic
    counted = {"email": generic.email, "phone": generic.phone}
    counted |= {f"x:{n}": k.generic for n, k in setting.kinds.items() if k.plane == "person"}
    found: list[tuple[int, str, str]] = []
    for kind, limit in counted.items():
        over = degree.filter(pl.col("dst").str.starts_with(f"{kind}:") & (pl.col("count") > limit))
        found.extend((nodes.code(i), "generic", f"{n} records") for i, n in over.iter_rows())
    found.extend(_generic_of_companies(nodes, live, setting))
    both = pl.concat(
        [
            evidence.filter(pl.col("edge") == "SAME_PERSON").select(one="src", other="dst"),
            evidence.filter(pl.col("edge") == "SAME_PERSON").select(one="dst", other="src"),
        ]
    ).filter(pl.col("one").str.starts_with("anon:") & ~pl.col("other").str.starts_with("anon:"))
    kiosks = both.group_by("one").agg(count=pl.col("other").n_unique())
    over = kiosks.filter(pl.col("count") > generic.anonymous)
    found.extend((nodes.code(i), "generic", f"{n} identifiers") for i, n in over.iter_rows())
    return found


def _generic_of_companies(
    nodes: Nodes, live: pl.DataFrame, setting: Setting
) -> list[tuple[int, str, str]]:
    """Give values of declared kinds that more accounts of one system carry than one company has."""
    kinds = {f"x:{n}": k.generic for n, k in setting.kinds.items() if k.plane == "company"}
    if not kinds:
        return []
    accounts = nodes.frame.filter(pl.col("live") & (pl.col("object") == "account"))
    carried = live.join(accounts.select(src="id"), on="src", how="semi").filter(
        pl.col("dst").str.starts_with("x:")
    )
    degree = carried.group_by("dst", "source").agg(count=pl.col("src").n_unique())
    most = degree.group_by("dst").agg(pl.col("count").max())
    found: list[tuple[int, str, str]] = []
    for kind, limit in kinds.items():
        over = most.filter(pl.col("dst").str.starts_with(f"{kind}:") & (pl.col("count") > limit))
        found.extend((nodes.code(i), "generic", f"{n} accounts") for i, n in over.iter_rows())
    return found


def _domains(
    nodes: Nodes,
    live: pl.DataFrame,
    units: Units,
    decisions: Decisions,
    setting: Setting,
) -> list[tuple[int, str, str]]:
    """Give hosts whose unit is generic or ambiguous; the states are the unit's (R16, R24).

    A host whose class may not found a company has that class as the reason instead (R19).
    """
    hosts = nodes.frame.filter(pl.col("kind") == "domain").select(
        "code", host=pl.col("id").str.slice(7)
    )
    state = _unit_states(live, nodes, units, decisions, setting)
    found = []
    for code, host in hosts.iter_rows():
        known = state.get(units.of.get(host, host))
        if known is not None and setting.classifier.classify(host).founds:
            found.append((code, *known))
    return found


def _unit_states(
    live: pl.DataFrame,
    nodes: Nodes,
    units: Units,
    decisions: Decisions,
    setting: Setting,
) -> dict[str, tuple[str, str]]:
    state: dict[str, tuple[str, str]] = {}
    for unit in units.rest:
        state[unit] = ("ambiguous", "claimed in parts")
    for unit, held in units.claimants.items():
        if len(held) > 1:
            state[unit] = ("ambiguous", f"{len(held)} accounts")
    marked = {i[7:] for i in decisions.shared if i.startswith("domain:")}
    marked |= {host for host in units.of if setting.classifier.override(host) == "shared"}
    for host in marked:
        state[units.of.get(host, host)] = ("ambiguous", "marked")
    claims = live.filter(pl.col("rule").is_in(list(DOMAIN_CLAIMS)))
    owners = nodes.frame.filter(pl.col("live")).select(src="id")
    counted: dict[tuple[str, str], set[str]] = {}
    for src, dst, source in (
        claims.join(owners, on="src", how="semi").select("src", "dst", "source").iter_rows()
    ):
        unit = units.of.get(dst[7:], dst[7:])
        counted.setdefault((unit, source), set()).add(src)
    # of several systems the one with the most claimants is the reason
    for (unit, source), accounts in sorted(counted.items(), key=lambda c: (len(c[1]), c[0])):
        if len(accounts) > setting.rules.generic.domain:
            state[unit] = ("generic", f"{len(accounts)} accounts of {source}")
    return state
