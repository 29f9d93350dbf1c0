"""Channels: published cases, what an event says of itself, and what counts as nowhere."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from identity.errors import ConfigError, FixInput
from identity.journey.channel_rules import parse, preset
from identity.journey.channels import Traffic, classify
from identity.journey.data import refresh_sources
from identity.journey.sources import builtin, clean_host

Row = dict[str, str | None]


def channel(row: Row, traffic: Traffic | None = None) -> tuple[str, str, str]:
    return classify(pl.DataFrame([row], infer_schema_length=1), traffic=traffic).row(0)


@pytest.mark.shared_data
def test_published_cases_of_the_default_channel_group(shared_data: Path) -> None:
    """All 30; row 5 as corrected (`got`): a shopping site without a paid medium is organic."""
    cases = pl.read_csv(shared_data / "ga4_channel_grouping" / "expected_channel_cases_rowwise.csv")
    got = classify(cases.select("source", "medium", "campaign"))
    assert got["channel"].to_list() == cases["got"].to_list()
    assert cases.height == 30


@pytest.mark.shared_data
def test_snowplow_sessions_fall_into_the_same_channels(shared_data: Path) -> None:
    """Snowplow knows no affiliates here, and calls a visit from Quora a referral (GA4: social)."""
    counts = pl.read_csv(
        shared_data
        / "snowplow_fractribution/expected/snowplow_fractribution_channel_counts_expected.csv"
    ).filter(pl.col("source") != "quora.com")
    names = {
        "Paid_Search_Other": "Paid Search",
        "Video": "Organic Video",
        "Unmatched_Channel": "Affiliates",
    }
    wanted = [names.get(name, name.replace("_", " ")) for name in counts["channel"]]
    assert classify(counts.select("source", "medium", "campaign"))["channel"].to_list() == wanted


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"referrer_host": "www.google.co.uk"}, ("Organic Search", "google", "organic")),
        ({"referrer_host": "de.search.yahoo.com"}, ("Organic Search", "yahoo", "organic")),
        ({"referrer_host": "mail.google.com"}, ("Referral", "mail.google.com", "referral")),
        ({"referrer_host": "lnkd.in"}, ("Organic Social", "linkedin", "social")),
        ({"referrer_host": "com.linkedin.android"}, ("Organic Social", "linkedin", "social")),
        ({"referrer_host": "chatgpt.com"}, ("AI Assistants", "chatgpt", "referral")),
        ({"referrer_host": "www.perplexity.ai"}, ("AI Assistants", "perplexity", "referral")),
        ({"referrer_host": "app.jasper.ai"}, ("AI Assistants", "jasper", "referral")),
        ({"source": "chatgpt.com"}, ("AI Assistants", "chatgpt.com", "(not set)")),
        ({"referrer_host": "www.g2.com"}, ("Review Sites", "g2", "referral")),
        ({"referrer_host": "blog.partner.io:8080"}, ("Referral", "blog.partner.io", "referral")),
        ({"referrer_host": "m.youtube.com"}, ("Organic Video", "youtube", "referral")),
        ({"referrer_host": None}, ("Direct", "(direct)", "(none)")),
        (
            {"source": "LinkedIn", "medium": "Paid-Social"},
            ("Paid Social", "linkedin", "paid-social"),
        ),
        ({"source": "g2", "medium": "cpc"}, ("Paid Other", "g2", "cpc")),
        ({"source": "acme-partner", "medium": "partner"}, ("Partner", "acme-partner", "partner")),
        (
            {"source": "salesloft", "medium": "sequence"},
            ("Outbound Sales", "salesloft", "sequence"),
        ),
        ({"campaign": "spring"}, ("Unassigned", "(not set)", "(not set)")),
    ],
)
def test_referrers_and_tags(row: Row, expected: tuple[str, str, str]) -> None:
    assert channel(row) == expected


@pytest.mark.parametrize(
    ("event", "kind", "expected"),
    [
        ("webinar", "activity", "Events"),
        ("sales", "activity", "Outbound Sales"),
        ("product", "activity", "Product"),
        ("email_click", "activity", "Email"),
        ("email_sent", "exposure", "Email"),
        ("ad", "exposure", "Display"),
        ("page", "activity", "Direct"),
    ],
)
def test_events_say_of_themselves_what_they_are(event: str, kind: str, expected: str) -> None:
    assert channel({"event_kind": event, "kind": kind})[0] == expected


def test_an_ad_on_a_network_is_paid_though_nobody_clicked() -> None:
    shown = {"kind": "exposure", "event_kind": "ad", "source": "linkedin"}
    assert channel(shown) == ("Paid Social", "linkedin", "(not set)")
    assert channel({**shown, "kind": "activity"})[0] == "Organic Social"


@pytest.mark.parametrize(
    "host",
    [
        "acme.com",
        "www.acme.com",
        "Shop.Acme.com:443",
        "www.paypal.com",
        "checkout.stripe.com",
        "login.sso.example",
    ],
)
def test_own_hosts_payments_and_logins_are_nowhere(host: str) -> None:
    traffic = Traffic.of(own_hosts=["WWW.acme.com"], ignored_referrers=["sso.example"])
    assert channel({"referrer_host": host}, traffic) == ("Direct", "(direct)", "(none)")
    assert channel({"referrer_host": "notacme.com"}, traffic)[0] == "Referral"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.com/?gclid=x", ("Paid Search", "google", "cpc")),
        ("https://a.com/?x=1&li_fat_id=x#top", ("Paid Social", "linkedin", "paid")),
        ("https://a.com/?fbclid=x", ("Organic Social", "facebook", "social")),
        ("https://a.com/?fbclid=x&gclid=y", ("Paid Search", "google", "cpc")),
        ("https://a.com/?gclid=", ("Organic Search", "bing", "organic")),
        ("?utm_source=Big%20News&utm_medium=e-mail&gclid=y", ("Email", "big news", "e-mail")),
        ("utm_source=google&gclid=y", ("Paid Search", "google", "cpc")),
        ("https://a.com/?notgclid=y", ("Organic Search", "bing", "organic")),
    ],
)
def test_landing_urls(url: str, expected: tuple[str, str, str]) -> None:
    assert channel({"landing_url": url, "referrer_host": "www.bing.com"}) == expected


def test_a_click_id_by_name_is_enough_and_tags_win_over_it() -> None:
    assert channel({"click_id": "msclkid"}) == ("Paid Search", "bing", "cpc")
    tagged = {"click_id": "gclid", "source": "partner", "medium": "email"}
    assert channel(tagged) == ("Email", "partner", "email")


def test_rows_keep_their_order_and_nulls() -> None:
    rows = pl.DataFrame(
        {"source": ["google", None, "google", None], "medium": ["cpc", None, "organic", "x"]}
    )
    assert classify(rows)["channel"].to_list() == [
        "Paid Search", "Direct", "Organic Search", "Unassigned",
    ]  # fmt: skip
    assert classify(rows.clear()).height == 0


def test_every_channel_of_the_preset_can_be_reached_or_is_the_last() -> None:
    rules = preset()
    assert rules.paid <= set(rules.channels)
    assert rules.direct in rules.channels
    wanted = {"AI Assistants", "Events", "Outbound Sales", "Partner", "Review Sites", "Product"}
    assert wanted <= set(rules.channels)


def test_a_project_may_bring_its_own_rules() -> None:
    rules = parse(
        "name: mine\nunassigned: Other\nrules:\n"
        "  - {channel: Ours, any: [{source: 'acme.*', medium: x}, {category: [ai]}]}\n",
        "mine.yaml",
    )
    rows = pl.DataFrame(
        {"source": ["Acme-1", "acme", "claude", "b"], "medium": ["X", "y", None, "x"]}
    )
    assert classify(rows, rules=rules)["channel"].to_list() == ["Ours", "Other", "Ours", "Other"]


def test_all_mistakes_of_rules_are_named_at_once() -> None:
    text = (
        "name: x\nfoo: 1\nrules:\n"
        "  - {channel: A, any: [{source: '(', category: [zz], kind: q, bar: 1}]}\n"
        "  - {channel: B}\n"
        "click_ids: {gclid: {source: google}}\n"
    )
    with pytest.raises(ConfigError) as caught:
        parse(text, "mine.yaml")
    told = str(caught.value)
    for part in ("'foo'", "'('", "'zz'", "'q'", "'bar'", "rule 2", "gclid", "mine.yaml"):
        assert part in told
    assert len(caught.value.problems) == 7
    with pytest.raises(ConfigError, match=r"mine\.yaml"):
        parse("rules: [", "mine.yaml")
    with pytest.raises(FixInput, match="'nope'"):
        preset("nope")


@pytest.mark.parametrize(
    ("host", "category"),
    [
        ("google.com", "search"),
        ("www.google.com.br", "search"),
        ("support.google.com", None),
        ("gemini.google.com", "ai"),
        ("fr.linkedin.com", "social"),
        ("dropbox.com", None),
        ("x.com", "social"),
        ("sourceforge.net", "review"),
        ("aws.amazon.com", None),
        ("vimeo.com", "video"),
    ],
)
def test_hosts(host: str, category: str | None) -> None:
    found = builtin().of_host(host)
    assert (found.category if found else None) == category


def test_clean_hosts() -> None:
    assert clean_host(" WWW2.Acme.COM.:8443 ") == "acme.com"
    assert clean_host("www.com") == "www.com"


@pytest.mark.shared_data
def test_the_generated_list_is_what_its_generator_makes(shared_data: Path, repo_root: Path) -> None:
    kept = (repo_root / "identity/journey/data/sources_matomo.csv").read_text("utf-8")
    date = next(line for line in kept.splitlines() if line.startswith("# Date: "))
    assert refresh_sources.build(shared_data / "lists", date.removeprefix("# Date: ")) == kept
