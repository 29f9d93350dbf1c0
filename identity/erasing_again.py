"""Erasing once more: a restored graph is as it was before people were erased.

Who they were is on the project's list (`identity.erasure_list`), by keyed hashes: the identifiers
of the graph are hashed and looked up in it.
"""

from __future__ import annotations

from identity import erasure_list
from identity.config import Config
from identity.erase import stage
from identity.erase.stage import Log
from identity.erasing import forget, take_out
from identity.errors import FixInput
from identity.model.suppression import Span
from identity.progress import Progress, silent
from identity.store.base import Store

REASON = "erased before; a backup brought it back"


def erase_again(
    store: Store, config: Config, *, as_of_ms: int, progress: Progress = silent
) -> tuple[str, ...]:
    """Erase whom the list names and the graph knows, and keep out whoever is on it.

    A graph that was restored from a backup is as it was before those people were erased. Gives the
    ids of the erasures that were made.

    Raises:
        ErasureKeyMissing: there is no key, or it is not the one of the list.
        FixInput: an identifier is several persons' in this graph; all others are erased by then.
    """
    key = erasure_list.key_of(config)
    if key is None:
        return ()
    made: list[str] = []
    unclear: dict[str, str] = {}
    named = {key.digest(i): i for i in store.table("resolve/identifiers")["id"].to_list()}
    for row in sorted(
        erasure_list.missing(store, config), key=lambda row: (row["erasure"], row["id"])
    ):
        identifier = named.get(row["id"].partition(":")[0])
        if identifier is None or not store.read("erase/identifiers", ids=[identifier]):
            continue
        try:
            asked = _held_then(store, identifier, Span(row["from_ms"], row["until_ms"]))
            said = (None, REASON, as_of_ms)
            receipt, _ = take_out(store, config, asked, said=said, progress=progress)
            made.append(receipt.id)
        except FixInput as error:
            unclear[row["id"]] = f"{identifier} ({error})"
    left = [row for row in erasure_list.missing(store, config) if row["id"] not in unclear]
    if left:
        last = store.read("store/last_run")[0]
        log = Log(None, REASON, as_of_ms, {"seq": last["seq"]}, last["changes"])
        made.append(stage.keep_out(store, left, key_id=key.id, log=log))
    forget(store, config)
    if unclear:
        raise FixInput(
            f"were erased after the backup, and are still there: {'; '.join(unclear.values())}",
            fix="Erase the persons meant, by the ids of their contacts.",
        )
    return tuple(made)


def _held_then(store: Store, identifier: str, span: Span) -> str:
    """Give what names the person: the identifier, or the contact that had it in a span."""
    if span.always:
        return identifier
    rows = store.read("explain/resolved_contacts", ids=[identifier])
    contacts = {r["entity"] for r in rows if Span(r["from_ms"], r["until_ms"]) == span}
    return contacts.pop() if len(contacts) == 1 else identifier
