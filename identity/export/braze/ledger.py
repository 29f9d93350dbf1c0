"""The ledger of an export: what went out already, so that nothing goes out twice.

Braze keeps every event it is sent, equal or not; so the ledger lies beside the files and remembers
which links, aliases and merges were written, under which external id a contact went out, and a
digest of each profile. A new folder begins anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from identity.errors import FixInput, Where

FILE = "ledger.json"
VERSION = 1


@dataclass(slots=True)
class Ledger:
    """What went out.

    ``external_ids``: contact to external id; ``profiles``: external id to the digest of its
    attributes; ``linked``: external id to the accounts it was linked to; ``aliases``: external id
    to aliases (label, name); ``merges``: old external id to the one that was kept.
    """

    external_ids: dict[str, str] = field(default_factory=dict)
    profiles: dict[str, str] = field(default_factory=dict)
    linked: dict[str, set[str]] = field(default_factory=dict)
    aliases: dict[str, dict[str, str]] = field(default_factory=dict)
    merges: dict[str, str] = field(default_factory=dict)

    def appears(self, contact: str, external_id: str) -> None:
        """Note under which external id a contact goes out; an id merged before is alive again."""
        self.external_ids[contact] = external_id
        self.merges.pop(external_id, None)

    def merge(self, old: str, kept: str) -> bool:
        """Note a merge; say whether it is new. What the old id had, the one kept has now."""
        if self.merges.get(old) == kept:
            return False
        self.merges[old] = kept
        self.profiles.pop(old, None)
        self.aliases.pop(old, None)
        if old in self.linked:
            self.linked.setdefault(kept, set()).update(self.linked[old])
        return True

    def alias(self, external_id: str, label: str, name: str) -> bool:
        """Note an alias; say whether it is new."""
        given = self.aliases.setdefault(external_id, {})
        known = given.get(label) == name
        given[label] = name
        return not known

    def profile(self, external_id: str, attributes: Mapping[str, Any]) -> bool:
        """Note a profile; say whether it differs from what went out."""
        packed = orjson.dumps(attributes, option=orjson.OPT_SORT_KEYS)
        digest = hashlib.blake2b(packed, digest_size=8).hexdigest()
        known = self.profiles.get(external_id) == digest
        self.profiles[external_id] = digest
        return not known

    def link(self, external_id: str, account: str) -> bool:
        """Note that a user was linked to an account; say whether that is new, ever."""
        accounts = self.linked.setdefault(external_id, set())
        known = account in accounts
        accounts.add(account)
        return not known


def load(folder: Path, project: str) -> Ledger:
    """Read the ledger of a folder; a folder without one has an empty one.

    Raises:
        FixInput: the ledger is another project's, or cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        return Ledger()
    where = Where(file=str(path))
    try:
        content = orjson.loads(path.read_bytes())
        given = (content["version"], content["project"])
        if given != (VERSION, project):
            raise FixInput(
                f"this is the ledger of project {given[1]!r}, version {given[0]}",
                where=where,
                fix="Export into another folder.",
            )
        return Ledger(
            external_ids=content["external_ids"],
            profiles=content["profiles"],
            linked={user: set(accounts) for user, accounts in content["linked"].items()},
            aliases=content["aliases"],
            merges=content["merges"],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FixInput(
            f"the ledger cannot be read: {error}", where=where, fix="Restore it from a backup."
        ) from error


def dump(ledger: Ledger, project: str) -> bytes:
    """Write a ledger; equal ledgers give equal bytes."""
    content = {
        "version": VERSION,
        "project": project,
        "external_ids": ledger.external_ids,
        "profiles": ledger.profiles,
        "linked": {user: sorted(accounts) for user, accounts in ledger.linked.items()},
        "aliases": ledger.aliases,
        "merges": ledger.merges,
    }
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)
