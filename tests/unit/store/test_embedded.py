"""The embedded store after a crash: what was written before says nothing of what may be written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from identity.store.embedded import EmbeddedStore
from identity.store.queries import load

_BROKEN_OFF = """
import os, sys
from pathlib import Path
from identity.store.embedded import EmbeddedStore
from identity.store.migrate import migrate
from tests.unit.store.test_embedded import event
store = EmbeddedStore(Path(sys.argv[1]))
migrate(store)
store.write("ingest/event", [event("one")])
os._exit(1)
"""


def event(name: str) -> dict[str, object]:
    """An event of which nothing is known but its name."""
    return {**dict.fromkeys(load("ingest/event").row_keys), "id": name, "name": name}


def test_a_property_that_was_only_ever_null_may_be_written_after_a_crash(tmp_path: Path) -> None:
    line = [sys.executable, "-c", _BROKEN_OFF, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run(line, env=environment, check=False).returncode == 1
    store = EmbeddedStore(tmp_path)
    store.write("ingest/event", [event("two")])
    with store.transaction() as tx:
        tx.write("ingest/event", [{**event("three"), "campaign": "spring"}])
    known = store.read("ingest/known_events", ids=["one", "two", "three"])
    assert sorted(row["id"] for row in known) == ["one", "three", "two"]
    nodes = {name: rows for name, rows in store.export() if rows.height}
    assert set(nodes) == {"Event", "SchemaMigration"}  # what declared properties is gone
    store.close()
