"""Identifiers of a row: from the values of columns to typed, scoped ids."""

from __future__ import annotations

from collections.abc import Callable

from identity.ingest.columns import Columns, Context, split
from identity.ingest.spec import IdentifierSpec
from identity.model import identifiers as ids
from identity.model import normalise
from identity.model.lists import carries_profiles
from identity.model.normalise import Bad, Website

Ids = list[list[str]]


def of_spec(columns: Columns, spec: IdentifierSpec) -> Ids:
    """Give each row's identifiers of one kind; values that cannot be used are noted in place."""
    form = _form(spec, columns.context)
    names = columns.found(spec.column)
    found: Ids = [[] for _ in range(len(columns))]
    known: dict[str | None, str | Bad | None] = {}
    for position, value in enumerate(columns.raw(spec.column)):
        for part in split(value, spec.separator):
            if part not in known:
                known[part] = form(part)
            result = known[part]
            if isinstance(result, Bad):
                columns.note(position, names[0], result, part or "")
            elif result is not None and result not in found[position]:
                found[position].append(result)
    return found


def _form(spec: IdentifierSpec, context: Context) -> Callable[[str | None], str | Bad | None]:
    scope = spec.source or context.by_system.get(spec.system or "", None) or context.source
    match spec.kind:
        case "email":
            return _then(normalise.email, ids.email)
        case "domain":
            return _website
        case "phone":
            region = context.region
            return _then(lambda raw: normalise.phone(raw, region), ids.phone)
        case "anonymous":
            return _then(normalise.key, lambda value: ids.anonymous(scope, value))
        case "user":
            product = spec.source or context.product or scope
            return lambda raw: _user(raw, product)
        case "workspace":
            product = spec.source or context.product or scope
            return _then(normalise.key, lambda value: ids.workspace(product, value))
        case "crm":
            salesforce = context.systems.get(scope) == "salesforce"
            key = normalise.salesforce_id if salesforce else normalise.key
            crm_object = spec.crm_object or "contact"
            return _then(key, lambda value: ids.crm(scope, crm_object, value))
        case other:
            kind = context.kinds.get(other)
            exact = kind is not None and kind.form == "exact"
            own = normalise.key if exact else normalise.alphanumeric
            return _then(own, lambda value: ids.declared(other, value))


def _then(
    form: Callable[[str | None], normalise.Text], make: Callable[[str], str]
) -> Callable[[str | None], str | Bad | None]:
    def both(raw: str | None) -> str | Bad | None:
        value = form(raw)
        return value if value is None or isinstance(value, Bad) else make(value)

    return both


def _website(raw: str | None) -> str | Bad | None:
    """Give the domain a web address names, or the profile where it is a social network's (R19)."""
    found = normalise.website(raw)
    if not isinstance(found, Website):
        return found
    if found.path and carries_profiles(found.host):
        return ids.social(found.host.removeprefix("www.") + found.path.lower())
    return ids.domain(found.host)


def _user(raw: str | None, scope: str) -> str | Bad | None:
    """Give a user id, or an e-mail where a tool uses the address as its user id (E80)."""
    value = normalise.key(raw)
    if value is None or isinstance(value, Bad):
        return value
    if "@" in value:
        address = normalise.email(value)
        if isinstance(address, str):
            return ids.email(address)
    return ids.user(scope, value)
