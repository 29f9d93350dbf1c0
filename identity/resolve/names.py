"""Names as they are compared: folded, without accents, blanks collapsed."""

from __future__ import annotations

import re
import unicodedata

import polars as pl

from identity.resolve.codes import Nodes

_APART = re.compile(r"[^a-z0-9]+")


def folded(name: str | None) -> str | None:
    """Fold a name for comparison; None where nothing is left of it."""
    if name is None:
        return None
    if name.isascii():
        return " ".join(_APART.split(name.lower())).strip() or None
    # letters of other alphabets may turn into capitals, and those into other letters again
    plain = unicodedata.normalize("NFKD", name.casefold()).casefold()
    text = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in text).split()) or None


def with_names(nodes: Nodes, records: pl.DataFrame) -> Nodes:
    """Add ``person_name`` to nodes: the folded name of a person's record."""
    people = records.filter(pl.col("object").is_in(["contact", "lead", "user"]))
    full = pl.concat_str(["first_name", "last_name"], separator=" ", ignore_nulls=True)
    named = people.select(
        "id", person_name=pl.coalesce("person_name", pl.when(full.str.len_chars() > 0).then(full))
    )
    values = {n: folded(n) for n in named["person_name"].unique().to_list()}
    named = named.with_columns(
        person_name=pl.Series([values[n] for n in named["person_name"].to_list()], dtype=pl.String)
    )
    return Nodes(nodes.frame.join(named, on="id", how="left", maintain_order="left"))
