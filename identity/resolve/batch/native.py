"""Compiled code without its compiler: numba compiles once a machine, LLVM's object code is kept.

To import numba and to have it load what it compiled takes most of a second of processor time, which
is more than a million edges are worth; to load object code takes a tenth of that.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

# The types of what each function takes, arrays with a star. All give a whole number.
KERNELS = {
    "number": "uint64* int64 uint64* uint64* uint64* uint64* int64 int64 int32* uint8*",
    "find": "uint64* int64 uint64* uint64* uint64* int64 int32*",
    "rehash": "uint64* int64 uint64* int64",
    "join": "int32* int32* int32* int64",
    "label": "int32* int32* int64",
    "cut": "int32* int32* int64 int64 int32* int32* int64",
}

_DIGEST = 32
"""Bytes in front of kept code that tell whether it is whole."""


def call(kernel: str, *given: npt.NDArray[Any] | int) -> int:
    """Run compiled code; other threads go on meanwhile. Arrays are filled in place."""
    function, wanted = _functions()[kernel]
    return function(*(_value(one, kind) for one, kind in zip(given, wanted, strict=True)))


def _value(one: npt.NDArray[Any] | int, kind: str) -> int:
    """Give a number, or the address of an array that lies in memory as the code expects it."""
    if isinstance(one, np.ndarray):
        if f"{one.dtype}*" != kind or not one.flags.c_contiguous:
            raise TypeError(f"an array of {one.dtype}, strides {one.strides}, is no {kind}")
        return one.ctypes.data
    if kind.endswith("*"):
        raise TypeError(f"{one!r} is no {kind}")
    return one


@cache
def _functions() -> dict[str, tuple[Callable[..., int], list[str]]]:
    from llvmlite import binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = _machine(llvm)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(_object_code(llvm)))
    engine.finalize_object()
    _kept.append(engine)
    found: dict[str, tuple[Callable[..., int], list[str]]] = {}
    for name, words in KERNELS.items():
        kinds = words.split()
        plain = [ctypes.c_void_p if k.endswith("*") else ctypes.c_int64 for k in kinds]
        address = engine.get_function_address(name)
        found[name] = (ctypes.CFUNCTYPE(ctypes.c_int64, *plain)(address), kinds)
    return found


_kept: list[Any] = []
"""Who owns the memory that code lies in."""


def _machine(llvm: Any, triple: str | None = None) -> Any:
    target = llvm.Target.from_triple(triple or llvm.get_process_triple())
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=3,
        jit=True,
    )


def _object_code(llvm: Any) -> bytes:
    """Give the object code for this processor, compiled anew where none is kept."""
    source = Path(__file__).with_name("kernels.py").read_bytes()
    depends = [
        source,
        repr(KERNELS).encode(),
        *(f"{name} {version(name)}".encode() for name in ("numba", "llvmlite")),
        llvm.get_process_triple().encode(),
        llvm.get_host_cpu_name().encode(),
        llvm.get_host_cpu_features().flatten().encode(),
    ]
    kept = _folder() / f"kernels-{hashlib.sha256(b'|'.join(depends)).hexdigest()[:24]}.o"
    with suppress(OSError):
        whole = kept.read_bytes()
        if hashlib.sha256(whole[_DIGEST:]).digest() == whole[:_DIGEST]:
            return whole[_DIGEST:]
    code = _compile(llvm)
    with suppress(OSError):  # where nothing may be written, each run compiles
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as file:
            file.write(hashlib.sha256(code).digest() + code)
        Path(file.name).replace(kept)
    return code


def _compile(llvm: Any) -> bytes:
    from identity.resolve.batch import kernels

    modules = []
    for name in KERNELS:
        symbol, text = kernels.intermediate(name)
        module = llvm.parse_assembly(text)
        module.get_function(symbol).name = name
        modules.append(module)
    whole, *others = modules
    for other in others:
        whole.link_in(other)
    code: bytes = _machine(llvm, whole.triple).emit_object(whole)
    return code


def _folder() -> Path:
    """Give the folder where a user's programs keep what they can make again."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
    else:
        base = os.environ.get("XDG_CACHE_HOME")
    return Path(base or Path.home() / ".cache") / "identity-graph"
