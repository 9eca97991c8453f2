"""Keyed pseudonyms."""

import hmac

import pyarrow as pa
import pytest

from barometer.inputs.pseudonyms import (
    KEY_CHARACTERS,
    KEY_VARIABLE,
    SYNTHETIC_KEY,
    keyed,
    keyed_states,
    pseudonyms,
)

SECRET = "".join(chr(ord("a") + place) for place in range(KEY_CHARACTERS))
IDENTIFIERS = ["a", "0123456789", "9|é", "x" * 200]


@pytest.fixture(autouse=True)
def no_key(monkeypatch):
    """No key in the environment, whatever the machine has."""
    monkeypatch.delenv(KEY_VARIABLE, raising=False)


def pseudonym(identifier, status):
    """The pseudonym of one identifier."""
    (found,) = pseudonyms(
        pa.chunked_array([[identifier]], pa.string()), pa.chunked_array([[status]])
    ).to_pylist()
    return found


def first_53_bits(key, identifier):
    """The first 53 bits of the hexadecimal HMAC-SHA-256, by text."""
    digest = hmac.new(key.encode(), identifier.encode(), "sha256").hexdigest()
    return int(bin(int("1" + digest, 16))[3:][:53], 2)


def test_test_vector_of_rfc_4231():
    """Test case 2 of RFC 4231, whose digest begins with 5bdcc146bf60754e."""
    assert keyed(b"what do ya want for nothing?", *keyed_states(b"Jefe")) == 0x5BDCC146BF60754E >> 11


@pytest.mark.parametrize("identifier", IDENTIFIERS)
@pytest.mark.parametrize("key", ["a key of another test", SECRET * 9 + "!", f" {SECRET}\n"])
def test_is_hmac_sha256(monkeypatch, identifier, key):
    """It is HMAC-SHA-256 with the key of the environment."""
    monkeypatch.setenv(KEY_VARIABLE, key)
    assert pseudonym(identifier, "final") == first_53_bits(key, identifier)


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_synthetic_editions_need_no_key(identifier):
    """Without a key a synthetic edition has the public one."""
    assert pseudonym(identifier, "synthetic") == first_53_bits(SYNTHETIC_KEY, identifier)


def test_a_key_moves_no_synthetic_edition(monkeypatch):
    """The key of the real editions, once there is one, is for them alone."""
    before = pseudonym("a", "synthetic")
    monkeypatch.setenv(KEY_VARIABLE, SECRET)
    assert pseudonym("a", "synthetic") == before != pseudonym("a", "final")


@pytest.mark.parametrize("status", ["provisional", "final"])
@pytest.mark.parametrize("key", [None, ""])
def test_real_edition_without_key_is_refused(monkeypatch, status, key):
    """The error names the variable."""
    if key is not None:
        monkeypatch.setenv(KEY_VARIABLE, key)
    with pytest.raises(PermissionError, match=f"{KEY_VARIABLE}: found none.*{status}"):
        pseudonym("a", status)


NO_SECRETS = {
    "a key of blanks": " \t ",
    "a key of 1 character": "q",
    f"a key of {KEY_CHARACTERS - 1} characters": f"  {SECRET[:-1]}\n",
    "a key that repeats 1 character": "q" * 100,
    "a key that repeats 3 characters": "qxj" * KEY_CHARACTERS,
    "the public key of synthetic data": f"{SYNTHETIC_KEY} ",
}


@pytest.mark.parametrize("found", NO_SECRETS)
def test_a_key_that_is_no_secret_is_refused(monkeypatch, found):
    """The sentence says what was found, and does not quote it."""
    monkeypatch.setenv(KEY_VARIABLE, NO_SECRETS[found])
    with pytest.raises(PermissionError, match=f"{KEY_VARIABLE}: found {found}.*; expected") as error:
        pseudonym("a", "final")
    if NO_SECRETS[found].strip():
        assert NO_SECRETS[found].strip() not in str(error.value)
    assert pseudonym("a", "synthetic") == first_53_bits(SYNTHETIC_KEY, "a")


def test_a_key_is_beyond_any_search():
    """The shortest one of letters and digits is one of more than are ever tried."""
    assert (26 + 26 + 10) ** KEY_CHARACTERS > 2**90


def test_none_stays_none():
    """No identifier, no pseudonym."""
    assert pseudonym(None, "synthetic") is None
    assert pseudonym(None, "final") is None


def test_fits_a_double():
    """Every pseudonym is an integer that a double holds exactly, and they differ."""
    found = [pseudonym(str(number), "synthetic") for number in range(2000)]
    assert all(0 <= value < 2**53 for value in found)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("key", ["k" * 16 + "ey", "a-key-of-more-than-one-block-" * 4])
def test_many_pseudonyms_are_those_of_each(monkeypatch, key):
    """What DuckDB is given for thousands of rows at once is what one identifier is given."""
    monkeypatch.setenv(KEY_VARIABLE, key)
    identifiers = ["1", None, "é", "", "x" * 200, "1"]
    statuses = ["final", "final", "synthetic", "final", "final", "synthetic"]
    found = pseudonyms(pa.chunked_array([identifiers]), pa.chunked_array([statuses]))
    assert found.type == pa.int64()
    assert found.to_pylist() == [
        pseudonym(identifier, status)
        for identifier, status in zip(identifiers, statuses, strict=True)
    ]
