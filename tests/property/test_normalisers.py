"""Normal forms are total and idempotent on any text; variants of case, width and form are one."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given, settings
from hypothesis import strategies as st

from identity.model import normalise
from identity.model.instants import Clock
from identity.resolve.names import folded

TEXT = st.text(max_size=60) | st.text(alphabet="aA@.+-_<>\"'0 \t\u200b\u00e9\ud7ff", max_size=40)
FORMS: dict[str, Callable[[str], object]] = {
    "email": normalise.email,
    "domain": normalise.domain,
    "phone": normalise.phone,
    "key": normalise.key,
    "salesforce_id": normalise.salesforce_id,
    "text": normalise.text,
    "boolean": normalise.boolean,
    "name": folded,
}


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=400, deadline=None)
@given(raw=TEXT)
@example(raw="\u2024com@x.\u2024")
@example(raw="a@xn--a.com")
@example(raw="//[")
def test_total_and_idempotent(name: str, raw: str) -> None:
    once = FORMS[name](raw)
    if isinstance(once, str):
        assert FORMS[name](once) == once


@settings(max_examples=400, deadline=None)
@given(raw=TEXT)
def test_instants_never_raise(raw: str) -> None:
    for clock in (Clock(), Clock(zone="Europe/Berlin"), Clock(unit="s"), Clock(pattern="%d.%m.%Y")):
        clock.read(raw)


LOCAL = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
HOST = st.from_regex(r"[a-z][a-z0-9]{0,8}\.(com|de|co\.uk)", fullmatch=True)


@settings(max_examples=300, deadline=None)
@given(local=LOCAL, host=HOST, data=st.data())
def test_variants_of_an_address_are_one(local: str, host: str, data: st.DataObject) -> None:
    plain = f"{local}@{host}"
    upper = "".join(c.upper() if data.draw(st.booleans()) else c for c in plain)
    wide_host = "".join(
        chr(ord(c) + 0xFEE0) if c.isalnum() and data.draw(st.booleans()) else c for c in host
    )
    for variant in (upper, f" {plain}\t", f"<{plain}>", f"mailto:{plain}", f"{local}@{wide_host}"):
        assert normalise.email(variant) == plain
    decomposed = unicodedata.normalize("NFD", f"{local}@b\u00fccher.de")
    assert normalise.email(decomposed) == normalise.email(f"{local}@b\u00fccher.de")


ADDRESS = st.from_regex(
    r"[a-zA-Z0-9._+-]{1,12}@([a-zA-Z0-9-]{1,4}\.){0,3}[a-zA-Z0-9-]{0,4}", fullmatch=True
)


@settings(max_examples=600, deadline=None)
@given(raw=ADDRESS | st.tuples(ADDRESS, st.sampled_from([".test", ".onion", ".De"])).map("".join))
@example(raw="a" * 65 + "@b.com")
@example(raw="a@" + "b" * 64 + ".com")
@example(raw="a@" + "b.c" * 100 + ".com")
@example(raw="a@b--c.com")
@example(raw="a@xn--bcher-kva.de")
def test_plain_addresses_are_taken_as_the_full_check_takes_them(raw: str) -> None:
    try:
        checked = validate_email(raw, check_deliverability=False, strict=True)
    except EmailNotValidError:
        assert not isinstance(normalise.email(raw), str) or raw.endswith(".")
    else:
        assert normalise.email(raw) == f"{checked.local_part}@{checked.ascii_domain}".lower()
