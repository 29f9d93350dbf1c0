"""Naming: from what a person types to the identifier that is meant."""

from __future__ import annotations

from collections.abc import Callable

from identity.config import Config
from identity.errors import FixInput
from identity.model import identifiers as ids
from identity.model import normalise
from identity.model.normalise import Bad

CRM_KINDS = ("contact", "lead", "account", "opportunity")
KINDS = ("email", "domain", "phone", "user", "workspace", "anonymous", *CRM_KINDS, "identifier")


def identifier_of(config: Config, kind: str, value: str) -> str:
    """Give the identifier of a kind and a value, in normal form.

    Scoped kinds take ``source:value``, or the bare value where the project has one source of it.

    Raises:
        FixInput: an unknown kind, a value that is not one of it, or a source that is not named.
    """
    found = named(config, kind, value)
    if isinstance(found, str):
        return found
    reason = found.message if isinstance(found, Bad) else "no value"
    raise FixInput(
        f"{value!r} is not of kind {kind}: {reason}",
        fix=found.fix if isinstance(found, Bad) else "",
    )


def named(config: Config, kind: str, value: str, source: str | None = None) -> normalise.Text:
    """Give the identifier of a kind and a value, None where the value says that there is none.

    Raises:
        FixInput: an unknown kind, or a source that is not named or not one of the project's.
    """
    if kind == "identifier":
        return _parsed(value)
    declared = config.identifier_kinds.get(kind)
    if declared is not None:
        exact = declared.form == "exact"
        own = normalise.key(value) if exact else normalise.alphanumeric(value)
        return ids.declared(kind, own) if isinstance(own, str) else own
    if kind not in KINDS:
        known = ", ".join([*KINDS, *config.identifier_kinds])
        raise FixInput(f"there is no kind {kind!r}", fix=f"Kinds: {known}, id.")
    if kind in _PLAIN:
        form, make = _PLAIN[kind]
        found = form(value)
        return make(found) if isinstance(found, str) else found
    scope, bare = _scoped(config, kind, value, source)
    systems = {s.source_name: s.system for s in config.sources}
    salesforce = kind in CRM_KINDS and systems.get(scope) == "salesforce"
    key = normalise.salesforce_id(bare) if salesforce else normalise.key(bare)
    if not isinstance(key, str):
        return key
    return ids.crm(scope, kind, key) if kind in CRM_KINDS else _SCOPED[kind](scope, key)


_PLAIN: dict[str, tuple[Callable[[str], normalise.Text], Callable[[str], str]]] = {
    "email": (normalise.email, ids.email),
    "domain": (normalise.domain, ids.domain),
    "phone": (normalise.phone, ids.phone),
}
_SCOPED: dict[str, Callable[[str, str], str]] = {
    "user": ids.user,
    "workspace": ids.workspace,
    "anonymous": ids.anonymous,
}


def guess(config: Config, text: str) -> str:
    """Give the identifier that a text names by itself: an identifier, an e-mail, a domain.

    Raises:
        FixInput: it names none.
    """
    prefix = text.partition(":")[0]
    if prefix in {k.prefix for k in ids.KINDS.values()} and ":" in text:
        return _whole(text)
    if "@" in text:
        return identifier_of(config, "email", text)
    found = normalise.domain(text)
    if isinstance(found, str):
        return ids.domain(found)
    raise FixInput(
        f"{text!r} is neither an e-mail, nor a domain, nor an identifier",
        fix="Write an identifier in full, such as crm:salesforce:contact:0035e…",
    )


def _whole(text: str) -> str:
    found = _parsed(text)
    if not isinstance(found, str):
        raise FixInput(found.message if found else f"{text!r} names nothing")
    return found


def _parsed(text: str) -> normalise.Text:
    clean = normalise.key(text)
    if isinstance(clean, str):
        try:
            ids.parse(clean)
        except ValueError as error:
            return Bad("E_IDENTIFIER_SYNTAX", str(error))
    return clean


def _scoped(config: Config, kind: str, value: str, source: str | None) -> tuple[str, str]:
    sources = _sources_of(config, kind)
    known = f"sources: {', '.join(sources) or 'none'}."
    if source is not None:
        if source not in sources:
            raise FixInput(f"no source {source!r} gives a {kind}", fix=f"Its {known}")
        return source, value
    scope, found, bare = value.partition(":")
    if found and scope in sources:
        return scope, bare
    if len(sources) == 1:
        return sources[0], value
    if kind in CRM_KINDS and config.primary_crm is not None:
        return config.primary_crm, value
    raise FixInput(f"which source is {value!r} of?", fix=f"Write source:value; {known}")


def _sources_of(config: Config, kind: str) -> list[str]:
    systems = {
        "user": ("product",),
        "workspace": ("product",),
        "anonymous": ("web",),
    }.get(kind, ("salesforce", "hubspot"))
    objects = {"anonymous": "event", "account": "company"}
    return [
        s.source_name
        for s in config.sources
        if s.system in systems or (s.system == "custom" and s.object == objects.get(kind, kind))
    ]
