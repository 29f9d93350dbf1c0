"""Company names with known truth: names as registers hold them, and as people write them.

Everything follows from the seed. A name is a brand, a family name or a place, with a trade and a
legal form; families and places occur on a power law, so that many names differ in one word only.
A query is a name written anew: slips of the pen, another or no legal form, a word left out,
swapped, run together or taken apart; three in ten are names that the register does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from identity.resolve.suggest.company_names import cores_of

ONSETS = "b br c ch cl d dr f fl g gr h j k kl l m n p pr qu r s sch sl st t tr v w z".split()
VOWELS = "a e i o u ei au ia ou".split()
CODAS = "n r l s t m ck nd rt x ng".split() + [""] * 8
TRADES = (
    "services solutions systems technologies consulting logistics transport engineering media "
    "design energy trading industries foods pharma medical software networks partners capital "
    "investments holding group international construction properties textiles automotive metals "
    "plastics chemicals packaging printing furniture electronics instruments optics bakery brewery "
    "wines seafood farms travel hotels events security cleaning staffing training research"
).split()
FORMS = (
    "Inc", "Inc.", "LLC", "Ltd", "Ltd.", "Limited", "Corp.", "GmbH", "G.m.b.H.", "AG",
    "GmbH & Co. KG", "B.V.", "BV", "N.V.", "S.A.", "SAS", "SARL", "S.r.l.", "S.p.A.", "AB",
    "A/S", "Oy", "Sp. z o.o.", "", "", "",
)  # fmt: skip
SHORT = {
    "international": "intl", "services": "svcs", "technologies": "tech", "systems": "sys",
    "solutions": "sol", "engineering": "eng", "logistics": "log", "construction": "constr",
}  # fmt: skip
LETTERS = "abcdefghijklmnoprstuvwz"
UNKNOWN = 0.3


@dataclass(frozen=True, slots=True)
class Data:
    """Names of a register, queries, and the row of the register each query means, or -1."""

    names: list[str]
    queries: list[str]
    truth: np.ndarray


class _Pool:
    """Words that occur on a power law, and random choices among them."""

    def __init__(self, rng: np.random.Generator, size: int, syllables: tuple[int, int]) -> None:
        made: dict[str, None] = {}
        while len(made) < size:
            count = rng.integers(*syllables, size=size)
            parts = (
                rng.integers(0, len(x), size=int(count.sum())) for x in (ONSETS, VOWELS, CODAS)
            )
            pieces = [ONSETS[o] + VOWELS[v] + CODAS[c] for o, v, c in zip(*parts, strict=True)]
            ends = np.cumsum(count)
            for start, end in zip(ends - count, ends, strict=True):
                made["".join(pieces[start:end])] = None
        self.words = list(made)[:size]

    def take(self, rng: np.random.Generator, count: int, power: float) -> list[str]:
        size = len(self.words)
        places = (size * rng.random(count) ** power).astype(np.int64)
        return [self.words[p] for p in places]


def make(count: int, asked: int, seed: int = 7) -> Data:
    """Make a register of ``count`` names and ``asked`` queries."""
    rng = np.random.default_rng(seed)
    listed = _names(rng, int((count + asked) * 1.25))
    frame = pl.DataFrame({"name": listed}).with_columns(core=cores_of(pl.Series(listed)))
    # two entries of one core cannot be told apart by their names
    unique = frame.unique("core", keep="first", maintain_order=True)["name"].to_list()
    names, others = unique[:count], unique[count:]
    truth = np.where(rng.random(asked) < UNKNOWN, -1, rng.integers(0, count, size=asked))
    strangers = iter(others)
    queries = [_rewrite(rng, names[t] if t >= 0 else next(strangers)) for t in truth.tolist()]
    return Data(names, queries, truth)


def _names(rng: np.random.Generator, count: int) -> list[str]:
    brands = _Pool(rng, max(count // 3, 50), (2, 4)).take(rng, count, 1.2)
    families = _Pool(rng, max(count // 40, 50), (2, 3)).take(rng, 2 * count, 2.0)
    places = _Pool(rng, max(count // 400, 30), (2, 3)).take(rng, count, 2.0)
    trades = rng.integers(0, len(TRADES), size=(count, 2))
    forms = rng.integers(0, len(FORMS), size=count)
    shape = rng.choice(8, size=count, p=(0.28, 0.14, 0.12, 0.1, 0.1, 0.1, 0.08, 0.08))
    found = []
    for i in range(count):
        trade, other = TRADES[trades[i, 0]], TRADES[trades[i, 1]]
        core = (
            f"{brands[i]} {trade}",
            brands[i],
            f"{families[i]} {trade}",
            f"{families[i]} & {families[i + count]}",
            f"{brands[i]} {trade} {other}",
            f"{brands[i]} {trade} {places[i]}",
            f"{families[i]} {trade} {places[i]}",
            f"{places[i]} {trade} {other}",
        )[shape[i]]
        found.append(f"{core.title()} {FORMS[forms[i]]}".strip())
    return found


def _rewrite(rng: np.random.Generator, name: str) -> str:
    """Write a name anew, with one to three changes."""
    words = name.split()
    form_at = next((i for i, w in enumerate(words) if w in FORMS or w in ("&", "Sp.")), len(words))
    core, form = (words, []) if "&" in words[1:2] else (words[:form_at], words[form_at:])
    if rng.random() < 0.6:
        form = FORMS[rng.integers(len(FORMS))].split()
    for _ in range(1 + rng.integers(0, 2)):
        change = rng.choice(7, p=(0.55, 0.08, 0.08, 0.09, 0.05, 0.1, 0.05))
        place = int(rng.integers(0, len(core)))
        if change == 0:
            core[place] = _slip(rng, core[place])
        elif change == 1 and len(core) > 2:
            core.pop(place if place > 0 else len(core) - 1)
        elif change == 2 and len(core) > 1:
            core[0], core[-1] = core[-1], core[0]
        elif change == 3 and len(core) > 1 and place:
            core[place - 1 : place + 1] = [core[place - 1] + core[place].lower()]
        elif change == 4 and len(core[place]) > 8:
            cut = int(rng.integers(4, len(core[place]) - 3))
            core[place : place + 1] = [core[place][:cut], core[place][cut:]]
        elif change == 5:
            core[place] = SHORT.get(core[place].lower(), core[place])
        elif change == 6:
            core = [w.upper() for w in core]
    return " ".join([*core, *form])


def _slip(rng: np.random.Generator, word: str) -> str:
    """Change a word by one letter: dropped, doubled, replaced or swapped with the next."""
    if len(word) < 4:
        return word
    place = int(rng.integers(0, len(word) - 1))
    letter = LETTERS[rng.integers(len(LETTERS))]
    return (
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place:],
        word[:place] + letter + word[place + 1 :],
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
    )[rng.integers(4)]
