"""Erasure: what erasing a person would do, then exactly that; and letting the person come back.

The preview tries the erasure on a private copy of the graph and compares, as a plan does. Its hash
covers every row that would be written and what that rests on: where the graph has moved since, the
erasure is refused. After the transaction that takes the person out, the resolver, the journeys and
the credit run as in any other run. Nothing of the person is left but ended ids and keyed hashes.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from identity import erasure_list, pipeline, planning
from identity.config import Config, erasure_key
from identity.erase import residue, stage
from identity.erase.found import Found
from identity.erase.reading import RANK, read
from identity.erase.residue import NamingFile
from identity.erase.stage import Log, erasures_of
from identity.erase.subject import Subject, find, with_records
from identity.erase.work import Work, work_of
from identity.errors import NotFound, Stop
from identity.explain.effects import Effects, effects
from identity.explain.naming import guess
from identity.ingest.apply_records import made_anew
from identity.ingest.suppress import key_for
from identity.model.instants import iso
from identity.model.suppression import Key
from identity.progress import Progress, silent
from identity.store.base import Store

AFTERWARDS = ("resolve", "journeys", "attribute")
BY_NAME = {f"erase/{n}" for n in ("delete_identifier", "unlink_contact", "unlink_company")}
BY_NAME.add("ingest/dirty")
"""Writes that are made of names alone: they say nothing of what is there."""


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What an erasure would do; it names the person, and is shown, never kept.

    ``identifiers`` are the person's own: they go and are kept out. ``alone`` go along, because
    nothing else speaks of them. ``stays``: what the person's facts name and others share, with its
    standing. ``hash`` stands for all that would be written, and what it rests on.
    """

    asked: str
    contact: str | None
    name: str
    identifiers: tuple[str, ...]
    alone: tuple[str, ...]
    stays: dict[str, str | None]
    entities: tuple[str, ...]
    counts: dict[str, int]
    hash: str
    effects: Effects | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give plain data, for JSON."""
        return {**asdict(self), "effects": self.effects.as_dict() if self.effects else None}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an erasure did; it says nothing of the person.

    ``entities``: canonical ids that ended; ``files``: files of the project that still name the
    person, by what they are.
    """

    id: str
    at: str
    actor: str | None
    run: int
    entities: tuple[str, ...]
    counts: dict[str, int]
    files: tuple[NamingFile, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Give plain data, for JSON."""
        return asdict(self)


def plan(
    store: Store, config: Config, asked: str, *, as_of_ms: int, progress: Progress = silent
) -> ErasurePlan:
    """Say what erasing a person would do; nothing is changed.

    Raises:
        NotFound: nobody is known by that.
        FixInput: it names a company, is shared, or stood for several persons.
    """
    subject, found, work = _look(store, config, asked)
    made = _plan(store, config, asked, (subject, found, work))
    base = planning.reached(store)
    with TemporaryDirectory(prefix="identity-erase-") as folder:
        copy = store.scratch(Path(folder))
        try:
            _do(copy, config, (subject, work), Key(b""), (None, None, as_of_ms), progress)
            seen = effects(
                store, copy, since=base["changes"], currency=config.attribution.currency.base
            )
        finally:
            copy.close()
    return replace(made, effects=seen)


def erase(
    store: Store,
    config: Config,
    asked: str,
    *,
    actor: str | None,
    reason: str | None,
    as_of_ms: int,
    plan_hash: str | None = None,
    progress: Progress = silent,
) -> Receipt:
    """Erase a person.

    Args:
        store: the graph; it is held by the caller.
        config: the project's.
        asked: an identifier of the person, or the id of the contact.
        actor: who erases.
        reason: why; addresses of the person in it are not noted.
        as_of_ms: the run's clock.
        plan_hash: of the plan that was shown; None: whatever there is now.
        progress: hears what is done.

    Raises:
        PlanStale: something has moved since the plan was made; nothing was done.
        ErasureKeyMissing: the key to keep people out is missing, or is another one.
        Stop: something of the person is still in the graph.
    """
    receipt, found = take_out(
        store,
        config,
        asked,
        said=(actor, reason, as_of_ms),
        plan_hash=plan_hash,
        progress=progress,
    )
    forget(store, config)
    progress.step("looking through files")
    files = residue.files_naming(
        config.root,
        found.identifiers,
        sources=[config.resolve_path(s.path) for s in config.sources],
        store=Path(store.location),
    )
    return replace(receipt, files=tuple(files))


def take_out(
    store: Store,
    config: Config,
    asked: str,
    *,
    said: tuple[str | None, str | None, int],
    plan_hash: str | None = None,
    progress: Progress = silent,
) -> tuple[Receipt, Found]:
    """Take a person out of the graph, and nothing else; give also what there was.

    ``said``: actor, reason and clock, as `erase` takes them. The store's files keep what was there
    until `forget`.

    Raises:
        PlanStale, ErasureKeyMissing, Stop: as `erase`.
    """
    subject, found, work = _look(store, config, asked)
    if plan_hash is not None and _hash(store, config, work) != plan_hash:
        raise planning.PlanStale(
            "the graph or the configuration has moved since the plan was made",
            fix="Look at a new one: identity erase, without --yes.",
        )
    key = _key(store, config, make=True)
    # the list comes first: an erasure that is cut off here is made by a restore, or asked for again
    erasure_list.add(
        erasure_list.place(config), stage.suppressions(subject, key, stage.next_id(store))
    )
    erasure, run = _do(store, config, (subject, work), key, said, progress)
    _check(store, replace(subject, identifiers=(*subject.identifiers, *found.alone)))
    actor, _, as_of_ms = said
    return Receipt(erasure, iso(as_of_ms), actor, run, work.entities, work.counts), found


def forget(store: Store, config: Config) -> None:
    """Write the store's files anew and delete the last plan: both would keep who was taken out."""
    store.forget()
    planning.default_file(config.root).unlink(missing_ok=True)


def lift(
    store: Store, config: Config, asked: str, *, actor: str | None, at_ms: int
) -> dict[str, Any]:
    """Let an erased person come back: the next run reads what the sources have.

    Raises:
        NotFound: nobody with that identifier was erased.
    """
    identifier = guess(config, asked)
    key = _key(store, config, make=False)
    erasures = erasures_of(store, identifier, key) if key is not None else []
    if not erasures:
        raise NotFound(f"nobody with {identifier} was erased")
    gone = stage.kept_out_by(store, erasures)
    # the list comes first: cut off here, the same can be asked for again
    erasure_list.lift(erasure_list.place(config), gone)
    stage.lift(store, erasures, actor=actor, at_ms=at_ms)
    return {"erasures": erasures, "identifiers": len(gone)}


def listed(store: Store) -> list[dict[str, Any]]:
    """List all erasures, the oldest first."""
    return [
        {**row, "at": iso(row["at_ms"]), "counts": orjson.loads(row["counts"])}
        for row in store.read("erase/erasures")
    ]


def _look(store: Store, config: Config, asked: str) -> tuple[Subject, Found, Work]:
    identifier = asked if asked.startswith("con_") else guess(config, asked)
    try:
        subject = with_records(store, find(store, identifier))
    except NotFound as error:
        key = _key(store, config, make=False)
        known = erasures_of(store, identifier, key) if key is not None else []
        if known:
            raise NotFound(f"{identifier} was erased already ({', '.join(known)})") from error
        raise
    found = read(store, subject)
    return subject, found, work_of(found, RANK)


def _key(store: Store, config: Config, *, make: bool) -> Any:
    known = {row["key_id"] for row in store.read("ingest/suppressions")}
    secret = erasure_key.read(config)
    if secret is None and not known:
        return Key(erasure_key.make(config)) if make else None
    return key_for(secret, known)


def _plan(
    store: Store, config: Config, asked: str, looked: tuple[Subject, Found, Work]
) -> ErasurePlan:
    subject, found, work = looked
    return ErasurePlan(
        asked,
        subject.contact,
        subject.name,
        (*subject.identifiers, *sorted(subject.lent)),
        tuple(found.alone),
        found.stays,
        work.entities,
        work.counts,
        _hash(store, config, work),
    )


def _hash(store: Store, config: Config, work: Work) -> str:
    """Hash all that would be written, and the state of the graph that it was made of."""
    rests_on = [planning.reached(store), pipeline.config_hash(config), work.writes]
    return hashlib.sha256(orjson.dumps(rests_on, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def _do(
    store: Store,
    config: Config,
    who: tuple[Subject, Work],
    key: Key,
    said: tuple[str | None, str | None, int],
    progress: Progress,
) -> tuple[str, int]:
    """Write an erasure, then derive anew; give the id of its log row, and its run."""
    subject, work = who
    actor, reason, as_of_ms = said
    state = pipeline.begin(store, config, as_of_ms=as_of_ms, progress=progress)
    run = {
        "id": f"run_{state.seq:09d}",
        "name": f"run {state.seq}",
        "seq": state.seq,
        "as_of_ms": as_of_ms,
        "config_hash": "",
        "rules_hash": state.last.rules_hash,
        "stages": ["erase"],
        "counts": orjson.dumps({"erase": work.counts}).decode(),
        "minted": state.last.minted,
    }
    progress.step("erasing")
    # what others say is cleared first: cut off here, the same erasure still finds the person
    for query, rows in work.writes:
        if query == "erase/record_text":
            store.write(query, rows)
    made_anew(store, work.records, run=state.seq, primary=config.primary_crm)
    log = Log(actor, reason, as_of_ms, run, state.last.changes)
    erasure = stage.write(store, subject, work, key, log)
    after = pipeline.begin(store, config, as_of_ms=as_of_ms, progress=progress)
    pipeline.run(after, pipeline.plan(AFTERWARDS))
    return erasure, state.seq


def _check(store: Store, subject: Subject) -> None:
    """Make sure that the same erasure would have nothing left to do."""
    work = work_of(read(store, subject), RANK)
    left = [query for query, _ in work.writes if query not in BY_NAME]
    if left or store.read("erase/identifiers", ids=list(subject.identifiers)):
        raise Stop(
            f"the person was erased, but something is left ({', '.join(left)})",
            fix="Report this; erasing an identifier that is left takes it out.",
        )
