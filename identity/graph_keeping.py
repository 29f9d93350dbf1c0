"""The part of the facade that keeps a graph: backups, and the comparison with its facts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from identity.config import Config
from identity.progress import Progress, silent
from identity.store.base import Store

if TYPE_CHECKING:
    from identity.keeping import Restored, Verified
    from identity.store.backup import Manifest


class Keeping:
    """Back up, restore, verify; `IdentityGraph` inherits it."""

    config: Config
    store: Store

    def backup(self, path: Path, *, progress: Progress = silent) -> Manifest:
        """Write the whole graph into one file; nobody writes to the graph meanwhile.

        Raises:
            FixInput: the file is there already, or nothing has run yet.
            StoreLocked: somebody is writing to the graph.
        """
        from identity import keeping

        with self.store.hold():
            return keeping.write_backup(self.store, self.config, path, progress=progress)

    def restore(self, path: Path, *, progress: Progress = silent) -> Restored:
        """Load a backup into this graph, which must be empty, and compare every row.

        People who were erased after the backup, by the project's list, are erased once more.

        Raises:
            ErasureKeyMissing: there is a list of erasures, and not its key; nothing was loaded.
            FixInput: the file is no backup, is damaged or of a newer program; the graph is not
                empty.
            Stop: what the graph holds afterwards is not what the backup holds.
        """
        from identity import keeping

        with self.store.hold():
            return keeping.load_backup(self.store, self.config, path, progress=progress)

    def verify(self, *, progress: Progress = silent) -> Verified:
        """Derive everything anew from the facts, on a private copy, and compare.

        Raises:
            FixInput: something was read or decided that no run has resolved yet.
        """
        from identity import keeping

        return keeping.recompute(self.store, self.config, progress=progress)
