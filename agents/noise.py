"""Noise that depends on nothing but its key, so that compared runs share it."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from math import log


@lru_cache(maxsize=32768)
def gumbel(seed: int, step: int, action: str) -> float:
    """Draw from the standard Gumbel distribution: -log(-log(u)), u uniform by the key.

    Adding such noise, times a temperature, to scores and taking the best samples from the
    softmax of the scores over the temperature (Gumbel, 1954).
    """
    key = f"{seed}\0{step}\0{action}".encode("utf-8", errors="surrogatepass")
    drawn = int.from_bytes(blake2b(key, digest_size=6).digest(), "big")
    return -log(-log((drawn + 0.5) / 2.0**48))
