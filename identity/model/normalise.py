"""Normal forms of single values: the same thing written differently becomes one value.

Every function is total: it takes any text and gives a normal form, ``None`` where the text says
that there is no value, or `Bad` with a stable code. Each is idempotent on its own output.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

import idna
import phonenumbers
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

MAX_VALUE = 1_024
MAX_TEXT = 65_536

PLACEHOLDERS = frozenset(
    "n/a na null none nil undefined unknown - -- . 0 ? anonymous not set (not set) invalid tbd "
    "no email noemail keine".split()
) | {"not set", "(not set)", "no email", "not available"}
TEXT_PLACEHOLDERS = frozenset({"n/a", "null", "none", "-", "--", "#n/a", "nan", "undefined"})

_BLANKS = "\u200b\u200c\u200d\u2060\ufeff \t\r\n\x0b\x0c"
_UNSAFE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ANGLE = re.compile(r"^[^<>]*<([^<>]+)>$")
_PLAIN_EMAIL = re.compile(
    r"(?=.{1,254}\Z)(?=[^@]{1,64}@)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*"
    r"@(?:[A-Za-z0-9](?:-?[A-Za-z0-9]){0,30}\.)+([A-Za-z]{2,63})"
)
"""What nearly all addresses look like: no check finds fault with them but that of their suffix."""

_HOST_LABEL = re.compile(r"^(?!-)[a-z0-9_-]{1,63}(?<!-)$")
_EXCEL_NUMBER = re.compile(r"^\d(?:\.\d+)?[eE]\+?\d+$")
_SALESFORCE_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


@dataclass(frozen=True, slots=True)
class Bad:
    """A value that cannot be used: a stable code, what is wrong, and what to do."""

    code: str
    message: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Website:
    """What a web address names: a host, or the profile of somebody on a social network."""

    host: str
    path: str = ""


Text = str | Bad | None


@lru_cache(maxsize=200_000)
def email(raw: str | None) -> Text:
    """Give an e-mail address in normal form (R5): trimmed, NFC, domain as A-label, lower case.

    ``mailto:``, angle brackets and quotes around it are taken off. Tags and dots stay.
    """
    if raw is None:
        return None
    if len(raw) > MAX_VALUE:
        return Bad("E_FIELD_TOO_LARGE", f"an e-mail of {len(raw)} characters")
    plain = _PLAIN_EMAIL.fullmatch(raw)
    if plain is not None and plain[1].lower() not in SPECIAL_USE_DOMAIN_NAMES:
        return raw.lower()
    text = unicodedata.normalize("NFC", raw).strip(_BLANKS + "\u00a0\u2003")
    angle = _ANGLE.match(text)
    text = (angle[1] if angle else text).strip(_BLANKS + " '").removesuffix(".")
    if text[:7].lower() == "mailto:":
        text = text[7:]
    if not text or text.lower() in PLACEHOLDERS:
        return None
    if _CONTROL.search(text) or "\n" in text or "\r" in text:
        return Bad("E_CONTROL_CHAR", "an e-mail with a control character")
    if _UNSAFE.search(text):
        return Bad("E_EMAIL_UNSAFE_CHAR", "an e-mail with an invisible character")
    if text.count("@") > 1 and re.search(r"[;,\s]", text):
        return Bad(
            "E_EMAIL_MULTI", "several e-mails in one field", "Map the column with a separator."
        )
    if text.startswith('"'):
        return Bad("E_EMAIL_QUOTED", "an e-mail with a quoted local part")
    try:
        checked = validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        return Bad("E_EMAIL_SYNTAX", f"not an e-mail address: {error}")
    host = checked.ascii_domain or idna.encode(checked.domain, uts46=True).decode()
    return f"{checked.local_part.lower()}@{host.lower()}"


@lru_cache(maxsize=200_000)
def website(raw: str | None) -> Website | Bad | None:
    """Give the host of a web address in normal form, with its path.

    Scheme, credentials, port, query and a trailing dot are dropped; the host becomes an A-label.
    """
    if raw is None:
        return None
    text = raw.strip(_BLANKS + "\u00a0\u2003")
    if not text or text.lower() in PLACEHOLDERS or text.lower() in TEXT_PLACEHOLDERS:
        return None
    if len(text) > MAX_VALUE:
        return Bad("E_FIELD_TOO_LARGE", f"a web address of {len(text)} characters")
    if _CONTROL.search(text):
        return Bad("E_CONTROL_CHAR", "a web address with a control character")
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        name, path = parts.hostname or "", unquote(parts.path)
    except ValueError:
        return Bad("E_DOMAIN_SYNTAX", "not a web address")
    host = _host(name)
    return host if isinstance(host, Bad) else Website(host, path.rstrip("/"))


def domain(raw: str | None) -> Text:
    """Give the host that a domain field names, in normal form."""
    found = website(raw)
    return found.host if isinstance(found, Website) else found


def _host(name: str) -> str | Bad:
    text = unicodedata.normalize("NFC", name).strip(".").lower()
    if not text or "." not in text:
        return Bad("E_DOMAIN_SYNTAX", f"{name[:80]!r} is not a domain")
    try:
        ip_address(text)
        return Bad("E_DOMAIN_IS_ADDRESS", "an IP address instead of a domain")
    except ValueError:
        pass
    try:
        host = text if text.isascii() else idna.encode(text, uts46=True).decode()
        for label in host.split("."):
            if label.startswith("xn--"):
                idna.decode(label)
    except idna.IDNAError as error:
        return Bad("E_DOMAIN_SYNTAX", f"not a domain: {error}")
    if len(host) > 253 or not all(_HOST_LABEL.match(label) for label in host.split(".")):
        return Bad("E_DOMAIN_SYNTAX", f"{name[:80]!r} is not a domain")
    if host.rsplit(".", 1)[-1].isdigit():
        return Bad("E_DOMAIN_SYNTAX", f"{name[:80]!r} is not a domain")
    return host


@lru_cache(maxsize=100_000)
def phone(raw: str | None, region: str | None = None) -> Text:
    """Give a phone number in E.164 form; ``region`` is where numbers without a prefix are from."""
    if raw is None:
        return None
    text = raw.strip(_BLANKS + "\u00a0\u2003")
    if not text or text.lower() in PLACEHOLDERS or not re.search(r"\d", text):
        return None
    if len(text) > 64:
        return Bad("E_PHONE_SYNTAX", f"a phone number of {len(text)} characters")
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        fix = "" if region else "Declare the source's default_region."
        return Bad("E_PHONE_SYNTAX", f"not a phone number: {error}", fix)
    if not phonenumbers.is_possible_number(parsed):
        return Bad("E_PHONE_SYNTAX", "not a possible phone number")
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def key(raw: str | None) -> Text:
    """Give an opaque id in normal form: trimmed text, as it is."""
    if raw is None:
        return None
    text = raw.strip(_BLANKS + "\u00a0\u2003")
    if not text:
        return None
    if len(text) > MAX_VALUE:
        return Bad("E_FIELD_TOO_LARGE", f"an id of {len(text)} characters")
    if _CONTROL.search(text):
        return Bad("E_CONTROL_CHAR", "an id with a control character")
    if _EXCEL_NUMBER.match(text):
        return Bad(
            "E_EXCEL_NUMBER",
            "an id that a spreadsheet has rounded",
            "Export the column as text.",
        )
    return text


def alphanumeric(raw: str | None) -> Text:
    """Give an id that people write with blanks and punctuation: capitals and digits only."""
    found = key(raw)
    if found is None or isinstance(found, Bad):
        return found
    folded = unicodedata.normalize("NFKC", found).upper()
    return "".join(c for c in folded if c.isalnum()) or None


def salesforce_id(raw: str | None) -> Text:
    """Give a Salesforce id in its 18-character form (R37).

    The suffix encodes which of the 15 characters are capitals: three chunks of five, a bit a
    capital, the first character being the lowest bit. 15-character ids are case-sensitive.
    """
    text = key(raw)
    if text is None or isinstance(text, Bad):
        return text
    if not text.isascii() or not text.isalnum() or len(text) not in (15, 18):
        return Bad("E_SALESFORCE_ID", "not a Salesforce id of 15 or 18 characters")
    suffix = "".join(
        _SALESFORCE_SUFFIX[sum(c.isupper() << i for i, c in enumerate(text[start : start + 5]))]
        for start in (0, 5, 10)
    )
    if len(text) == 18 and text[15:].upper() != suffix:
        return Bad("E_SALESFORCE_ID", "a Salesforce id whose check characters are wrong")
    return text[:15] + suffix


def text(raw: str | None) -> Text:
    """Give free text in normal form: trimmed, NFC; placeholders are no value."""
    if raw is None:
        return None
    found = unicodedata.normalize("NFC", raw).strip(_BLANKS + "\u00a0\u2003")
    if not found or found.lower() in TEXT_PLACEHOLDERS:
        return None
    if "\x00" in found:
        return Bad("E_CONTROL_CHAR", "text with a NUL character")
    if len(found) > MAX_TEXT:
        return Bad("E_FIELD_TOO_LARGE", f"text of {len(found)} characters (at most {MAX_TEXT})")
    return found


def boolean(raw: str | None) -> bool | Bad | None:
    """Give a flag; the spellings are those of CSV exports."""
    if raw is None or not raw.strip():
        return None
    low = raw.strip().lower()
    if low in ("true", "t", "1", "yes", "y"):
        return True
    if low in ("false", "f", "0", "no", "n"):
        return False
    return Bad("E_BOOLEAN", f"{raw[:20]!r} is neither true nor false")


def mask(raw: str) -> str:
    """Mask a value for logs and quarantine: enough to find it, not enough to know it."""
    flat = _CONTROL.sub("\ufffd", raw.replace("\n", " ").replace("\r", " "))
    local, at, host = flat.partition("@")
    if at:
        return f"{local[:1]}••@{host[:40]}"
    return flat[:2] + "••" + flat[-1:] if len(flat) > 5 else "••"
