"""Paths that led nowhere: what contacts and companies did that did not reach a kind of stage.

Data-driven models learn from them beside the journeys that ended in the stage. Who was active
lately is neither: that path is not over, and counting it as lost would make recent channels look
weak. "Lately" is measured from the newest session of all, not from a clock, so that the same facts
always give the same credit.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from identity.journey.journeys import DAY_MS, Actors, Owners


@dataclass(frozen=True, slots=True)
class Lost:
    """What lost paths are made from; they are made when a model asks for them.

    ``stages``: id, kind. ``sessions``: id, at_ms, source_seq, channel, paid, kind. ``memberships``:
    contact, company. ``quiet_days``: a path is over when nothing was added to it for so long.
    ``lookback_days``: how far back of its last session a path goes; None for everything.
    """

    stages: pl.DataFrame
    sessions: pl.DataFrame
    acting: Actors
    owning: Owners
    memberships: pl.DataFrame
    quiet_days: int
    lookback_days: int | None

    def paths(self, kind: str) -> pl.DataFrame:
        """Give the touches of everybody who is through without having reached a kind of stage.

        They are companies where the stage is one of companies, else contacts. A company whose
        contact reached it is not among them.

        Returns:
            stage (the contact or company), session, position (from 1), at_ms, stage_at_ms (its last
            session), channel, paid, kind.
        """
        of_kind = self.stages.filter(pl.col("kind") == kind).select(stage="id")
        contacts = self.owning.contacts.join(of_kind, on="stage").select("contact").unique()
        companies = self.owning.companies.join(of_kind, on="stage").select("company")
        if companies.height:
            through = self.memberships.join(contacts, on="contact").select("company")
            reached = pl.concat([companies, through]).unique()
            others = self.acting.companies.join(reached, on="company", how="anti")
            who = others.select("session", stage="company")
        else:
            others = self.acting.contacts.join(contacts, on="contact", how="anti")
            who = others.select("session", stage="contact")
        return self._over(who.unique())

    def _over(self, who: pl.DataFrame) -> pl.DataFrame:
        """Keep the paths that are over, each in its order."""
        last = pl.col("at_ms").max().over("stage")
        until = pl.lit(self.sessions["at_ms"].max(), pl.Int64) - self.quiet_days * DAY_MS
        kept = (
            who.join(self.sessions.rename({"id": "session"}), on="session")
            .with_columns(stage_at_ms=last)
            .filter(pl.col("stage_at_ms") < until)
        )
        if self.lookback_days is not None:
            age = pl.col("stage_at_ms") - pl.col("at_ms")
            kept = kept.filter(age <= self.lookback_days * DAY_MS)
        ordered = kept.sort("stage", "at_ms", "source_seq", "session", nulls_last=True)
        position = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("stage")
        return ordered.with_columns(position=position).select(
            "stage", "session", "position", "at_ms", "stage_at_ms", "channel", "paid", "kind"
        )
