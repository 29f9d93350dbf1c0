"""The part of the facade that erases people, and lets them come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from identity.config import Config
from identity.progress import Progress, silent
from identity.store.base import Store

if TYPE_CHECKING:
    from identity.erasing import ErasurePlan, Receipt


class Erasing:
    """Erase, lift, list; `IdentityGraph` inherits it."""

    config: Config
    store: Store

    def plan_erasure(
        self, person: str, *, as_of_ms: int, progress: Progress = silent
    ) -> ErasurePlan:
        """Say what erasing a person would do; nothing is changed.

        ``person`` is an e-mail, an identifier in full, or the canonical id of a contact.

        Raises:
            NotFound: nobody is known by that.
            FixInput: it names a company, is shared, or stood for several persons.
        """
        from identity import erasing

        return erasing.plan(self.store, self.config, person, as_of_ms=as_of_ms, progress=progress)

    def erase(
        self,
        person: str,
        *,
        as_of_ms: int,
        actor: str | None = None,
        reason: str | None = None,
        plan_hash: str | None = None,
        progress: Progress = silent,
    ) -> Receipt:
        """Erase a person, and keep the person out of what is read from now on.

        Args:
            person: as in `plan_erasure`.
            as_of_ms: the run's clock.
            actor: who erases.
            reason: why.
            plan_hash: of the plan that was looked at; None: whatever there is now.
            progress: hears what is done.

        Raises:
            PlanStale: something has moved since the plan was made; nothing was done.
            ErasureKeyMissing: the key to keep people out is missing, or is another one.
        """
        from identity import erasing

        with self.store.hold():
            return erasing.erase(
                self.store,
                self.config,
                person,
                actor=actor,
                reason=reason,
                as_of_ms=as_of_ms,
                plan_hash=plan_hash,
                progress=progress,
            )

    def lift_erasure(self, person: str, *, actor: str | None, as_of_ms: int) -> dict[str, Any]:
        """Let an erased person come back with the next run, by any identifier of the person.

        Raises:
            NotFound: nobody with that identifier was erased.
        """
        from identity import erasing

        with self.store.hold():
            return erasing.lift(self.store, self.config, person, actor=actor, at_ms=as_of_ms)

    def erasures(self) -> list[dict[str, Any]]:
        """List all erasures, the oldest first; they say nothing of who was erased."""
        from identity import erasing

        return erasing.listed(self.store)
