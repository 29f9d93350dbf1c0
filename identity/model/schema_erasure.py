"""The labels of erasure: what was done, and whom to keep out (R31)."""

from __future__ import annotations

from identity.model.schema_types import Label, Pii, State
from identity.model.schema_types import prop as _p

ERASURE_LABELS: tuple[Label, ...] = (
    Label(
        "Erasure",
        State.LOG,
        "That a person was erased: who did it, when and why; of the person nothing.",
        (
            _p("id", "string", "ers_<number>"),
            _p("name", "string", "short caption"),
            _p("actor", "string", "who erased"),
            _p("reason", "string", "why"),
            _p("at_ms", "int", "when"),
            _p("run", "int", "the run that did it", volatile=True),
            _p("entities", "list<string>", "canonical ids that it ended"),
            _p("counts", "string", "how much went, JSON"),
            _p("key_id", "string", "id of the key of its hashes"),
            _p("lifted_by", "string", "who let the person come back"),
            _p("lifted_ms", "int", "when"),
        ),
    ),
    Label(
        "Suppression",
        State.LOG,
        "An identifier of somebody who was erased, as a keyed hash: rows with it are blocked.",
        (
            _p("id", "string", "HMAC-SHA256 of the identifier", pii=Pii.PSEUDONYM),
            _p("name", "string", "short caption"),
            _p("kind", "string", "kind of identifier"),
            _p("key_id", "string", "id of the key of the hash"),
            _p("erasure", "string", "the erasure that it comes of"),
            _p("from_ms", "int", "the person's from then on; null: always"),
            _p("until_ms", "int", "the person's until then; null: still"),
        ),
    ),
)
