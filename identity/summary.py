"""The summary of a run, for people: one table of counts and the conservation line."""

from __future__ import annotations

from collections.abc import Iterator

from identity.pipeline import RunState

WIDTH = 22


def lines(state: RunState, *, seconds: float) -> Iterator[str]:
    """Render what a run did."""
    yield f"run {state.seq} of {state.config.project}: {', '.join(state.done)}  ({seconds:.1f} s)"
    yield ""
    if state.ingested is not None:
        yield from _ingested(state)
    if state.resolved is not None:
        yield from _resolved(state)
    if state.journeys is not None:
        yield from _journeys(state)
    elif "journeys" in state.done:
        yield _row("journeys", "unchanged")
    if state.credit is not None:
        yield from _credit(state)
    yield ""
    yield from _totals(state)


def _row(name: str, text: str) -> str:
    return f"  {name:{WIDTH}}{text}"


def _ingested(state: RunState) -> Iterator[str]:
    result = state.ingested
    assert result is not None
    for file in result.files:
        set_aside = f", {file.quarantined} set aside" if file.quarantined else ""
        fields = f", {file.fields} fields set aside" if file.fields else ""
        yield (
            f"  {file.file:44}{file.read:>8,} read{file.applied:>9,} applied"
            f"{file.unchanged:>9,} unchanged{set_aside}{fields}"
        )
    parts = " + ".join(
        f"{result.total(n):,} {n}" for n in ("applied", "unchanged", "superseded", "quarantined")
    )
    yield _row("rows", f"{result.total('read'):,} read = {parts}")
    for problem in result.problems[:5]:
        place = f"{problem.file}:{problem.row}" + (f" {problem.column}" if problem.column else "")
        yield _row("", f"{place}: {problem.message} [{problem.masked}]")
    if len(result.problems) > 5:
        yield _row("", f"… and {len(result.problems) - 5} more: identity quarantine")


def _resolved(state: RunState) -> Iterator[str]:
    result = state.resolved
    assert result is not None
    if not result.counts:
        yield _row("resolve", "unchanged")
        return
    parts = ", ".join(f"{count:,} {name}" for name, count in sorted(result.counts.items()))
    part = "everything" if result.whole else f"{result.looked_at:,} identifiers looked at"
    yield _row("resolve", f"{parts}  ({part})")


def _journeys(state: RunState) -> Iterator[str]:
    result = state.journeys
    assert result is not None
    yield _row(
        "journeys",
        f"{result.counts['sessions']:,} sessions, {result.counts['stages']:,} stages, "
        f"{result.counts['in_journey']:,} steps of journeys",
    )
    if result.unidentified:
        yield _row("", f"{result.unidentified:,} events carry no identifier")
    if result.without_rate.height:
        codes = ", ".join(sorted(set(result.without_rate["currency"].to_list())))
        yield _row("", f"no rate for {codes} on some days: those amounts stay unconverted")


def _credit(state: RunState) -> Iterator[str]:
    result = state.credit
    assert result is not None
    base = state.config.attribution.currency.base
    for model, value in result.values.items():
        yield _row(f"credit {model}", f"{value / 100:>16,.2f} {base}")


def _totals(state: RunState) -> Iterator[str]:
    rows = state.store.read("store/totals")[0]
    yield _row("contacts", f"{rows['contacts']:,}")
    yield _row("companies", f"{rows['companies']:,}")
    for kind in state.store.read("store/company_kinds"):
        yield _row(f"  {kind['kind']}", f"{kind['companies']:,}")
    yield _row("refused evidence", f"{rows['refused']:,}")
