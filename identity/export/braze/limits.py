"""What Braze accepts, as its documentation states it, and bringing values within it.

Sizes of requests: ``/users/track`` 75 objects in total (50 on plans by active users), aliases,
merges and catalog items 50. Catalogs: at most 30 fields, names and ids of letters, digits, ``-``
and ``_`` up to 250 characters, values up to 5,000 characters, no arrays or objects in CSV; the
first column is ``id``. Braze does not sanitise HTML, so tags are taken out here.
"""

from __future__ import annotations

import re
from typing import Any

from identity.model.instants import to_datetime

TRACK_OBJECTS = 75
REQUEST_OBJECTS = 50
CATALOG_FIELDS = 30
ID_LENGTH = 250
VALUE_LENGTH = 5_000
CSV_BYTES = 2 * 1024**3
EVENT_NAME = "account_linked"
CATALOG_TYPES = ("string", "number", "boolean", "time")
CATALOG_NAME = re.compile(rf"[A-Za-z0-9_-]{{1,{ID_LENGTH}}}")
_TAG = re.compile(r"<[A-Za-z/!?][^>]*(?:>|$)")


def without_tags(text: str) -> str:
    """Take HTML tags out of a text, unfinished ones too; what is escaped stays escaped."""
    while (plain := _TAG.sub("", text)) != text:
        text = plain
    return text.strip()


def clean(value: Any) -> Any:
    """Bring a value into the form that goes out: text without tags, nothing else changed."""
    if isinstance(value, str):
        return without_tags(value) or None
    return value


def catalog_problem(item: dict[str, Any]) -> str | None:
    """Say why an item cannot be one of a catalog, by the names of Braze's own errors."""
    if not isinstance(item["id"], str) or not CATALOG_NAME.fullmatch(item["id"]):
        return "invalid-ids"
    if any(isinstance(v, str) and len(v) > VALUE_LENGTH for v in item.values()):
        return "items-too-large"
    return None


def moment(ms: int) -> str:
    """Write an instant as ISO 8601 with its offset."""
    return to_datetime(ms).isoformat(timespec="milliseconds" if ms % 1000 else "seconds")
