"""Names of the published cases: ``email:…``, ``domain:…``, else ``source:object:id``.

Ids of Salesforce are short in the cases; here they become well-formed ones of 15 characters, so
that they pass the same door as any other. An id that is written out in full stays as it is.
"""

from __future__ import annotations

from identity.model import identifiers as ids
from identity.model.normalise import salesforce_id

BARE = ("email", "domain", "phone", "social")
PREFIXES = {"account": "001", "contact": "003", "lead": "00Q", "opportunity": "006"}
RELATION = "07k"
LENGTH = 15


def salesforce_key(key: str, prefix: str) -> str:
    """Give the well-formed id that a short one stands for."""
    return key if len(key) >= LENGTH else f"{prefix}{key.rjust(LENGTH - len(prefix), '0')}"


def to_identifier(name: str) -> str:
    """Give the product's identifier that a name of a case stands for."""
    if name.partition(":")[0] in BARE:
        return name
    source, kind, key = name.split(":", 2)
    if kind == "user":
        return ids.user(source, key)
    if kind == "workspace":
        return ids.workspace(source, key)
    if kind == "anonymous":
        return ids.anonymous(source, key)
    if source == "salesforce":
        found = salesforce_id(salesforce_key(key, PREFIXES[kind]))
        assert isinstance(found, str), name
        # what a case writes out in full is what it expects, to the letter
        return ids.crm(source, kind, key if len(key) > LENGTH else found)
    return ids.crm(source, kind, key)


def to_name(identifier: str) -> str:
    """Give the name that a case calls an identifier by."""
    parsed = ids.parse(identifier)
    if parsed.kind in BARE or parsed.scope is None:
        return identifier
    kind, key = parsed.crm_object or parsed.kind, parsed.value
    prefix = PREFIXES.get(kind, "")
    if parsed.kind == "crm" and parsed.scope == "salesforce" and key[3:4] == "0":
        key = key.removeprefix(prefix)[: LENGTH - len(prefix)].lstrip("0")
    return f"{parsed.scope}:{kind}:{key}"
