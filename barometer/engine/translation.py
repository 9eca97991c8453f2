"""SQL of DuckDB as Spark runs it.

sqlglot translates. Here is what it leaves as DuckDB has it, each with its reason; whatever else the
two do not share, the models of `models/responses/` do without.
"""

from collections.abc import Callable

from sqlglot import exp, parse_one


def translated(
    sql: str, relation: Callable[[str, str], str], names_of: Callable[[str], list[str]]
) -> str:
    """One query for a Spark Connect server.

    Args:
        sql: the query as DuckDB runs it.
        relation: by schema and name of a table of the warehouse, the view of the engine's that
            takes its place.
        names_of: the columns of a table of the warehouse, named as in the query.

    Raises:
        sqlglot.errors.SqlglotError: the query is none of DuckDB's.
    """
    tree = parse_one(sql, read="duckdb")
    write_columns(tree, names_of)
    tree = tree.transform(as_spark_has_it)
    for table in list(tree.find_all(exp.Table)):
        if table.db:
            view = exp.to_table(relation(table.db, table.name))
            table.replace(exp.alias_(view, table.alias_or_name, table=True))
    return tree.sql(dialect="spark")


def write_columns(tree: exp.Expression, names_of: Callable[[str], list[str]]) -> None:
    """Write out `columns(* exclude (…))`, in a select and in an unpivot.

    Spark has no expression over several columns, and wants those of an unpivot one by one.
    """
    queries = {cte.alias: cte.this for cte in tree.find_all(exp.CTE)}
    for select in list(tree.find_all(exp.Select)):
        written = []
        for item in select.expressions:
            star = item.find(exp.Columns)
            source = select.args["from_"].this.sql("duckdb") if star else None
            for name in kept_names(star, names_of(source)) if star else [None]:
                copy = item.copy()
                for column in list(copy.find_all(exp.Columns)):
                    column.replace(exp.column(name))
                written.append(exp.alias_(copy, name) if name else copy)
        select.set("expressions", written)
    for pivot in list(tree.find_all(exp.Pivot)):
        for field in pivot.args.get("fields") or []:
            star = field.find(exp.Columns)
            if star:
                names = kept_names(star, queries[pivot.parent.name].named_selects)
                field.set("expressions", [exp.column(name) for name in names])


def kept_names(star: exp.Columns, names: list[str]) -> list[str]:
    """The names that `columns(* exclude (…))` is about."""
    left_out = {column.name for column in star.this.args.get("except_") or []}
    return [name for name in names if name not in left_out]


def as_spark_has_it(node: exp.Expression) -> exp.Expression:
    """One expression, in the place of one that sqlglot leaves as DuckDB has it."""
    match node:
        case exp.Group() if node.args.get("all"):
            # Not every server has `group by all`: the columns that aggregate nothing.
            columns = [
                item.unalias().copy()
                for item in node.parent.selects
                if item.find(exp.Column) and not item.find(exp.AggFunc)
            ]
            return exp.Group(expressions=columns)
        case exp.CTE():
            # Whether a query is held is the engine's own choice.
            node.set("materialized", None)
        case exp.Split():
            # Spark splits at a pattern, which sqlglot quotes in a way that Java alone knows.
            pattern = exp.Literal.string(f"[{node.expression.this}]")
            return exp.Anonymous(this="split", expressions=[node.this, pattern])
        case exp.IgnoreNulls(this=exp.AnyValue()):
            # Not every server lets it leave out nulls; the least value is as good as any.
            return exp.Min(this=node.this.this)
        case exp.Cast(this=exp.DPipe(this=exp.Literal(this="0x"))):
            # DuckDB reads hexadecimal digits behind `0x`, Spark converts them from base 16 to base 10.
            digits = exp.func("conv", node.this.expression, exp.Literal.number(16), exp.Literal.number(10))
            return exp.cast(digits, node.to)
        case exp.RegexpFullMatch():
            # Spark has no match of a whole text; `$` would take one that ends with a line break.
            start, end = exp.Literal.string("^(?:"), exp.Literal.string(r")\z")
            whole = exp.func("concat", start, node.expression, end)
            return exp.paren(exp.RegexpLike(this=node.this, expression=whole))
    return node
