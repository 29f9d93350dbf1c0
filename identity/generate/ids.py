"""Ids as the sampled systems give them."""

from __future__ import annotations

_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ROOM = 62**5
_STRIDE = 15_485_863  # prime and coprime to 62, so that the walk meets every id once

KEY_PREFIX = {
    "account": "001",
    "contact": "003",
    "owner": "005",
    "opportunity": "006",
    "history": "008",
    "role": "00K",
    "lead": "00Q",
    "lead_history": "017",
    "campaign": "701",
}
"""Salesforce key prefixes by object."""


def checksum(id15: str) -> str:
    """The three characters that turn a case-sensitive 15-character Salesforce id into 18.

    Each chunk of five characters gives one: bit i is set when its character i is a capital.
    """
    chunks = (id15[0:5], id15[5:10], id15[10:15])
    return "".join(
        _SUFFIX[sum(1 << i for i, char in enumerate(chunk) if "A" <= char <= "Z")]
        for chunk in chunks
    )


class SalesforceIds:
    """Mints 18-character ids; the n-th id of an object is the same in every run."""

    def __init__(self) -> None:
        self._minted: dict[str, int] = {}

    def mint(self, kind: str) -> str:
        """The next id of ``kind``, a key of ``KEY_PREFIX``."""
        number = self._minted.get(kind, 0) + 1
        self._minted[kind] = number
        place = number * _STRIDE % _ROOM
        digits = []
        for _ in range(5):
            place, digit = divmod(place, 62)
            digits.append(_BASE62[digit])
        id15 = f"{KEY_PREFIX[kind]}Tn00000{''.join(reversed(digits))}"
        return id15 + checksum(id15)


def crm_ref(source: str, kind: str, key: str) -> str:
    """The identifier of a CRM record: ``crm:salesforce:contact:003…``."""
    return f"crm:{source}:{kind}:{key}"
