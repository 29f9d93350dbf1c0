"""A small project in which questions wait: two accounts with one domain, namesakes, duplicates.

It is the small project of the golden files with more rows, so that deals hang on the answers.
"""

from __future__ import annotations

import shutil
from pathlib import Path

SMALL = Path(__file__).parents[1] / "golden" / "project"
_SINCE = "2026-04-20T08:00:00.000+0000"
ROWS = {
    "salesforce/Account.csv": (
        "001Gd0000000003IAA,false,,Glass Trading,,http://northwind-glass.de,Austria,{0},{0}",
        "001Gd0000000004IAA,false,,Sundown Freight,,,France,{0},{0}",
        "001Gd0000000005IAA,false,,Harbour Steel,,harbour-steel.com,France,{0},{0}",
    ),
    "salesforce/Contact.csv": (
        "003Gd0000000004IAA,false,,001Gd0000000005IAA,Bob,Baker,bob.baker@harbour-steel.com,,"
        "Assistant,{0},{0}",
        "003Gd0000000005IAA,false,,001Gd0000000005IAA,Dora,Dean,dora@harbour-steel.com,,,{0},{0}",
        "003Gd0000000006IAA,false,,001Gd0000000005IAA,Dora,Dean,dora@harbour-steel.com,,,{0},{0}",
    ),
    "salesforce/Opportunity.csv": (
        "006Gd0000000003IAA,false,001Gd0000000005IAA,Beams,Proposal,800,EUR,2026-10-01,false,false,"
        "{0},{0}",
    ),
    "salesforce/OpportunityContactRole.csv": (
        "00KGd0000000002MAA,006Gd0000000003IAA,003Gd0000000004IAA,Buyer,true,false,{0},{0}",
        "00KGd0000000003MAA,006Gd0000000002IAA,003Gd0000000002IAA,Buyer,true,false,{0},{0}",
    ),
}
EVENTS = (
    '{"messageId": "r1", "type": "page", "anonymousId": "dev-cccc-3333", "timestamp": '
    '"2026-02-16T09:00:00Z", "context": {"page": {"url": "https://vendor.io/talk", "path": '
    '"/talk", "referrer": ""}, "campaign": {"source": "linkedin", "medium": "paid-social", '
    '"name": "talk"}}}',
    '{"messageId": "r2", "type": "identify", "anonymousId": "dev-cccc-3333", "timestamp": '
    '"2026-02-16T10:00:00Z", "traits": {"email": "bob.baker@harbour-steel.com"}}',
)


def lay_out(folder: Path) -> Path:
    """Write the project into a folder that is not there yet."""
    shutil.copytree(SMALL, folder)
    for name, rows in ROWS.items():
        with (folder / "data" / name).open("a", encoding="utf-8") as file:
            file.writelines(row.format(_SINCE) + "\n" for row in rows)
    with (folder / "data" / "web" / "events.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(row + "\n" for row in EVENTS)
    return folder
