"""Blocks: why an identifier of a request does not count.

A block's rule is ``<class of the value>.<name>`` with a name of `WORDS`, which is the documentation
of all of them.
"""

from __future__ import annotations

from identity.resolve.items.answer import Block
from identity.resolve.items.asked import Clue
from identity.resolve.items.known import Node
from identity.resolve.items.policy import Policy
from identity.resolve.standing import email_standing, value_standing

WORDS: dict[str, str] = {
    "not_valid": "not a value of this type",
    "no_value": "a placeholder that says there is no value",
    "role_address": "{value} is a role address: a mailbox, not a person",
    "automated_sender": "a machine writes from {value}",
    "marked_shared": "a mailbox of several people",
    "own_domain": "of this project's own domain",
    "disposable": "an address of a throw-away domain",
    "blocked_value": "a value that says nothing of anybody",
    "shape": "too short or too uniform to be an id of one visitor",
    "generic": "next to too many records to say anything about one",
    "ambiguous": "several accounts of the primary CRM claim {value}, or a person marked it shared",
    "shared": "a device of several contacts",
    "deleted": "the record was deleted at its source",
    "free_mail": "{value} is free mail: it makes contacts, never companies",
    "provider": "{value} is a provider's: it stands for its customers",
    "parked": "{value} is a parked domain",
    "hosted_site": "many different sites live under {value}",
    "social": "{value} carries profiles, it is nobody's domain",
    "wrong_plane": "stands for a {other}, not for a {wanted}",
    "founds_nothing": "unknown, and by itself it founds nobody",
}
_OF_REASON = {
    "role": "role_address",
    "automated": "automated_sender",
    "marked": "marked_shared",
    "own_domain": "own_domain",
    "disposable": "disposable",
    "blocked_value": "blocked_value",
    "shape": "shape",
}
_OF_CLASS = {"own": "own_domain"}

MAILBOXES = frozenset({"role_address", "marked_shared"})
"""Blocks of addresses that still stand for their domain's company (R12)."""


def block(clue: Clue, name: str, *, detail: str = "", value_class: str | None = None) -> Block:
    """Make a block of an identifier, by the name of its reason."""
    kind = value_class or clue.value_class
    words = detail or WORDS[name].format(value=_shown(clue, kind))
    return Block(f"{kind}.{name}", clue.place, kind, words)


def wrong_plane(clue: Clue, wanted: str) -> Block:
    """Make the block of an identifier that stands for something else than was asked for."""
    other = {"contact": "company", "company": "contact"}[wanted]
    if clue.value_class == "opportunity":
        other = "deal"
    return block(
        clue, "wrong_plane", detail=WORDS["wrong_plane"].format(other=other, wanted=wanted)
    )


def name_of(clue: Clue, node: Node | None, policy: Policy) -> str | None:
    """Give the name of the reason why an identifier stands for nobody, if there is one."""
    if clue.id is None:
        return "not_valid" if clue.bad is not None else "no_value"
    if node is not None and node.standing is not None:
        return _name(node.standing, node.reason)
    if node is not None and node.deleted and not node.spans:
        return "deleted"
    value = clue.id.split(":", 1 if clue.value_class in ("email", "domain") else 2)[-1]
    state = None
    if clue.value_class == "email":
        state = email_standing(value, policy.classifier)
    elif clue.value_class in ("user", "anonymous", *policy.kinds):
        state = value_standing(value, tracking=clue.value_class == "anonymous")
    return _name(*state) if state is not None else None


def of_clue(clue: Clue, node: Node | None, policy: Policy) -> Block | None:
    """Give the block of an identifier, if it has one."""
    name = name_of(clue, node, policy)
    if name is None:
        return None
    return block(clue, name, detail=clue.bad.message if clue.bad is not None else "")


def of_class(clue: Clue, domain_class: str) -> Block:
    """Make the block of a domain whose class founds no company (R19)."""
    return block(clue, _OF_CLASS.get(domain_class, domain_class), value_class="domain")


def _name(standing: str, reason: str | None) -> str:
    if standing in ("blocked", "shared_mailbox"):
        return _OF_REASON.get(reason or "", "blocked_value")
    return standing


def _shown(clue: Clue, kind: str) -> str:
    """Show as much of a value as the words need: a mailbox without its host, or a host."""
    if clue.id is None or clue.host is None:
        return "it"
    if kind == "email" and clue.value_class == "email":
        return clue.id[len("email:") :].partition("@")[0] + "@"
    return clue.host
