# The C extension, as _native_kernel.py calls it.

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

INTERFACE: int

def tokenize(text: str, /) -> tuple[bytearray, bytearray, bytearray]: ...
def shingle_hashes(text: str, shingle_size: int, /) -> bytearray: ...
def sketch(
    texts: tuple[str, ...],
    first: int,
    stop: int,
    sizes: tuple[int, ...],
    slots: int,
    permutations: tuple[NDArray[Any], NDArray[Any]],
    columns: tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]],
    /,
) -> bytearray: ...
def band_keys(signatures: NDArray[Any], keys: NDArray[Any], sizes: tuple[int, int, int, int], /) -> None: ...
def intersection_size(x: NDArray[Any], y: NDArray[Any], /) -> int: ...
def align(
    a: NDArray[Any], b: NDArray[Any], secret: tuple[int, int], limits: tuple[int, int], min_identity: float, /
) -> bytearray: ...
def measure(
    texts: tuple[str, ...],
    pairs: NDArray[Any],
    columns: NDArray[Any],
    secret: tuple[int, int],
    sizes: tuple[int, int, int],
    shares: tuple[float, float],
    /,
) -> None: ...
def xxh3_64(data: bytes, /) -> int: ...
def isas() -> list[str]: ...
def isa() -> str: ...
def set_isa(name: str, /) -> None: ...
def set_rules(page: Callable[[int], bytes], chunk: Callable[[str], bytes], /) -> None: ...
