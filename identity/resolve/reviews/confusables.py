"""Confusables: text written with letters of another alphabet that are taken for Latin ones.

A label of a domain, or the part of an address before the @, is suspicious if it mixes Latin with
such letters, or if it consists of nothing else. Words of another alphabet that hold letters of its
own are nothing odd. The table has the small letters of Cyrillic, Greek and Armenian that look like
a small Latin letter (UTS 39 lists most of them).
"""

from __future__ import annotations

import unicodedata

import idna

LOOKS_LIKE = {
    "а": "a", "ԁ": "d", "е": "e", "ѐ": "e", "ё": "e", "ғ": "f", "һ": "h", "і": "i", "ї": "i",
    "ј": "j", "к": "k", "ӏ": "l", "м": "m", "п": "n", "о": "o", "р": "p", "ԛ": "q", "г": "r",
    "ѕ": "s", "т": "t", "у": "y", "ѵ": "v", "ԝ": "w", "х": "x", "с": "c", "ь": "b", "в": "b",
    "α": "a", "ε": "e", "η": "n", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "σ": "o",
    "τ": "t", "υ": "u", "χ": "x", "γ": "y", "ω": "w", "ս": "u", "օ": "o", "հ": "h", "ց": "g",
    "ո": "n", "զ": "q", "ք": "p", "ѡ": "w",
}  # fmt: skip


def imitated_domain(host: str) -> str | None:
    """Give the domain that a host passes itself off as, or None where nothing is odd.

    ``xn--`` labels are decoded; what is left of them afterwards is encoded again.
    """
    labels = [_decoded(label) for label in host.split(".")]
    plain = [imitated(label) or label for label in labels]
    return ".".join(_encoded(label) for label in plain) if plain != labels else None


def imitated(text: str) -> str | None:
    """Give a suspicious word in the letters it imitates, or None where nothing is odd."""
    letters = [c for c in text.lower() if c.isalpha()]
    own = [c for c in letters if c not in LOOKS_LIKE]
    latin = [c for c in own if unicodedata.name(c, "").startswith("LATIN")]
    if len(own) == len(letters) or (own and not latin):
        return None
    return "".join(LOOKS_LIKE.get(c, c) for c in text.lower())


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return idna.decode(label)
    except idna.IDNAError:
        return label


def _encoded(label: str) -> str:
    return label if label.isascii() else idna.encode(label, uts46=True).decode()
