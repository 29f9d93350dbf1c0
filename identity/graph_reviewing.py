"""The part of the facade that asks for reviews, answers them, and takes merges back."""

from __future__ import annotations

from typing import Any

from identity.config import Config
from identity.progress import Progress, silent
from identity.store.base import Store


class Reviewing:
    """What the facade inherits: questions, answers, and proposals to part what was merged."""

    config: Config
    store: Store

    def reviews(self, *, kind: str | None = None, limit: int | None = None) -> dict[str, Any]:
        """List the questions that wait for a person, the most valuable first.

        Args:
            kind: only questions of this kind (`identity.resolve.reviews.model.QUESTIONS`).
            limit: at most so many; ``total`` says how many there are.

        Returns:
            total, currency, and reviews: id, question, name, summary, parts by name, value at risk
            in minor units, composition (the hash an answer needs), and answers that wait for a run.

        Raises:
            FixInput: there is no such kind.
        """
        from identity.reviewing import questions

        return questions.listed(self.store, self.config, kind=kind, limit=limit)

    def review(
        self,
        review: str,
        *,
        actor: str | None = None,
        answer: str | None = None,
        effects: bool = True,
        progress: Progress = silent,
    ) -> dict[str, Any]:
        """Show a question: its parts, the evidence, and what every answer would change.

        Args:
            review: its id.
            actor: who would answer; their answer replaces what they said before.
            answer: try this answer only.
            effects: whether to try answers; each trial is a run on a private copy.
            progress: hears what is tried.

        Raises:
            NotFound: there is no such question.
            FixInput: there is no such answer.
        """
        from identity.resolve.proposals import Author
        from identity.reviewing.shown import shown

        return shown(
            self.store,
            self.config,
            review,
            author=Author(actor, _LATEST_MS),
            only=answer,
            effects=effects,
            progress=progress,
        )

    def answer_review(
        self,
        review: str,
        answer: str,
        *,
        composition: str,
        as_of_ms: int,
        actor: str | None = None,
        reason: str | None = None,
        expires_ms: int | None = None,
    ) -> dict[str, Any]:
        """Answer a question; the next run takes the answer up.

        Args:
            review: its id.
            answer: the answer's key, as `review` shows it.
            composition: the hash of what was seen.
            as_of_ms: now.
            actor: who answers.
            reason: why.
            expires_ms: until when the answer holds; then the question comes back.

        Raises:
            NotFound: there is no such question.
            StaleProposal: it has changed since it was looked at; nothing was written.
            Answered: somebody else answered it, and no run has taken that up yet.
            FixInput: there is no such answer, or only the source can make it true.
        """
        from identity.resolve.proposals import Author
        from identity.reviewing.answering import answer as answered

        return answered(
            self.store,
            self.config,
            review,
            answer,
            composition=composition,
            author=Author(actor, as_of_ms, reason),
            expires_ms=expires_ms,
        )

    def revert(
        self,
        what: str,
        *,
        as_of_ms: int,
        step: int | None = None,
        actor: str | None = None,
        reason: str | None = None,
        composition: str | None = None,
        write: bool = False,
        progress: Progress = silent,
    ) -> dict[str, Any]:
        """Take a merge back: show what would change, or write the decisions.

        Args:
            what: the id that the merge ended, or the entity that it went into.
            as_of_ms: now.
            step: instead, the number of a step of `how`.
            actor: who decides.
            reason: why.
            composition: with ``write``: the hash of what was seen.
            write: write it, instead of showing what would change.
            progress: hears what is tried.

        Raises:
            FixInput: it is not clear which merge is meant, or there is none to take back.
            NotFound: there is no such id or step.
            StaleProposal: the entity has changed since it was looked at; nothing was written.
        """
        from identity.resolve.proposals import Author
        from identity.reviewing import parting

        author = Author(actor, as_of_ms, reason, "revert")
        made = parting.revert(self.store, self.config, what, step=step, author=author)
        if not write:
            return parting.outcome(self.store, self.config, made, progress)
        return parting.approve(
            self.store, self.config, made, composition=composition, at_ms=as_of_ms
        )

    def extract(
        self,
        identifier: str,
        *,
        as_of_ms: int,
        entity: str | None = None,
        actor: str | None = None,
        reason: str | None = None,
        composition: str | None = None,
        write: bool = False,
        progress: Progress = silent,
    ) -> dict[str, Any]:
        """Take an identifier out of its entity: show what would change, or write the decisions.

        Args:
            identifier: it.
            as_of_ms: now.
            entity: its contact or company, where it stands for several.
            actor: who decides.
            reason: why.
            composition: with ``write``: the hash of what was seen.
            write: write it, instead of showing what would change.
            progress: hears what is tried.

        Raises:
            FixInput: the identifier stands for nobody, for several, or alone.
            StaleProposal: the entity has changed since it was looked at; nothing was written.
        """
        from identity.resolve.proposals import Author
        from identity.reviewing import parting

        author = Author(actor, as_of_ms, reason, "extract")
        made = parting.extract(self.store, self.config, identifier, entity=entity, author=author)
        if not write:
            return parting.outcome(self.store, self.config, made, progress)
        return parting.approve(
            self.store, self.config, made, composition=composition, at_ms=as_of_ms
        )

    def try_decision(
        self,
        action: str,
        left: str,
        right: str | None = None,
        *,
        as_of_ms: int,
        progress: Progress = silent,
        **more: Any,
    ) -> dict[str, Any]:
        """Say what one decision would change; nothing is written.

        ``more``: actor, reason, expires_ms, valid_from_ms, supersedes.

        Raises:
            FixInput: an unknown action, or a value that names no identifier.
        """
        from identity import deciding
        from identity.reviewing.shown import of_decision

        said = deciding.say(self.config, action, left, right, at_ms=as_of_ms, **more)
        return of_decision(self.store, self.config, said, progress)

    def undo_together(self, decision: str, *, actor: str | None, at_ms: int) -> list[str]:
        """Take back a decision and all that were written with it; give their ids.

        What one answer, revert or extract wrote has one author, door and time.

        Raises:
            NotFound: there is no such decision.
        """
        from identity.reviewing.writing import undo_together

        return undo_together(self.store, decision, actor=actor, at_ms=at_ms)


_LATEST_MS = 4_102_444_800_000
"""The clock of a trial's decisions: newer than all that were made."""
