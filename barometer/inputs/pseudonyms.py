"""Keyed pseudonyms: an identifier becomes an integer that only the key's holder can recompute."""

import hashlib
import os
import re
from collections.abc import Callable
from functools import lru_cache

import pyarrow as pa

KEY_VARIABLE = "BAROMETER_PSEUDONYM_KEY"

# Public on purpose: it protects nothing, and synthetic data has nothing to protect.
SYNTHETIC_KEY = "synthetic-data-needs-no-secret"

# The numbers of all enterprises are known, so that whoever holds one pseudonym can try every key
# that is short. Sixteen letters and digits out of a password store are beyond any search.
KEY_CHARACTERS = 16

# What the pseudonym of is the fingerprint of a key: no identifier, and no secret.
FINGERPRINTED = b"the key of the pseudonyms"

# 53 bits: the largest integers that spreadsheets and browsers hold exactly.
PSEUDONYM_BITS = 53


def key_fault(status: str) -> str | None:
    """What an edition of this status finds for a key, where it can be given no pseudonyms with it.

    Returns:
        Words that follow `found` and never quote the key; None where all is well.
    """
    return None if status == "synthetic" else weakness(os.environ.get(KEY_VARIABLE, ""))


@lru_cache(maxsize=1)
def weakness(key: str) -> str | None:
    """What makes a key no secret, as `key_fault` says it; found once, and asked for each number."""
    if not key:
        return "none"
    if not key.strip():
        return "a key of blanks"
    if key.strip() == SYNTHETIC_KEY:
        return "the public key of synthetic data"
    repeated = re.fullmatch(r"(.+?)\1*", key.strip(), re.DOTALL)[1]
    if len(repeated) < KEY_CHARACTERS:
        verb = "of" if repeated == key.strip() else "that repeats"
        count = f"{len(repeated)} character{'s' if len(repeated) > 1 else ''}"
        return f"a key {verb} {count}, fewer than {KEY_CHARACTERS}"
    return None


def key_fingerprint() -> int | None:
    """What distinguishes the key in the environment from any other, and says no more of it than a pseudonym
    does; None where there is no secret key.
    """
    key = os.environ.get(KEY_VARIABLE, "")
    return None if weakness(key) else keyed(FINGERPRINTED, *keyed_states(key.encode()))


def pseudonym_key(status: str) -> bytes:
    """The key for an edition of this status, from the environment.

    Raises:
        PermissionError: no secret key in the environment, and the edition is not synthetic.
    """
    fault = key_fault(status)
    if fault:
        raise PermissionError(
            f"environment variable {KEY_VARIABLE}: found {fault}; expected a secret key, "
            f"because an edition of status {status} has real enterprises in it"
        )
    return (SYNTHETIC_KEY if status == "synthetic" else os.environ[KEY_VARIABLE]).encode()


def pseudonyms(identifiers: pa.ChunkedArray, statuses: pa.ChunkedArray) -> pa.Array:
    """The pseudonyms of identifiers in editions of these statuses, `int64`; null for null.

    DuckDB calls it once for some thousand rows.

    Raises:
        PermissionError: as `pseudonym_key` does.
    """
    return pseudonyms_by(pseudonym_key, identifiers, statuses)


def pseudonyms_by(
    key_of: Callable[[str], bytes], identifiers: pa.Array, statuses: pa.Array
) -> pa.Array:
    """`pseudonyms` with the keys that a function gives for a status.

    It and what it calls travel to the workers of an engine, where this package is not.
    """
    named = statuses.filter(identifiers.is_valid()).unique().to_pylist()
    states = {status: keyed_states(key_of(status)) for status in named}
    pairs = zip(
        identifiers.cast(pa.binary()).to_pylist(), statuses.to_pylist(), strict=True
    )
    return pa.array(
        [
            None if identifier is None else keyed(identifier, *states[status])
            for identifier, status in pairs
        ],
        pa.int64(),
    )


def keyed(identifier: bytes, inner, outer) -> int:
    """HMAC-SHA-256 (RFC 2104) of an identifier, its first 53 bits; the states of `keyed_states`."""
    inner, outer = inner.copy(), outer.copy()
    inner.update(identifier)
    outer.update(inner.digest())
    return int.from_bytes(outer.digest()[:8], "big") >> (64 - PSEUDONYM_BITS)


def keyed_states(key: bytes) -> tuple:
    """What HMAC makes of a key before it sees a message: the same for every identifier."""
    block = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    return tuple(hashlib.sha256(bytes(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))
