"""What the workers of an engine do in Python: they have pyarrow, and not this package.

The functions travel there with the modules that they call.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
from pyspark import cloudpickle
from pyspark.sql.functions import arrow_udf
from pyspark.sql.types import LongType

from barometer.inputs import input_files, pseudonyms

for module in (input_files, pseudonyms, sys.modules[__name__]):
    cloudpickle.register_pickle_by_value(module)


def pseudonym_function(key_path: Path) -> Callable:
    """The SQL function `pseudonym`, which has no key with it: workers read it where it is.

    Args:
        key_path: the file with the secret key, which is read for an edition that is not synthetic.
    """
    by, synthetic = pseudonyms.pseudonyms_by, pseudonyms.SYNTHETIC_KEY

    def key_of(status):
        return synthetic.encode() if status == "synthetic" else Path(key_path).read_bytes()

    def pseudonym(identifiers: pa.Array, statuses: pa.Array) -> pa.Array:
        return by(key_of, identifiers, statuses)

    return arrow_udf(pseudonym, LongType())


def digest_of_files(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """From batches of `file` to `file` and `sha256`."""
    import hashlib

    for batch in batches:
        found = []
        for name in batch.column("file").to_pylist():
            with open(name, "rb") as file:
                found.append(hashlib.file_digest(file, "sha256").hexdigest())
        yield pa.record_batch({"file": batch.column("file"), "sha256": pa.array(found, pa.string())})


def row_group_reader(schema: pa.Schema) -> Callable:
    """A function from batches of `part`, row groups of raw files as JSON, to the rows in them."""
    read = input_files.row_group_rows

    def rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for part in batch.column("part").to_pylist():
                table = read(**json.loads(part))
                whole = pa.concat_tables(
                    [schema.empty_table(), table], promote_options="default"
                )
                yield from whole.to_batches(max_chunksize=10_000)

    return rows
