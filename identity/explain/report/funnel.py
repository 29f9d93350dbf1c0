"""Sections of the report about journeys: the funnel, credit, the largest deal, the months."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from identity.explain.report import timeline
from identity.explain.report.amounts import count, day, money, share, short_money
from identity.explain.report.charts import Bar, bars, columns, legend, short_month
from identity.explain.report.deal import NOBODY, Deal
from identity.explain.report.findings import Credit, Findings, Reached, Trend
from identity.explain.report.markup import Child, el, folded, table
from identity.explain.report.sections import section

MOST_CHANNELS = 9


def funnel(found: Findings) -> ET.Element:
    """Show how many reached each stage and what they are worth."""
    stages = [*found.funnel, *found.endings]
    if not any(stage.stages for stage in stages):
        return section("funnel", "The funnel", "No stage has been reached yet.")
    largest = max(stage.stages for stage in stages)
    rows = el("ol", {"class": "rows"})
    for n, stage in enumerate(found.funnel):
        rows.append(_step(stage, largest, found.currency, f"c{n}", first=n == 0))
    children = [rows]
    if found.endings:
        others = el("ol", {"class": "rows"})
        for stage in found.endings:
            others.append(_step(stage, largest, found.currency, "c9", first=True))
        children += [el("h3", None, "Other endings"), others]
    return section(
        "funnel",
        "The funnel",
        "Stages as the configuration names them. The share is of the stage before: how many of "
        "this kind there are for each of that, whoever they are.",
        *children,
    )


def _step(stage: Reached, largest: int, currency: str, css: str, *, first: bool) -> ET.Element:
    says = f"{stage.kind}: {count(stage.stages)}"
    worth = money(stage.value_minor, currency) if stage.value_minor else ""
    conversion = "" if first else share(stage.stages, stage.before or 0)
    return el(
        "li",
        {"data-kind": stage.kind, "data-stages": stage.stages, "data-minor": stage.value_minor},
        el("span", {"class": "name"}, stage.kind),
        el("span", {"class": "figures"}, " · ".join(filter(None, (count(stage.stages), worth)))),
        el("span", {"class": "share"}, conversion),
        bars(says, [Bar(stage.stages, css, says)], largest),
    )


def credit(found: Findings) -> ET.Element:
    """Show what each channel earned by each model, side by side."""
    given = found.credit
    if given is None:
        return section("credit", "Credit by channel", "No stage with a journey has a value yet.")
    value = money(given.total, found.currency)
    lead = (
        f"The value of all stages {given.kind}, {value}, shared out by {len(given.models)} models. "
        "Each model gives the same total; they differ in who gets it."
    )
    names = [(f"m{n}", model) for n, model in enumerate(given.models)]
    return section(
        "credit",
        "Credit by channel and model",
        lead,
        legend(names, series=True),
        _groups(given, found.currency),
        folded("The figures as a table", _credit_table(given, found.currency)),
    )


def _groups(given: Credit, currency: str) -> ET.Element:
    shown = [c for c in given.channels if any(given.value[c, m] for m in given.models)]
    largest = max((given.value[c, m] for c in shown for m in given.models), default=0)
    rows = el("ul", {"class": "rows"})
    for channel in shown[:MOST_CHANNELS]:
        values = [given.value[channel, model] for model in given.models]
        group = [
            Bar(value, f"m{n}", f"{channel}, {model}: {money(value, currency)}", model)
            for n, (model, value) in enumerate(zip(given.models, values, strict=True))
        ]
        spread = f"{short_money(min(values), currency)} to {short_money(max(values), currency)}"
        rows.append(
            el(
                "li",
                None,
                el("span", {"class": "name"}, channel),
                el("span", {"class": "figures"}, spread),
                bars(f"Credit of {channel} by model: {spread}", group, largest),
            )
        )
    return rows


def _credit_table(given: Credit, currency: str) -> ET.Element:
    rows: list[tuple[Child, ...]] = []
    for channel in given.channels:
        cells = [
            el("span", {"data-minor": given.value[channel, m], "data-model": m},
               money(given.value[channel, m], currency))
            for m in given.models
        ]  # fmt: skip
        rows.append((channel, *cells))
    return table(f"Credit for {given.kind} by channel and model", ("Channel", *given.models), rows)


def deal(found: Findings) -> ET.Element:
    """Show the journey of the largest won deal."""
    given = found.deal
    heading = "The largest won deal"
    if given is None:
        return section("deal", heading, "No deal with a value was won yet.")
    title = f"{given.name}, {money(given.value_minor, found.currency)}, won on {day(given.at_ms)}"
    if not given.touches:
        return section("deal", heading, f"{title}. Nobody was seen before it.")
    first = day(given.touches[0].at_ms)
    days = (given.at_ms - given.touches[0].at_ms) // 86_400_000
    lead = (
        f"{title}. {count(len(given.touches))} sessions and exposures in {count(days)} days, the "
        f"first on {first}. Filled marks are sessions, hollow ones exposures."
    )
    entries = [(css, channel) for channel, css in timeline.channel_colours(given).items()]
    labels = "FT first touch · LC lead creation · OC opportunity creation · CW closed won"
    return section(
        "deal",
        heading,
        lead,
        timeline.draw(given, found.currency),
        el("p", {"class": "note"}, labels),
        legend(entries),
        _committee(given, found.currency),
        folded("The journey as a table", _journey(given, found.currency)),
    )


def _committee(given: Deal, currency: str) -> ET.Element | None:
    if not given.members:
        return None
    rows = [
        (
            member.name,
            member.job_title or "",
            member.role or "",
            count(member.sessions),
            money(round(member.value_minor), currency),
        )
        for member in given.members
    ]
    columns = ("Who", "Job title", "Role in the deal", "Sessions", f"Credit ({given.model})")
    return table(f"Who of {given.company} took part", columns, rows, numeric=3)


def _journey(given: Deal, currency: str) -> ET.Element:
    rows = [
        (
            day(touch.at_ms),
            touch.channel,
            touch.campaign or touch.page or "",
            ", ".join(touch.people) or NOBODY,
            ", ".join(touch.milestones),
            el("span", {"data-minor": touch.value_minor}, money(touch.value_minor, currency)),
        )
        for touch in given.touches
    ]
    names = ("Day", "Channel", "Campaign or page", "Who", "Milestones", f"Credit ({given.model})")
    return table(f"Journey of {given.name}", names, rows, numeric=5)


def months(found: Findings) -> ET.Element:
    """Show the stages of each month, their value, and the cost of the month."""
    given = found.trend
    if not given.months:
        return section("months", "Month by month", "Nothing has happened yet.")
    grid = el("div", {"class": "multiples"})
    for n, (kind, stages) in enumerate(given.stages.items()):
        says = [f"{short_month(m)}: {v} {kind}" for m, v in zip(given.months, stages, strict=True)]
        grid.append(_month_chart(given, kind, stages, says, f"c{n}", count(sum(stages))))
    money_rows = {f"Value of {k}": v for k, v in given.value.items() if any(v)}
    if any(given.cost):
        money_rows["Cost"] = given.cost
    for name, values in money_rows.items():
        says = [
            f"{short_month(m)}: {money(v, found.currency)}"
            for m, v in zip(given.months, values, strict=True)
        ]
        css = "c9" if name == "Cost" else "c7"
        total = short_money(sum(values), found.currency)
        grid.append(_month_chart(given, name, values, says, css, total))
    rows = [
        (
            month,
            *(count(given.stages[k][n]) for k in given.stages),
            *(money(v[n], found.currency) for v in money_rows.values()),
        )
        for n, month in enumerate(given.months)
    ]
    return section(
        "months",
        "Month by month",
        "Stages by the month they were reached in, money in the base currency.",
        grid,
        folded(
            "The months as a table",
            table("Stages and money by month", ("Month", *given.stages, *money_rows), rows),
        ),
    )


def _month_chart(
    given: Trend, name: str, values: Sequence[int], says: Sequence[str], css: str, total: str
) -> ET.Element:
    caption = el("figcaption", None, name, el("span", {"class": "note"}, f"{total} in all"))
    chart = columns(f"{name} by month, {total} in all", given.months, values, says, css)
    return el("figure", None, caption, chart)
