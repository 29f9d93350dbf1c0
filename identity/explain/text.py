"""Text for people: explanations and answers as lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from identity.explain.effects import Effects
from identity.explain.how import History
from identity.explain.repair import Repair
from identity.explain.why import Explanation, Step
from identity.model.money import written

NOTHING = "Nothing would change."


def why_lines(answer: Explanation) -> Iterator[str]:
    """Render an answer to why."""
    yield f"{short(answer.left)}  and  {short(answer.right)}"
    if answer.together:
        entity = next(e for e in answer.entities[answer.left] if e in answer.entities[answer.right])
        yield f"are one: {entity['name']} ({entity['id']}, {entity['kind']})"
    else:
        yield "are kept apart"
        for identifier in (answer.left, answer.right):
            found = answer.entities[identifier]
            names = ", ".join(f"{e['name']} ({e['id']})" for e in found) or "nothing"
            yield f"  {short(identifier)} stands for {names}"
    for identifier, state in answer.states.items():
        yield f"  {short(identifier)} stands alone: {state}"
    yield ""
    if not answer.steps:
        yield "No evidence connects them."
    for number, step in enumerate(answer.steps, 1):
        mark = "  <- the weakest step" if answer.bridge == number - 1 else ""
        yield from _step_lines(number, step, mark)
    for decision in answer.decisions:
        row = f", row {decision['row']}" if decision.get("row") is not None else ""
        who = decision.get("actor") or f"{decision.get('source')}{row}"
        became = decision.get("state") or "waits for the next run"
        yield f"  decision {decision['id']}: {decision['action']} by {who}, {became}"


def _step_lines(number: int, step: Step, mark: str) -> Iterator[str]:
    arrow = "-x-" if step.constraint else "---"
    yield f"{number:3}. {short(step.left)}  {arrow}  {short(step.right)}{mark}"
    parts = [step.rule]
    if step.evidence_class:
        parts.append(step.evidence_class)
    if step.source:
        parts.append(f"says {step.source}")
    if step.record and step.record not in (step.left, step.right):
        parts.append(f"record {short(step.record)}")
    if step.observations and step.observations > 1:
        parts.append(f"{step.observations} times")
    if step.first_seen:
        parts.append(f"since {step.first_seen[:10]}")
    if step.ended:
        parts.append(f"ended {step.ended[:10]}")
    yield f"     {' · '.join(parts)}"
    yield f"     {step.says}"
    if step.constraint:
        yield f"     REFUSED ({step.constraint}): {step.refused}"
        values = step.would_join or {}
        if values.get("left") and values.get("right"):
            yield f"     it would have joined {short(values['left'])} and {short(values['right'])}"


def short(identifier: str) -> str:
    """Write an identifier as people read it: kind and value, an e-mail or a domain bare."""
    prefix, _, rest = identifier.partition(":")
    return rest if prefix in ("email", "domain", "phone", "social") else identifier


def lookup_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Render an answer to lookup."""
    if "entity" in answer:
        yield f"{answer['id']}  {answer['entity']}  {answer['state']}  {answer['name']}"
        if answer.get("redirect"):
            yield f"  use {answer['redirect']} instead"
            for other in answer["successors"][1:]:
                yield f"  also holds some of it: {other}"
        if answer.get("gone"):
            yield "  gone: nobody holds what it last held"
        for part in answer.get("split_off", ()):
            yield f"  split off: {part}"
        for identifier in answer.get("identifiers", ()):
            yield f"  {identifier}"
        yield from _company_lines(answer.get("companies", ()))
        return
    yield f"{answer['identifier']}  ({answer['kind']})"
    if "standing" in answer:
        yield f"  stands alone: {answer['standing']['state']}, {answer['standing']['reason']}"
    for contact in answer["contacts"]:
        yield f"  contact {contact['id']}  {contact['name']}  ({contact['kind']}){_span(contact)}"
        yield from _company_lines(contact["companies"])
    for company in answer["companies"]:
        yield f"  company {company['id']}  {company['name']}  ({company['kind']}){_span(company)}"
    if not answer["contacts"] and not answer["companies"]:
        yield "  stands for nobody"


def timeline_lines(answer: Mapping[str, Any], *, most: int) -> Iterator[str]:
    """Render a timeline: the newest entries, oldest first."""
    entries = answer["entries"]
    yield f"{answer['name']}  {answer['entity']} {answer['id']}"
    if len(entries) > most:
        yield f"  … {len(entries) - most:,} earlier entries"
    for entry in entries[-most:]:
        when = entry["at"][:16].replace("T", " ")
        if entry["entry"] == "stage":
            yield f"  {when}  reached {entry['name']}  ({short(entry['identifier'])})"
            continue
        parts = [entry["channel"], entry["campaign"], entry["landing_path"]]
        people = f"  {', '.join(entry['people'])}" if entry["people"] else ""
        count = f"{entry['events']} events" if entry["events"] > 1 else entry["kind"]
        yield f"  {when}  {' · '.join(p for p in parts if p)}  ({count}){people}"
    if not entries:
        yield "  nothing is known to have happened"


def _company_lines(companies: Any) -> Iterator[str]:
    for company in companies:
        mark = "*" if company["primary"] else " "
        yield (
            f"   {mark}member of {company['id']}  {company['name']}  via {company['via']}"
            f"{_span(company)}"
        )


def _span(item: Mapping[str, Any]) -> str:
    start, end = item.get("from"), item.get("until")
    parts = [f"from {start[:10]}" if start else "", f"until {end[:10]}" if end else ""]
    text = " ".join(p for p in parts if p)
    return f"  ({text})" if text else ""


def how_lines(answer: History) -> Iterator[str]:
    """Render how an entity came together."""
    entity = answer.entity
    yield f"{entity['name']}  ({entity['id']}, {entity['kind']})"
    for merge in answer.merges:
        yield ""
        sizes = f"{_many(len(merge.left))} and {_many(len(merge.right))}"
        yield from _step_lines(merge.number, merge.step, f"   joins {sizes}")
    if answer.refused:
        yield ""
        yield "Refused:"
        for number, step in enumerate(answer.refused, 1):
            yield from _step_lines(number, step, "")


def _many(count: int) -> str:
    return "1 identifier" if count == 1 else f"{count} identifiers"


def repair_lines(answer: Repair) -> Iterator[str]:
    """Render a cut."""
    entity = answer.entity
    yield f"{entity['name']}  ({entity['id']}): the weakest evidence that holds two parts together"
    for number, step in enumerate(answer.cut, 1):
        yield from _step_lines(number, step, "")
    if not answer.cut:
        yield "  no evidence to cut: the resolver joins them before it looks at any"
    for title, side in (("one side", answer.left), ("the other side", answer.right)):
        yield f"{title}:"
        yield from (f"  {short(member)}" for member in side)


def effect_lines(found: Effects) -> Iterator[str]:
    """Render what would change."""
    if found.empty:
        yield NOTHING
        return
    lines = _changed_lines(found)
    first = next(lines)
    yield from (first, *lines) if first else lines


def _changed_lines(found: Effects) -> Iterator[str]:
    """Render what would change by parts, a blank line before each but the first."""
    for name, count in found.counts.items():
        yield f"  {count:>8,}  {name}"
    for name, entities in found.entities.items():
        yield ""
        yield f"{name}:"
        for entity in entities:
            other = f"  <-> {entity.other_name} ({entity.other})" if entity.other else ""
            yield f"  {entity.name}  ({entity.id}){other}"
        hidden = found.counts.get(name, 0) - len(entities)
        if hidden > 0:
            yield f"  … and {hidden} more"
    yield from _state_lines(found)
    yield from _money_lines(found)


def _state_lines(found: Effects) -> Iterator[str]:
    """Render ambiguous domains, refused evidence and the largest component."""
    before, after = found.largest_component
    if found.ambiguous or found.refused or found.newly_refused or before != after:
        yield ""
    for domain in found.ambiguous:
        yield f"{domain} becomes ambiguous"
    for constraint, (was, now) in found.refused.items():
        yield f"refused by {constraint}: {was:,} -> {now:,}"
    for row in found.newly_refused:
        yield f"  {short(row.src)}  -x-  {short(row.dst)}  ({row.rule}: {row.constraint})"
    hidden = found.counts.get("refused", 0) - len(found.newly_refused)
    if hidden > 0:
        yield f"  … and {hidden} more"
    if before != after:
        yield f"largest component: {before:,} -> {after:,} identifiers"


def _money_lines(found: Effects) -> Iterator[str]:
    def amount(minor: int, sign: str = "") -> str:
        return written(minor, found.currency, sign)

    if found.stages:
        yield ""
        yield f"{len(found.stages):,} stages appear, go or change hands:"
        for stage in found.stages[:10]:
            was, now = (
                _owner(stage.before, stage.before_name),
                _owner(stage.after, stage.after_name),
            )
            yield f"  {stage.name}: {was} -> {now}"
        if len(found.stages) > 10:
            yield f"  … and {len(found.stages) - 10:,} more"
        yield (
            f"value of deals that change hands: {amount(found.value_moved_minor)} {found.currency}"
            f", of it open: {amount(found.pipeline_moved_minor)}"
        )
    before, after = found.pipeline_minor
    if before != after:
        yield f"pipeline, the value of all open deals: {amount(before)} -> {amount(after)}"
    if found.credit:
        yield ""
        yield f"credit that moves, in {found.currency}, by model, stage and channel"
        yield f"  {'':54} {'all':>16} {'in open deals':>16}"
        for row in found.credit:
            delta = row.after_minor - row.before_minor
            pipeline = row.pipeline_after_minor - row.pipeline_before_minor
            yield (
                f"  {row.model:16} {row.stage_kind:14} {row.channel:22} "
                f"{amount(delta, '+'):>16} {amount(pipeline, '+'):>16}"
            )


def _owner(identity: str | None, name: str | None) -> str:
    if identity is None:
        return "(nobody)"
    return f"{name} ({identity})" if name else identity
