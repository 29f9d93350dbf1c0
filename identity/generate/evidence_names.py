"""Turns the benchmark's identifier numbers into strings, block by block, in columns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from identity.generate import words
from identity.generate.evidence_graph import Block, Graph
from identity.generate.evidence_shape import Ints

Bytes = npt.NDArray[np.uint8]
_BASE62 = np.frombuffer(
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", dtype=np.uint8
)
_SUFFIX = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", dtype=np.uint8)
_HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
_STRIDE = 15_485_863
_TLDS = ("com", "de", "io", "co.uk", "fr", "eu")
_LAST_NAMES = tuple(name.lower() for name in words.LAST_NAMES if name.isascii())
_FREE = ("gmail.com", "outlook.com", "yahoo.com", "gmx.de")
_SALESFORCE = {"crm_contact": ("contact", "003"), "lead": ("lead", "00Q"),
               "crm_account": ("account", "001")}  # fmt: skip


def _strings(text: Bytes) -> pl.Series:
    """Rows of equally many ASCII bytes as strings."""
    rows, width = text.shape
    flat = pa.py_buffer(np.ascontiguousarray(text))
    fixed = pa.FixedSizeBinaryArray.from_buffers(pa.binary(width), rows, [None, flat])
    return pl.Series(pl.from_arrow(fixed.cast(pa.binary()).cast(pa.string())))


def _prefixed(prefix: str, columns: Bytes) -> Bytes:
    head = np.frombuffer(prefix.encode(), dtype=np.uint8)
    return np.hstack([np.broadcast_to(head, (len(columns), len(head))), columns])


def salesforce_ids(prefix: str, numbers: Ints) -> Bytes:
    """18-character ids (``ids.checksum`` in columns), one per number below 62**5."""
    place = numbers * _STRIDE % 62**5
    digits = [_BASE62[place // 62**power % 62] for power in range(4, -1, -1)]
    id15 = _prefixed(f"{prefix}Bn00000", np.stack(digits, axis=1))
    capital = (id15 >= ord("A")) & (id15 <= ord("Z"))
    chunks = capital.reshape(len(numbers), 3, 5) @ (1 << np.arange(5))
    return np.hstack([id15, _SUFFIX[chunks]])


def _uuids(rng: np.random.Generator, count: int) -> Bytes:
    nibbles = rng.integers(0, 16, (count, 36), dtype=np.uint8)
    nibbles[:, 14] = 4
    nibbles[:, 19] = 8 + nibbles[:, 19] % 4
    text = _HEX[nibbles]
    text[:, [8, 13, 18, 23]] = ord("-")
    return text


def _pick(options: tuple[str, ...], numbers: Ints) -> pl.Series:
    return pl.Series(options).gather(numbers % len(options))


def _company_domains(companies: Ints, order: Ints) -> pl.Series:
    """The ``order``-th domain of each company, without a scheme; unique by the company number."""
    heads = tuple(word.lower() for word in words.ROOT_HEADS)
    frame = pl.DataFrame(
        {
            "head": _pick(heads, companies),
            "number": companies,
            "order": _pick(("", "-group", "-online"), order),
            "tld": _pick(_TLDS, companies // 3),
        }
    )
    return frame.select(pl.format("{}{}{}.{}", *frame.columns)).to_series()


def _order(block: Block, place: Ints) -> Ints:
    return block.ids - place[block.owner]


def _emails(graph: Graph, block: Block, order: Ints) -> pl.Series:
    """The first address at the company's domain, further ones at its second or free-mail."""
    person = block.owner
    company = graph.people.company[person]
    private = (order > 1) | ((order == 1) & (graph.companies.domains[company] == 1))
    host = _company_domains(company, np.minimum(order, 1))
    frame = pl.DataFrame(
        {
            "family": _pick(_LAST_NAMES, person * 17 // 3),
            "number": person * 5 + order,
            "host": host.zip_with(pl.Series(~private), _pick(_FREE, person)),
        }
    )
    return frame.select(pl.format("email:{}{}@{}", *frame.columns)).to_series()


def _numbered(prefix: str, numbers: Ints) -> pl.Series:
    return pl.select(pl.format(f"{prefix}{{}}", pl.Series(numbers))).to_series()


def _block_names(rng: np.random.Generator, graph: Graph, block: Block) -> pl.Series:
    kind, numbers = block.kind, np.arange(len(block.owner)) + 1
    if kind in _SALESFORCE:
        record, prefix = _SALESFORCE[kind]
        return _strings(_prefixed(f"crm:salesforce:{record}:", salesforce_ids(prefix, numbers)))
    if kind in ("device", "kiosk"):
        return _strings(_prefixed("anon:web:", _uuids(rng, len(numbers))))
    if kind == "email":
        return _emails(graph, block, _order(block, graph.place["email"]))
    if kind == "astray_email":
        return _emails(graph, block, np.full(len(numbers), 4))
    if kind == "domain":
        order = _order(block, graph.place["domain"])
        domains = pl.DataFrame({"domain": _company_domains(block.owner, order)})
        return domains.select(pl.format("domain:{}", "domain")).to_series()
    prefix, start = {
        "second_contact": ("crm:hubspot:contact:", 51_000_000),
        "second_account": ("crm:hubspot:account:", 2_182_160_000),
        "user": ("user:product:", 1_000_000),
        "workspace": ("workspace:product:", 100_000),
        "role_email": ("email:info@", 0),
        "provider_domain": ("domain:regional-provider-", 0),
    }[kind]
    named = _numbered(prefix, start + numbers)
    return named + "-mailbox.com" if kind == "role_email" else named


def names(rng: np.random.Generator, graph: Graph) -> pl.Series:
    """The identifier of every number, 33 bytes on average."""
    return pl.concat([_block_names(rng, graph, block) for block in graph.blocks.values()])
