"""Comparing what a graph says with what a published case expects, section by section.

Contacts and companies are found by what they hold, and called by the case's own names from then on.
Each section that a case gives is complete: what it does not list must not be there. Guesses are the
exception: those listed must be there, others may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from identity.resolve.proposals import Proposal
from tests.support import cases_seen as seen
from tests.support.cases import expanded, expanded_map
from tests.support.cases_names import to_identifier
from tests.support.cases_project import Project
from tests.support.cases_seen import Entity, Row

KINDS = {"contacts": "contact", "companies": "company"}


@dataclass
class Story:
    """What is known of a case's names so far: the ids that they had when they were last seen."""

    project: Project
    ids: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    proposals: dict[str, tuple[Proposal, Row]] = field(default_factory=dict)

    def name(self, identity: str) -> str:
        """Give the name of an id; one that the case does not name is shown as it is."""
        return self.names.get(identity, identity)


def check(story: Story, expect: Mapping[str, Any]) -> list[str]:
    """Give what differs from what is expected, in words; nothing where all is well."""
    before = dict(story.ids)
    problems: list[str] = []
    for plural in KINDS:
        if plural in expect:
            problems += _entities(story, plural, expanded_map(expect[plural]))
    for section, compare in SECTIONS.items():
        if section in expect:
            problems += [f"{section}: {p}" for p in compare(story, expect[section])]
    for name in expect.get("keeps", ()):
        if before.get(name) != story.ids.get(name):
            problems.append(f"keeps: {name} has another id than before")
    for name, origin in expect.get("split_from", {}).items():
        found = story.name(seen.origins(story.project).get(story.ids.get(name, ""), "nobody"))
        if found != origin:
            problems.append(f"split_from: {name} was split from {found}, not from {origin}")
    for name, wanted in expect.get("redirects", {}).items():
        found = [story.name(i) for i in seen.redirect(story.project, before[name])]
        problems += _differences([*wanted], found, f"redirects: {name}", ordered=True)
    story.project.seen_changes = seen.last_change(story.project)
    return problems


def _entities(story: Story, plural: str, wanted: Mapping[str, Any]) -> list[str]:
    """Match entities by what they hold, name them, compare their values."""
    found = seen.entities(story.project, plural)
    by_holds = {tuple(e.holds): e for e in found.values()}
    problems = []
    for name, given in wanted.items():
        said = given if isinstance(given, dict) else {"holds": given}
        holds = tuple(sorted(_held(said["holds"])))
        entity = by_holds.pop(holds, None)
        story.ids.pop(name, None)
        if entity is None:
            problems.append(f"{plural}: no one holds just {name}'s: {', '.join(holds)}")
            continue
        story.ids[name] = entity.id
        story.names[entity.id] = name
        problems += _values(story, plural, name, said, entity)
    for holds, entity in sorted(by_holds.items()):
        problems.append(f"{plural}: not expected: {', '.join(holds)} ({entity.values['kind']})")
    return problems


def _held(holds: Iterable[Any]) -> Iterator[str]:
    for item in expanded(list(holds)):
        if isinstance(item, str):
            yield item
            continue
        bounds = "".join(f" {word} {item[word]}" for word in ("from", "until") if word in item)
        yield f"{item['id']}{bounds}"


def _values(story: Story, plural: str, name: str, said: Row, entity: Entity) -> Iterator[str]:
    for key, value in said.items():
        if key == "holds":
            continue
        column = {"name": "person_name" if plural == "contacts" else "company_name"}.get(key, key)
        found = entity.values[column]
        if key == "parent":
            found = story.name(found) if found is not None else None
        if found != value:
            yield f"{plural}: {key} of {name} is {found!r}, not {value!r}"


def _differences(
    wanted: Iterable[str], found: Iterable[str], what: str = "", *, ordered: bool = False
) -> list[str]:
    one, two = list(wanted), list(found)
    if (one == two) if ordered else (sorted(one) == sorted(two)):
        return []
    if ordered:
        return [f"{what} is {two}, not {one}"]
    left = f"{what} " if what else ""
    missing = [f"{left}lacks {x}" for x in sorted(one) if x not in two]
    return missing + [f"{left}has {x}" for x in sorted(two) if x not in one]


def _memberships(story: Story, wanted: list[Row]) -> list[str]:
    found = seen.memberships(story.project)
    asks_primary = {
        (w["contact"], w["company"], w["via"]) for w in expanded(wanted) if "primary" in w
    }

    def line(row: Row) -> str:
        contact, company = story.name(row["contact"]), story.name(row["company"])
        key = (contact, company, row["via"])
        bounds = "".join(f" {w} {row[w]}" for w in ("from", "until") if row.get(w) is not None)
        primary = key in asks_primary and row.get("primary")
        return f"{contact} in {company} via {row['via']}{bounds}{', primary' if primary else ''}"

    return _differences(map(line, expanded(wanted)), map(line, found))


def _stands_alone(story: Story, wanted: Mapping[str, Any]) -> list[str]:
    def lines(states: Mapping[str, str]) -> list[str]:
        return [f"{name} {state}" for name, state in states.items()]

    said = {
        name: given["state"] if isinstance(given, dict) else given
        for name, given in expanded_map(wanted).items()
    }
    return _differences(lines(said), lines(seen.standing(story.project)))


def _refused(story: Story, wanted: list[Row]) -> list[str]:
    lines = [seen.refusal(*row["pair"], row["because"]) for row in expanded(wanted)]
    return _differences(lines, seen.refused(story.project))


def _reviews(story: Story, wanted: list[Row]) -> list[str]:
    """Match questions by subjects, or by the entities that they are about."""
    left = seen.reviews(story.project)
    problems = []
    for row in expanded(wanted):
        found = next((asked for asked in left if _asks(story, row, asked)), None)
        if found is None:
            problems.append(f"lacks {row['question']} of {_listed(row)}")
        else:
            left.remove(found)
    surplus = [f"has {asked}" for asked in left if not asked.guess]
    guesses = [f"(guessed: {asked})" for asked in left if asked.guess]
    return problems + surplus + (guesses if problems else [])


def _asks(story: Story, row: Row, asked: seen.Asked) -> bool:
    if row["question"] != asked.question:
        return False
    if "about" in row:
        return asked.about == {story.ids.get(name) for name in row["about"]}
    return asked.subjects == set(row["subjects"])


def _listed(row: Row) -> str:
    return ", ".join(row.get("subjects") or row["about"])


def _not_asked(story: Story, wanted: list[Row]) -> list[str]:
    there = seen.reviews(story.project)
    return [
        f"asks {row['question']} of {_listed(row)}"
        for row in expanded(wanted)
        if any(_asks(story, row, asked) for asked in there)
    ]


def _ranked(story: Story, wanted: Mapping[str, list[str]]) -> list[str]:
    found = seen.ranked(story.project)
    return [
        p
        for domain, order in wanted.items()
        for p in _differences(order, found.get(domain, []), domain, ordered=True)
    ]


def _activity(story: Story, wanted: Mapping[str, list[str]]) -> list[str]:
    problems = []
    for name, events in wanted.items():
        identity = story.ids.get(name)
        if identity is None:
            problems.append(f"nobody is called {name}")
            continue
        kind = {"con": "contact", "com": "company"}[identity[:3]]
        found = seen.activity(story.project, kind, identity)
        problems += _differences(events, found, name)
    return problems


def _waiting(story: Story, wanted: Mapping[str, list[str]]) -> list[str]:
    """Compare the events that identifiers carry and that count for nobody."""
    counted: set[str] = set()
    for plural, kind in KINDS.items():
        for identity in seen.entities(story.project, plural):
            counted |= set(seen.activity(story.project, kind, identity))
    problems = []
    for name, events in wanted.items():
        carried = set(seen.carried(story.project, to_identifier(name)))
        problems += _differences(events, carried - counted, name)
    return problems


def _feed(story: Story, wanted: Mapping[str, int]) -> list[str]:
    """Compare counts of the change feed; ``total`` counts all rows."""
    found = seen.changes(story.project)
    counts = {**found, "total": found.total()}
    return [
        f"{kind} is {counts.get(kind, 0)}, not {number} ({dict(found)})"
        for kind, number in wanted.items()
        if counts.get(kind, 0) != number
    ]


def _evidence(story: Story, wanted: list[Row]) -> list[str]:
    """Compare the states of the evidence of pairs, and its bounds where a case gives them."""
    there = seen.evidence(story.project)
    problems = []
    for row in expanded(wanted):
        pair = " | ".join(sorted(row["pair"]))
        found = there.get(pair, [])
        problems += _differences(row["states"], {e["state"] for e in found}, pair)
        for name in {"first_seen", "until"} & set(row):
            if row[name] not in [e[name] for e in found]:
                problems.append(f"{name} of {pair} is {[e[name] for e in found]}, not {row[name]}")
    return problems


def _decisions(story: Story, wanted: Mapping[str, str]) -> list[str]:
    found = seen.decisions(story.project)
    return [
        f"{name} is {found.get(name)}, not {state}"
        for name, state in wanted.items()
        if (found.get(name) or "").partition(":")[0] != state
    ]


def _classes(story: Story, wanted: Mapping[str, str]) -> list[str]:
    found = seen.classes(story.project)
    return [
        f"{domain} is {found.get(domain)}, not {name}"
        for domain, name in wanted.items()
        if found.get(domain) != name
    ]


def _set_aside(story: Story, wanted: list[Row]) -> list[str]:
    lines = [seen.aside(r["source"], r["object"], r.get("field")) for r in expanded(wanted)]
    return _differences(lines, seen.set_aside(story.project))


def _nobody(story: Story, wanted: list[str]) -> list[str]:
    found = seen.nobody(story.project)
    return [f"{name} stands for somebody, or is not there" for name in wanted if name not in found]


def _hierarchy(story: Story, wanted: list[Row]) -> list[str]:
    lines = [
        seen.parenthood(r["parent"], r["child"], r.get("from"), r.get("until")) for r in wanted
    ]
    return _differences(lines, seen.hierarchy(story.project))


def _lint(story: Story, wanted: Mapping[str, int]) -> list[str]:
    found = seen.lint(story.project)
    return [] if found == wanted else [f"finds {found}, not {dict(wanted)}"]


def _plan(story: Story, wanted: Mapping[str, int]) -> list[str]:
    plan = story.project.plan
    assert plan is not None, "the step was not planned"
    assert plan.effects is not None
    found = plan.effects.counts
    return [
        f"{kind} is {found.get(kind, 0)}, not {number} ({dict(found)})"
        for kind, number in wanted.items()
        if found.get(kind, 0) != number
    ]


def _planned_splits(story: Story, wanted: list[str]) -> list[str]:
    """Compare the contacts and companies that a plan says will be split off of which others."""
    plan = story.project.plan
    assert plan is not None, "the step was not planned"
    assert plan.effects is not None
    found = [
        story.name(change.other or "")
        for kind, changes in plan.effects.entities.items()
        for change in changes
        if kind.endswith("split")
    ]
    return _differences(wanted, found) if sorted(wanted) != sorted(found) else []


def _gone(story: Story, wanted: list[str]) -> list[str]:
    known = seen.identifiers(story.project)
    return [f"{name} is still there" for name in wanted if name in known]


Section = Callable[[Story, Any], list[str]]

SECTIONS: dict[str, Section] = {
    "memberships": _memberships,
    "stands_alone": _stands_alone,
    "refused": _refused,
    "reviews": _reviews,
    "not_asked": _not_asked,
    "ranked": _ranked,
    "activity": _activity,
    "waiting": _waiting,
    "feed": _feed,
    "evidence": _evidence,
    "decisions": _decisions,
    "classes": _classes,
    "set_aside": _set_aside,
    "nobody": _nobody,
    "hierarchy": _hierarchy,
    "lint": _lint,
    "plan": _plan,
    "planned_splits": _planned_splits,
    "gone": _gone,
}
