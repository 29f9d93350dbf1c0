"""Health as text, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from identity.explain.health import COUNTED, Figure, Health

VERDICTS = {True: "ok", False: "OUT", None: "nothing to measure"}


def lines(answer: Health) -> Iterator[str]:
    """Render the figures with their bands and trends, and what stands behind them."""
    yield f"health of {answer.project} after run {answer.run} ({answer.at})"
    yield ""
    yield f"  {'':42}{'now':>9}   {'expected':18}{'':6}before"
    for figure in answer.figures:
        band = f"{_plain(figure, figure.low)} to {_plain(figure, figure.high)}"
        before = "  ".join(_plain(figure, p.value) for p in figure.trend[-6:])
        verdict = VERDICTS[figure.within]
        now = _plain(figure, figure.value)
        yield f"  {figure.says:42}{now:>9}   {band:18}{verdict:6}{before}".rstrip()
    yield ""
    yield from _counts("components by size", answer.components)
    yield from _counts("refused by constraint", answer.refused)
    yield from _counts("ids in this run", answer.ids)
    out = [f.name for f in answer.figures if f.within is False]
    if out:
        yield ""
        yield f"out of their band: {', '.join(out)}"


def _counts(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    shown = ", ".join(f"{name}: {count:,}" for name, count in counts.items() if count)
    yield f"  {title + ':':24}{shown or 'none'}"


def _plain(figure: Figure, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if figure.name in COUNTED else f"{value:.1%}"
