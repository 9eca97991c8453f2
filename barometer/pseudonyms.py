"""Keyed pseudonyms: an identifier becomes an integer that only the key's holder can recompute."""

import hashlib
import hmac
import os

KEY_VARIABLE = "BAROMETER_PSEUDONYM_KEY"

# Public on purpose: it protects nothing, and synthetic data has nothing to protect.
SYNTHETIC_KEY = "synthetic-data-needs-no-secret"

# 53 bits: the largest integers that spreadsheets and browsers hold exactly.
PSEUDONYM_BITS = 53


def key_fault(status: str) -> str | None:
    """Why an edition of this status cannot be given pseudonyms, as a sentence, or None."""
    if status == "synthetic" or os.environ.get(KEY_VARIABLE):
        return None
    return (
        f"environment variable {KEY_VARIABLE}: found none; expected a secret key, "
        f"because an edition of status {status} has real enterprises in it"
    )


def pseudonym_key(status: str) -> bytes:
    """The key for an edition of this status, from the environment.

    Raises:
        PermissionError: no key in the environment, and the edition is not synthetic.
    """
    fault = key_fault(status)
    if fault:
        raise PermissionError(fault)
    return (SYNTHETIC_KEY if status == "synthetic" else os.environ[KEY_VARIABLE]).encode()


def pseudonym(identifier: str | None, status: str) -> int | None:
    """HMAC-SHA-256 (RFC 2104) of an identifier, its first 53 bits; None for None."""
    if identifier is None:
        return None
    digest = hmac.digest(pseudonym_key(status), identifier.encode(), hashlib.sha256)
    return int.from_bytes(digest[:8], "big") >> (64 - PSEUDONYM_BITS)
