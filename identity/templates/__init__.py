"""Templates of projects, and laying one out in a folder."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from identity.config import FILE_NAME
from identity.errors import FixInput, Where

TEMPLATES = ("acme", "blank")
IGNORED = """\
# holds personal data, and can be built again
.identity/
# keeps the erased out: of value to whoever has the graph as well
erasure.key
"""


def lay_out(folder: Path, template: str, *, seed: int = 7, scale: float = 1.0) -> list[Path]:
    """Make a project of a template; give the files and folders that were written.

    Args:
        folder: where; it may exist, but nothing in it is overwritten.
        template: ``acme``, with generated sample data that runs at once, or ``blank``.
        seed: of the sample data.
        scale: of the sample data; 1 is about 400 companies.

    Raises:
        FixInput: there is no such template, or something that would be written is there already.
    """
    if template not in TEMPLATES:
        raise FixInput(
            f"there is no template {template!r}", fix=f"Templates: {', '.join(TEMPLATES)}."
        )
    written = [folder / FILE_NAME]
    if template == "acme":
        written += [folder / "data", folder / "truth"]
    _refuse(folder, written)
    text = (resources.files("identity.templates") / template / FILE_NAME).read_text("utf-8")
    if template == "blank":
        text = text.replace("project: my-project", f"project: {_name(folder)}", 1)
    folder.mkdir(parents=True, exist_ok=True)
    if template == "acme":
        from identity.generate import generate_acme

        generate_acme(folder, seed=seed, scale=scale)
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text(IGNORED, encoding="utf-8")
        written.append(ignore)
    return written


def _refuse(folder: Path, written: list[Path]) -> None:
    if folder.exists() and not folder.is_dir():
        raise FixInput("is a file, not a folder", where=Where(file=str(folder)))
    for path in written:
        if path.exists():
            raise FixInput(
                "is there already; nothing was written",
                where=Where(file=str(path)),
                fix="Name another folder, or remove it.",
            )


def _name(folder: Path) -> str:
    """Make a project's name of its folder's."""
    found = re.sub(r"[^a-z0-9_-]+", "-", folder.resolve().name.lower())
    found = found.lstrip("-_0123456789").rstrip("-_")
    return found[:40] or "my-project"
