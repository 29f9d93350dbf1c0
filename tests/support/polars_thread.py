"""Running a test on the thread that Polars computes on.

Every operation on a frame is handed from the caller's thread to one of Polars' own, and its result
is waited for. With frames of a few rows nearly all time goes into that: a join of two rows takes
0.3 ms, and 0.04 ms where the caller is such a thread already. A function given to an expression
runs on one; tests that resolve many small graphs are run as such functions.

Not for tests that compute with Polars on threads of their own: they would wait for the one that
waits for them.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl


def on_polars_thread(work: Callable[[], object]) -> None:
    """Run work on a thread of Polars; what it raises is raised here."""
    raised: list[BaseException] = []

    def run(column: pl.Series, **_: object) -> pl.Series:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised again below, on the other thread
            raised.append(error)
        return column

    # A single expression would stay on the caller's thread.
    frame = pl.DataFrame({"one": [0], "two": [0]})
    frame.select(pl.col("one").map_batches(run, return_dtype=pl.Int64), pl.col("two") + 1)
    if raised:
        raise raised[0]
