"""The page that lies beside the files: what to upload, where, in which order."""

from __future__ import annotations

from collections.abc import Mapping

_STEPS = (
    ("aliases", "aliases/", "POST /users/alias/new, one request a file; 20,000 requests a minute"),
    ("merges", "merges/", "POST /users/merge, one request a file; answered 202, done later"),
    ("attributes", "users_track/", "POST /users/track; the files whose `attributes` are not empty"),
    ("events", "users_track/", "POST /users/track; the files whose `events` are not empty"),
    ("catalog_accounts", "catalog_accounts.csv", "a catalog's CSV upload"),
    ("catalog_opportunities", "catalog_opportunities.csv", "a catalog's CSV upload"),
)

_PAGE = """# Upload to Braze

{table}

Upload the steps in this order, the files of a step by number.
{again}
- `/users/track` takes 3,000 requests in 3 seconds. An answer 429 says in `X-RateLimit-Reset`
  (seconds since 1970) when to go on; there is no `Retry-After`.
- An answer of success may carry `errors`: those objects were dropped, the others were taken.
- Braze keeps equal events, each of them. `ledger.json` remembers what was written: keep it, upload
  each export before the next is written into this folder, and upload no file of events twice.
- Merges are flat: no id is kept in one and merged away in another, so their order does not matter.
  Braze does not keep the message history of a profile that was merged away.
- An attribute that is `null` is cleared. `email_subscribe` is there only where a consent or a
  refusal is known.
- Catalogs are whole, the rest is what changed. Items that are no longer in a CSV stay in Braze
  until they are deleted there. 100 MB of catalogs are free.
- `rejected.jsonl` lists what was left out, and why. `manifest.json` lists every file with its
  digest.
"""
_AGAIN = """
**New profiles: {count}.** Braze adds an alias to, and merges into, only what exists: upload steps
1 and 2 once more after step 3. It does no harm to those that were taken before.
"""


def instructions(counts: Mapping[str, int], new_profiles: int) -> str:
    """Write the page for one export."""
    rows = ["| step | what | objects | where from | how |", "|---|---|---|---|---|"]
    rows += [
        f"| {number} | {what.replace('_', ' ')} | {counts[what]} | `{source}` | {how} |"
        for number, (what, source, how) in enumerate(_STEPS, 1)
    ]
    again = _AGAIN.format(count=new_profiles) if new_profiles else ""
    return _PAGE.format(table="\n".join(rows), again=again)
