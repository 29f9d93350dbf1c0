"""Text for people: explanations and answers as lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from identity.explain.why import Explanation, Step


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
        who = decision.get("actor") or f"{decision.get('source')}, row {decision.get('row')}"
        yield f"  decision {decision['id']}: {decision['action']} by {who}, {decision['state']}"


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
