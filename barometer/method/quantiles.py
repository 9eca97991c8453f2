"""Quantiles and probabilities that SQL lacks, as functions over arrow columns.

They know nothing of a survey; macros/stratified_estimates.sql needs them on its connection:

    student_t_quantile(probability, degrees_of_freedom)    R's qt
    student_t_probability(value, degrees_of_freedom)       R's pt
    beta_quantile(probability, a, b)                       R's qbeta

Degrees of freedom need not be whole. What has no value (degrees of freedom of 0, a beta
without a positive a or b) and what has a null argument is null.
"""

import duckdb
import pyarrow as pa
import pyarrow.compute as pc


def student_t_quantile(probability: pa.Array, degrees_of_freedom: pa.Array) -> pa.Array:
    """The value below which a Student t lies with the probability."""
    return over_columns("stdtrit", degrees_of_freedom, probability)


def student_t_probability(value: pa.Array, degrees_of_freedom: pa.Array) -> pa.Array:
    """The probability that a Student t lies below the value."""
    return over_columns("stdtr", degrees_of_freedom, value)


def beta_quantile(probability: pa.Array, a: pa.Array, b: pa.Array) -> pa.Array:
    """The value below which a Beta(a, b) lies with the probability."""
    return over_columns("betaincinv", a, b, probability)


def over_columns(name: str, *columns: pa.Array) -> pa.Array:
    """A function of scipy.special, element by element; not-a-number becomes null."""
    # Imported on the first call: most invocations of dbt never ask for a quantile.
    from scipy import special

    values = pa.array(
        getattr(special, name)(*(column.to_numpy(zero_copy_only=False) for column in columns))
    )
    return pc.if_else(pc.is_nan(values), None, values)


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the functions of this module known to a connection."""
    for function, arguments in (
        (student_t_quantile, 2), (student_t_probability, 2), (beta_quantile, 3),
    ):
        connection.create_function(
            function.__name__,
            function,
            ["DOUBLE"] * arguments,
            "DOUBLE",
            type="arrow",
            null_handling="special",
        )
