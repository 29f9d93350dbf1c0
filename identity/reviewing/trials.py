"""Trials: what decisions would change, each tried on a private copy of the graph.

What is tried is compared with the graph as it is once everything that waits has taken effect, at
the clock of its last run: the difference is that of the decisions alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from identity import pipeline
from identity.config import Config
from identity.errors import FixInput
from identity.explain.effects import Effects, effects
from identity.progress import Progress, silent
from identity.store.base import Store

STAGES = ("resolve", "journeys", "attribute")


@dataclass(frozen=True, slots=True)
class Tried:
    """What a trial showed: its effects, and what became of all decisions, by id."""

    effects: Effects
    states: Mapping[str, str | None]


@dataclass(slots=True)
class Trials:
    """Tries changes, one after the other, each on a copy of its own."""

    base: Store
    config: Config
    as_of_ms: int
    folder: Path
    progress: Progress
    _numbers: Iterator[int] = field(default_factory=count)

    def of(self, change: Callable[[Store, int], None]) -> Tried:
        """Say what would be different after a change of facts.

        Args:
            change: makes it, in a copy; takes the copy and the number of the run.
        """
        copy = self.base.scratch(self.folder / f"try-{next(self._numbers)}")
        try:
            since = self.base.read("store/last_run")[0]["changes"]
            _settle(copy, self.config, self.as_of_ms, self.progress, change)
            found = effects(
                self.base, copy, since=since, currency=self.config.attribution.currency.base
            )
            states = {r["id"]: r["state"] for r in copy.read("explain/decisions")}
            return Tried(found, states)
        finally:
            copy.close()

    def of_nothing(self) -> Tried:
        """Give what a trial shows that changes nothing, without a run."""
        since = self.base.read("store/last_run")[0]["changes"]
        currency = self.config.attribution.currency.base
        return Tried(effects(self.base, self.base, since=since, currency=currency), {})


@contextmanager
def trials(store: Store, config: Config, progress: Progress = silent) -> Iterator[Trials]:
    """Try things on a graph; nothing is changed in it.

    Raises:
        FixInput: nothing was ever resolved.
    """
    rows = store.read("store/last_run")
    if not rows:
        raise FixInput("nothing was resolved yet", fix="Run 'identity run'.")
    as_of_ms = rows[0]["as_of_ms"]
    with TemporaryDirectory(prefix="identity-try-") as folder, ExitStack() as opened:
        base = store
        if store.table("resolve/dirty").height:
            base = store.scratch(Path(folder) / "base")
            opened.callback(base.close)
            _settle(base, config, as_of_ms, progress)
        yield Trials(base, config, as_of_ms, Path(folder), progress)


def _settle(
    copy: Store,
    config: Config,
    as_of_ms: int,
    progress: Progress,
    change: Callable[[Store, int], None] | None = None,
) -> None:
    """Let a change, and everything that waits, take effect."""
    state = pipeline.begin(copy, config, as_of_ms=as_of_ms, progress=progress)
    if change is not None:
        change(copy, state.seq)
    pipeline.run(state, pipeline.plan(STAGES))
