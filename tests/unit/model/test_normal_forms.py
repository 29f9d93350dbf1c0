"""Normal forms of single values: the published table of bad input, row by row."""

from __future__ import annotations

import pytest

from identity.model import normalise
from identity.model.instants import Clock, iso
from identity.model.normalise import Bad, Website

EMAILS = {
    " Ann@ACME.com ": "ann@acme.com",
    "\u00a0ann@acme.com\u00a0": "ann@acme.com",
    "\tann@acme.com\n": "ann@acme.com",
    "ann@acme.com.": "ann@acme.com",
    "Ann <ann@acme.com>": "ann@acme.com",
    "mailto:ann@acme.com": "ann@acme.com",
    "MAILTO:Ann@acme.com": "ann@acme.com",
    "'ann@acme.com'": "ann@acme.com",
    "\u200bann@acme.com": "ann@acme.com",
    "ann@münchen.de": "ann@xn--mnchen-3ya.de",
    "ann@mu\u0308nchen.de": "ann@xn--mnchen-3ya.de",
    "ann@xn--mnchen-3ya.de": "ann@xn--mnchen-3ya.de",
    "ann+tag@gmail.com": "ann+tag@gmail.com",
    "a.n.n@gmail.com": "a.n.n@gmail.com",
    "ann@ａｃｍｅ.com": "ann@acme.com",
    "n/a": None,
    "NULL": None,
    "-": None,
    "0": None,
    "unknown": None,
    "": None,
    "   ": None,
}
BAD_EMAILS = {
    "a..b@x.com": "E_EMAIL_SYNTAX",
    "a@b@c.com": "E_EMAIL_SYNTAX",
    "@x.com": "E_EMAIL_SYNTAX",
    "ann@": "E_EMAIL_SYNTAX",
    "ann": "E_EMAIL_SYNTAX",
    "a@x.com;b@x.com": "E_EMAIL_MULTI",
    "a@x.com, b@x.com": "E_EMAIL_MULTI",
    "a\u200bnn@acme.com": "E_EMAIL_UNSAFE_CHAR",
    "ann\u202e@acme.com": "E_EMAIL_UNSAFE_CHAR",
    "an\u00adn@acme.com": "E_EMAIL_UNSAFE_CHAR",
    "ann\uff20acme.com": "E_EMAIL_SYNTAX",
    "ann@127.0.0.1": "E_EMAIL_SYNTAX",
    "ann@[127.0.0.1]": "E_EMAIL_SYNTAX",
    "ann@localhost": "E_EMAIL_SYNTAX",
    "ann@acme.test": "E_EMAIL_SYNTAX",
    "ann@acme.invalid": "E_EMAIL_SYNTAX",
    "a" * 65 + "@acme.com": "E_EMAIL_SYNTAX",
    '"a b"@x.com': "E_EMAIL_QUOTED",
    "ann@acme.com\r\nBcc: eve@evil.com": "E_CONTROL_CHAR",
    "ann\x00@acme.com": "E_CONTROL_CHAR",
    "ann@nopain,nogain.com": "E_EMAIL_SYNTAX",
    "a" * 2_000 + "@acme.com": "E_FIELD_TOO_LARGE",
}


@pytest.mark.parametrize(("raw", "expected"), EMAILS.items())
def test_email(raw: str, expected: str | None) -> None:
    assert normalise.email(raw) == expected


@pytest.mark.parametrize(("raw", "code"), BAD_EMAILS.items())
def test_bad_email(raw: str, code: str) -> None:
    found = normalise.email(raw)
    assert isinstance(found, Bad)
    assert found.code == code


def test_a_cyrillic_letter_makes_another_address() -> None:
    assert normalise.email("\u0430nn@acme.com") != normalise.email("ann@acme.com")
    assert normalise.email("ann@\u0430cme.com") != normalise.email("ann@acme.com")


HOSTS = {
    "https://www.Acme.com/x?y#z": "www.acme.com",
    "acme.com:8080": "acme.com",
    "user:secret@acme.com": "acme.com",
    "acme.com.": "acme.com",
    "WWW.ACME.COM": "www.acme.com",
    "http://bücher.de/shop": "xn--bcher-kva.de",
    "xn--bcher-kva.de": "xn--bcher-kva.de",
    "n/a": None,
    "": None,
}


@pytest.mark.parametrize(("raw", "expected"), HOSTS.items())
def test_host_of_a_web_address(raw: str, expected: str | None) -> None:
    assert normalise.domain(raw) == expected


@pytest.mark.parametrize(
    "raw", ["acme", "http://10.0.0.1/", "[::1]", "a b.com", "xn--\u00e4.com", "acme.123", "-x.com"]
)
def test_not_a_domain(raw: str) -> None:
    assert isinstance(normalise.domain(raw), Bad)


def test_the_path_of_a_profile_is_kept() -> None:
    found = normalise.website("https://www.linkedin.com/company/acme/")
    assert found == Website("www.linkedin.com", "/company/acme")


SALESFORCE = {
    "0015500000Xyy06": "0015500000Xyy06AAB",
    "0015500000Xyy06AAB": "0015500000Xyy06AAB",
    "0015500000Xyy06aab": "0015500000Xyy06AAB",
}


@pytest.mark.parametrize(("raw", "expected"), SALESFORCE.items())
def test_salesforce_ids_have_eighteen_characters(raw: str, expected: str) -> None:
    assert normalise.salesforce_id(raw) == expected


def test_salesforce_ids_of_fifteen_characters_are_case_sensitive() -> None:
    assert normalise.salesforce_id("0015500000XyAbc") != normalise.salesforce_id("0015500000XyABC")


@pytest.mark.parametrize("raw", ["0015500000Xyy06AAC", "0015500000Xyy0", "001550000!Xyy06"])
def test_wrong_salesforce_ids(raw: str) -> None:
    found = normalise.salesforce_id(raw)
    assert isinstance(found, Bad)
    assert found.code == "E_SALESFORCE_ID"


def test_ids_that_a_spreadsheet_rounded() -> None:
    found = normalise.key("1.0E+11")
    assert isinstance(found, Bad)
    assert found.code == "E_EXCEL_NUMBER"
    assert normalise.key("00123") == "00123"


TIMES = {
    "2026-03-01T09:30:00.000+0000": "2026-03-01T09:30:00Z",
    "2026-03-01T09:30:00Z": "2026-03-01T09:30:00Z",
    "2026-03-01 9:30:05": "2026-03-01T09:30:05Z",
    "2026-03-01": "2026-03-01T00:00:00Z",
    "2026-03-01T09:30:00+05:30": "2026-03-01T04:00:00Z",
    "2026-03-01T09:30:00.123456Z": "2026-03-01T09:30:00.123Z",
    "2026-03-01T24:00:00Z": "2026-03-02T00:00:00Z",
    "2016-12-31T23:59:60Z": "2017-01-01T00:00:00Z",
    "2024-02-29": "2024-02-29T00:00:00Z",
}


@pytest.mark.parametrize(("raw", "expected"), TIMES.items())
def test_instants(raw: str, expected: str) -> None:
    found = Clock(zone="UTC").read(raw)
    assert isinstance(found, int)
    assert iso(found) == expected


BAD_TIMES = {
    "2026-02-30": "E_TIME_SYNTAX",
    "01/02/2026": "E_TIME_SYNTAX",
    "now": "E_TIME_SYNTAX",
    "2026-03-01T09:30:00+25:00": "E_TIME_SYNTAX",
    "0001-01-01": "E_TIME_RANGE",
    "9999-12-31": "E_TIME_RANGE",
    "1767225600": "E_TIME_UNIT",
    "-62135596800": "E_TIME_UNIT",
    "0000-00-00": "E_TIME_SYNTAX",
}


@pytest.mark.parametrize(("raw", "code"), BAD_TIMES.items())
def test_bad_instants(raw: str, code: str) -> None:
    found = Clock(zone="UTC").read(raw)
    assert isinstance(found, Bad)
    assert found.code == code


def test_a_time_without_zone_needs_the_source_s() -> None:
    found = Clock().read("2026-03-01 09:30:00")
    assert isinstance(found, Bad)
    assert found.code == "E_NO_TZ"
    berlin = Clock(zone="Europe/Berlin").read("2026-03-01 09:30:00")
    assert isinstance(berlin, int)
    assert iso(berlin) == "2026-03-01T08:30:00Z"


def test_a_time_that_clocks_skip() -> None:
    found = Clock(zone="Europe/Berlin").read("2026-03-29 02:30:00")
    assert isinstance(found, Bad)
    assert found.code == "E_TIME_GAP"


@pytest.mark.parametrize(("unit", "raw"), [("s", "1767225600"), ("ms", "1767225600000")])
def test_numbers_with_a_declared_unit(unit: str, raw: str) -> None:
    found = Clock(unit=unit).read(raw)
    assert isinstance(found, int)
    assert iso(found) == "2026-01-01T00:00:00Z"


def test_masking_hides_the_value() -> None:
    assert normalise.mask("jane.doe@acme.com") == "j••@acme.com"
    assert "secret" not in normalise.mask("secret-token-value")
    assert "\n" not in normalise.mask("a\nforged: line in a log")
