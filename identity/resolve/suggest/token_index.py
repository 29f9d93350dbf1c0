"""Names that are alike, many against many, without comparing all with all.

A name is found by the words that few names have, by pairs of the words that many have, and by its
whole core without blanks. A word of a query that no name has is looked up in a dictionary of slips
(`identity.resolve.suggest.spelling`) and in a map of words run together. One sparse product gives
candidates; the best of them are compared word by word, rare words weighing more, and letter by
letter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz import fuzz
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist
from scipy.sparse import csr_matrix

from identity.resolve.suggest.company_names import words_of
from identity.resolve.suggest.spelling import near

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MOST_NAMES = 300
"""A word that more names have finds nothing by itself."""

MOST_WORDS = 6
"""Pairs are made of this many words of a name, from its start."""

TOP = 20
"""So many candidates of each query are compared letter by letter."""

SLIP = 0.8
"""What a word one slip of the pen off counts, against 1 of an equal one."""

FEWEST = 0.4
"""A candidate shares this part of what the best one shares with the query, at least."""

WORDS = 0.2
"""The part of the words in the score of two names; the rest is that of the letters."""

ALIKE = 0.78
"""From this score on two names are taken for one; measured in ``bench/names.py``."""

LEAST = 0.6
"""A candidate whose words share less than this part of the best one's is not compared."""


@dataclass(frozen=True, slots=True)
class Bags:
    """Names as bags of words: one row a name and word, ``at`` the position in the name."""

    frame: pl.DataFrame
    cores: pl.Series

    @property
    def count(self) -> int:
        """Give the number of names."""
        return len(self.cores)


def bags_of(names: pl.Series) -> Bags:
    """Take names apart."""
    words = words_of(names)
    listed = pl.DataFrame({"words": words}).with_row_index("name")
    spread = listed.drop_nulls().explode("words").rename({"words": "word"})
    at = pl.int_range(pl.len()).over("name")
    return Bags(spread.with_columns(pl.col("name").cast(pl.Int64), at=at), words.list.join(" "))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of the names that are searched: ``word``, ``id``, ``names`` (how often it stands).

    ``rarity`` is the weight of each word by its id.
    """

    frame: pl.DataFrame
    rarity: Floats


def vocabulary_of(bags: Bags) -> Vocabulary:
    """Count the words of names."""
    frame = bags.frame.group_by("word").agg(names=pl.len())
    frame = frame.sort("word").with_row_index("id").with_columns(pl.col("id").cast(pl.Int64))
    rarity = np.log1p(bags.count / frame["names"].to_numpy())
    return Vocabulary(frame, rarity)


@dataclass(frozen=True, slots=True)
class Index:
    """Names, ready to be searched; make it with `index_of`.

    ``weights``: name by word, the words' rarity; ``norms``: what a name weighs in all;
    ``features``: key to column; ``postings``: column by name.
    """

    bags: Bags
    vocabulary: Vocabulary
    weights: csr_matrix
    norms: Floats
    features: pl.DataFrame
    postings: csr_matrix
    glued: pl.DataFrame


def index_of(names: pl.Series) -> Index:
    """Make names ready to be searched."""
    bags = bags_of(names)
    vocabulary = vocabulary_of(bags)
    known = vocabulary.frame.select("word", "id", common=pl.col("names") > MOST_NAMES)
    words = bags.frame.join(known, on="word")
    ends = (words["name"].to_numpy(), words["id"].to_numpy())
    shape = (bags.count, len(vocabulary.rarity))
    weights = csr_matrix((np.ones(words.height, np.float32), ends), shape=shape)
    # a word that stands twice in a name counts once
    weights.data = vocabulary.rarity[weights.indices].astype(np.float32)
    norms = np.asarray(weights.sum(axis=1)).ravel()
    keys = pl.concat([_rare(words), _pairs(words), _cores(bags.cores)])
    counts = keys.group_by("key").agg(names=pl.len())
    features = counts.filter(pl.col("names") <= MOST_NAMES).select("key", "names")
    features = features.with_row_index("column").with_columns(pl.col("column").cast(pl.Int64))
    found = keys.join(features, on="key")
    ones = np.ones(found.height, np.float32)
    postings = csr_matrix(
        (ones, (found["column"].to_numpy(), found["name"].to_numpy())),
        shape=(features.height, bags.count),
    )
    return Index(bags, vocabulary, weights, norms, features, postings, _glued(words))


def _rare(words: pl.DataFrame) -> pl.DataFrame:
    """Give the words that few names have as features."""
    rare = words.filter(~pl.col("common")).select("name", key=pl.col("id").cast(pl.UInt64))
    return rare.unique()


def _pairs(words: pl.DataFrame) -> pl.DataFrame:
    """Give pairs of words that many names have as features."""
    common = words.filter(pl.col("common") & (pl.col("at") < MOST_WORDS)).select("name", "id")
    both = common.join(common, on="name", suffix="_b").filter(pl.col("id") < pl.col("id_b"))
    return both.select("name", key=pl.struct("id", "id_b").hash(seed=2)).unique()


def _cores(cores: pl.Series) -> pl.DataFrame:
    """Give whole cores without blanks as features."""
    frame = pl.DataFrame({"core": cores}).with_row_index("name").drop_nulls()
    plain = pl.col("core").str.replace_all(" ", "", literal=True)
    return frame.select(pl.col("name").cast(pl.Int64), key=plain.hash(seed=3))


def _glued(words: pl.DataFrame) -> pl.DataFrame:
    """Give what two words in a row make together: ``word``, and both ids."""
    ordered = words.sort("name", "at").select("name", "word", "id")
    following = ordered.select(
        pl.concat_str("word", pl.col("word").shift(-1)).alias("word"),
        one="id",
        two=pl.col("id").shift(-1),
        same=pl.col("name") == pl.col("name").shift(-1),
    )
    return following.filter("same").drop("same").unique("word")


def search(index: Index, names: pl.Series, *, top: int = TOP) -> pl.DataFrame:
    """Find the names of an index that are like some names.

    Returns:
        ``query`` and ``name`` (positions), ``words`` (the weight of the words they share, as part
        of what both weigh), ``letters`` (how alike their letters are), ``score`` of both, all 0 to
        1; the best ``top`` of each query by words.
    """
    bags = bags_of(names)
    words = _words_of_queries(index, bags)
    asked = _features_of_queries(index, bags, words)
    product = (asked @ index.postings).tocoo()
    need = product.tocsr().max(axis=1).toarray().ravel() * FEWEST
    keep = product.data >= need[product.row]
    found = pl.DataFrame(
        {
            "query": product.row[keep].astype(np.int64),
            "name": product.col[keep].astype(np.int64),
            "shared": product.data[keep],
        }
    )
    best = found.filter(
        pl.col("shared").rank("ordinal", descending=True).over("query") <= 2 * top
    ).sort("query", "name")
    scored = _with_words(index, words, bags, best)
    place = pl.col("words").rank("ordinal", descending=True).over("query")
    near_best = pl.col("words") >= LEAST * pl.col("words").max().over("query")
    ranked = scored.filter((place <= top) & near_best)
    return _with_letters(index, bags, ranked).sort("query", "name")


def _words_of_queries(index: Index, bags: Bags) -> pl.DataFrame:
    """Give the known words that each query has or may mean: query, id, weight."""
    known = index.vocabulary.frame.select("word", "id", "names")
    own = bags.frame.join(known, on="word", how="left")
    exact = own.drop_nulls("id").select("name", "id", part=pl.lit(1.0))
    unknown = own.filter(pl.col("id").is_null())["word"].unique()
    slips = near(unknown, known["word"])
    meant = pl.DataFrame(
        {"word": unknown.gather(slips["wanted"]), "id": known["id"].gather(slips["known"])}
    )
    glued = index.glued.join(unknown.rename("word").to_frame(), on="word")
    apart = pl.concat([glued.select("word", id="one"), glued.select("word", id="two")])
    ordered = bags.frame.sort("name", "at")
    run = ordered.select(
        "name",
        same=pl.col("name") == pl.col("name").shift(-1),
        word=pl.concat_str("word", pl.col("word").shift(-1)),
    ).filter("same")
    together = run.join(known, on="word").select("name", "id", part=pl.lit(1.0))
    read = pl.concat([meant.with_columns(part=pl.lit(SLIP)), apart.with_columns(part=pl.lit(1.0))])
    guessed = bags.frame.select("name", "word").join(read, on="word").select("name", "id", "part")
    return pl.concat([exact, guessed, together]).group_by("name", "id").agg(pl.col("part").max())


def _features_of_queries(index: Index, bags: Bags, words: pl.DataFrame) -> csr_matrix:
    """Give queries by features, each with the weight of what it stands for."""
    rarity = index.vocabulary.rarity
    frame = words.with_columns(
        weight=pl.Series(rarity[words["id"].to_numpy()]) * pl.col("part"),
        common=pl.Series(
            index.vocabulary.frame["names"].to_numpy()[words["id"].to_numpy()] > MOST_NAMES
        ),
    )
    rare = frame.filter(~pl.col("common")).select(
        "name", "weight", key=pl.col("id").cast(pl.UInt64)
    )
    common = frame.filter("common").select("name", "id", "weight")
    both = common.join(common, on="name", suffix="_b").filter(pl.col("id") < pl.col("id_b"))
    pairs = both.select(
        "name",
        weight=pl.col("weight") + pl.col("weight_b"),
        key=pl.struct("id", "id_b").hash(seed=2),
    )
    whole = _cores(bags.cores).with_columns(weight=pl.lit(20.0)).select("name", "weight", "key")
    keys = pl.concat([rare, pairs, whole]).join(index.features, on="key")
    return csr_matrix(
        (
            keys["weight"].to_numpy().astype(np.float32),
            (keys["name"].to_numpy(), keys["column"].to_numpy()),
        ),
        shape=(bags.count, index.features.height),
    )


def _with_words(index: Index, words: pl.DataFrame, bags: Bags, pairs: pl.DataFrame) -> pl.DataFrame:
    """Add what two names share of the weight of their words."""
    shape = (bags.count, len(index.vocabulary.rarity))
    parts = csr_matrix(
        (
            words["part"].to_numpy().astype(np.float32),
            (words["name"].to_numpy(), words["id"].to_numpy()),
        ),
        shape=shape,
    )
    one, two = pairs["query"].to_numpy(), pairs["name"].to_numpy()
    shared = np.asarray(parts[one].multiply(index.weights[two]).sum(axis=1)).ravel()
    own = _norms(index, bags)
    total = own[one] + index.norms[two] - shared
    return pairs.with_columns(words=pl.Series(shared / np.maximum(total, 1e-9)))


def _norms(index: Index, bags: Bags) -> Floats:
    """Give what each query weighs; a word that nobody has weighs as much as the rarest."""
    known = index.vocabulary.frame.select("word", rarity=pl.Series(index.vocabulary.rarity))
    rarest = float(np.log1p(index.bags.count))
    weighed = bags.frame.join(known, on="word", how="left").with_columns(
        pl.col("rarity").fill_null(rarest)
    )
    sums = weighed.group_by("name").agg(pl.col("rarity").sum())
    found = np.zeros(bags.count)
    found[sums["name"].to_numpy()] = sums["rarity"].to_numpy()
    return found


def _with_letters(index: Index, bags: Bags, pairs: pl.DataFrame) -> pl.DataFrame:
    """Add how alike the letters of two names are, whatever the order of their words."""
    one = bags.cores.gather(pairs["query"]).fill_null("")
    two = index.bags.cores.gather(pairs["name"]).fill_null("")
    plain = [s.str.replace_all(" ", "", literal=True).to_list() for s in (one, two)]
    glued = cpdist(*plain, scorer=Indel.normalized_similarity, workers=-1)
    ordered = cpdist(one.to_list(), two.to_list(), scorer=fuzz.token_sort_ratio, workers=-1)
    letters = np.maximum(glued, ordered / 100)
    return pairs.with_columns(letters=pl.Series(letters, dtype=pl.Float64)).select(
        "query",
        "name",
        "words",
        "letters",
        score=WORDS * pl.col("words") + (1 - WORDS) * pl.col("letters"),
    )
