"""The estimates as SDMX: data as SDMX-CSV 2.0, their structure as SDMX-ML 3.0.

    estimates.csv    one row an estimate: dimensions, value, attributes
    structure.xml    dataflow, data structure, concepts and code lists, Dutch and English

What the components and the code lists are is data: the seeds `sdmx_components`,
`sdmx_codelists` and `sdmx_codes`.
"""

import re
from datetime import UTC, date, datetime, time
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
from lxml import etree
from pysdmx.io import get_datasets, write_sdmx
from pysdmx.io.format import Format
from pysdmx.io.pd import PandasDataset
from pysdmx.model import (
    Annotation,
    Code,
    Codelist,
    Component,
    Components,
    Concept,
    ConceptScheme,
    Dataflow,
    DataStructureDefinition,
    DataType,
    ItemReference,
    Organisation,
    Role,
    Schema,
)
from pysdmx.model.message import Header

from barometer.outputs.exports.eurostat import EUROSTAT_CODE

AGENCY = "AI_BAROMETER"
# Of the structure: a component or a code list that changes gives it another one.
VERSION = "2.0.0"
FLOW = "ESTIMATES"
CONCEPTS = "CS_AI_BAROMETER"
LABELS = {
    "en": "Estimates of the AI-Barometer",
    "nl": "Schattingen van de AI-Barometer",
}
TOTAL = "_T"

COMMON = "{http://www.sdmx.org/resources/sdmxml/schemas/v3_0/common}"
STRUCTURE = "{http://www.sdmx.org/resources/sdmxml/schemas/v3_0/structure}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

Row = dict[str, object]


def write_sdmx_files(
    connection: duckdb.DuckDBPyConnection,
    components: pa.Table,
    codelists: pa.Table,
    codes: pa.Table,
    folder: Path,
) -> None:
    """Write both files, and read them again with their structure validated.

    Args:
        connection: `fct_estimates` and the dimensions, in its schema `marts`.
        components: seed `sdmx_components`.
        codelists: seed `sdmx_codelists`.
        codes: seed `sdmx_codes`.
        folder: the folder to write, which does not exist yet.

    Raises:
        ValueError: an estimate has a code that its code list does not have, or the key of
            another.
        pysdmx.errors.Invalid: the files are not valid SDMX.
    """
    defined = sorted(components.to_pylist(), key=lambda row: row["sort_order"])
    members = {
        row["codelist_id"]: codelist_members(connection, row, codes.to_pylist())
        for row in codelists.to_pylist()
    }
    lists = {
        row["codelist_id"]: codelist(row, members[row["codelist_id"]])
        for row in sorted(codelists.to_pylist(), key=lambda row: row["sort_order"])
    }
    parts = Components([component(row, lists) for row in defined])
    estimates = connection.sql(
        f"""
        select facts.*, editions.status, {EUROSTAT_CODE} as eurostat_code
        from marts.fct_estimates as facts
        inner join marts.dim_indicators as indicators using (indicator_id)
        inner join marts.dim_editions as editions using (edition)
        order by all
        """
    ).to_arrow_table().to_pylist()
    prepared, is_synthetic = connection.sql(
        "select max(fieldwork_end), bool_or(status = 'synthetic') from marts.dim_editions"
    ).fetchone()
    folder.mkdir()
    (folder / "structure.xml").write_bytes(
        structure_message(
            parts, defined, lists, dutch_names(defined, codelists, members), prepared, is_synthetic
        )
    )
    frame = pd.DataFrame(
        {row["component_id"]: values(row, estimates, members) for row in defined}, dtype=object
    )
    keys = [row["component_id"] for row in defined if row["role"] == "dimension"]
    if frame.duplicated(keys).any():
        key = frame[frame.duplicated(keys)].iloc[0][keys].to_dict()
        raise ValueError(
            f"fct_estimates: found more than one estimate with {key}; expected one, by the "
            "dimensions of sdmx_components"
        )
    schema = Schema("dataflow", AGENCY, FLOW, parts, version=VERSION)
    write_sdmx(
        PandasDataset(structure=schema, data=frame),
        Format.DATA_SDMX_CSV_2_0_0,
        str(folder / "estimates.csv"),
    )
    get_datasets(folder / "estimates.csv", folder / "structure.xml", validate=True)


def codelist_members(
    connection: duckdb.DuckDBPyConnection, row: Row, codes: list[Row]
) -> dict[object, Row]:
    """Members of a code list by the code that the marts have: those of its seed, then its mart's.

    Each has `code`, which SDMX permits, `label_nl` and `label_en`.
    """
    found = {
        code["code"]: code
        for code in sorted(codes, key=lambda code: code["sort_order"])
        if code["codelist_id"] == row["codelist_id"]
    }
    if row["mart_name"]:
        for code, label_nl, label_en in connection.sql(
            f"select {row['code_column']}, label_nl, label_en from marts.{row['mart_name']} "
            f"where {row['code_column']} is not null order by sort_order"
        ).fetchall():
            found.setdefault(
                code, {"code": permitted(code), "label_nl": label_nl, "label_en": label_en}
            )
    if len({member["code"] for member in found.values()}) < len(found):
        raise ValueError(
            f"{row['codelist_id']}: found codes of {row['mart_name']} that differ in characters "
            "which SDMX does not permit alone; expected each to be distinct without them"
        )
    return found


def permitted(code: str) -> str:
    """A code with a low line for each character that an SDMX identifier may not have."""
    return re.sub(r"[^A-Za-z0-9_@$-]", "_", code)


def codelist(row: Row, members: dict[object, Row]) -> Codelist:
    """A code list; a code that SDMX does not permit is in an annotation."""
    return Codelist(
        row["codelist_id"],
        name=row["label_en"],
        agency=AGENCY,
        version=VERSION,
        items=[
            Code(
                member["code"],
                name=member["label_en"],
                annotations=(
                    [Annotation(type="CODE", title=code)] if code != member["code"] else []
                ),
            )
            for code, member in members.items()
        ],
    )


def component(row: Row, lists: dict[str, Codelist]) -> Component:
    """A dimension, the measure or an attribute."""
    coded = lists.get(row["codelist_id"])
    if coded is None:
        values_are = {"local_dtype": DataType(row["data_type"])}
    else:
        urn = f"urn:sdmx:org.sdmx.infomodel.codelist.{coded.short_urn}"
        values_are = {"local_codes": coded, "local_enum_ref": urn}
    return Component(
        id=row["component_id"],
        required=row["role"] == "dimension",
        role=Role[row["role"].upper()],
        concept=ItemReference("Concept", AGENCY, CONCEPTS, VERSION, row["component_id"]),
        attachment_level=row["attachment"],
        **values_are,
    )


def values(row: Row, estimates: list[Row], members: dict[str, dict[object, Row]]) -> list[object]:
    """A component's value of each estimate.

    One without a column has the only code of its list; one of a domain has the total where
    the estimate is of another domain.
    """
    coded = members.get(row["codelist_id"])
    if not row["column_name"]:
        (only,) = coded
        found = [only] * len(estimates)
    elif row["domain"]:
        found = [
            estimate["category"] if estimate["domain"] == row["domain"] else TOTAL
            for estimate in estimates
        ]
    else:
        found = [estimate[row["column_name"]] for estimate in estimates]
    if coded is not None:
        unknown = set(found) - set(coded) - {None}
        if unknown:
            raise ValueError(
                f"fct_estimates, column {row['column_name']}: found code {min(unknown)}; "
                f"expected one of code list {row['codelist_id']}"
            )
        return [value and coded[value]["code"] for value in found]
    if row["role"] == "dimension":
        return [str(value) for value in found]
    return found


def dutch_names(
    components: list[Row], codelists: pa.Table, members: dict[str, dict[object, Row]]
) -> dict[tuple[str | None, str], str]:
    """Dutch names by the scheme that an item is in, None for what is in none, and its id."""
    names = {(None, name): LABELS["nl"] for name in (FLOW, CONCEPTS)}
    for row in codelists.to_pylist():
        names[None, row["codelist_id"]] = row["label_nl"]
        for member in members[row["codelist_id"]].values():
            names[row["codelist_id"], member["code"]] = member["label_nl"]
    return names | {(CONCEPTS, row["component_id"]): row["label_nl"] for row in components}


def structure_message(
    parts: Components,
    components: list[Row],
    lists: dict[str, Codelist],
    dutch: dict[tuple[str | None, str], str],
    prepared: date,
    is_synthetic: bool,
) -> bytes:
    """The structure as SDMX-ML 3.0, prepared on the last day of fieldwork: no clock is read. It is a
    test while any edition is synthetic.

    pysdmx knows one language; the Dutch names are added here. It also says of each attribute
    which measure it is about: with one measure that goes without saying, and not every
    reader (sdmx1) takes it.
    """
    named = {"name": LABELS["en"], "agency": AGENCY, "version": VERSION}
    concepts = ConceptScheme(
        CONCEPTS,
        items=[Concept(row["component_id"], name=row["label_en"]) for row in components],
        **named,
    )
    structure = DataStructureDefinition(id=FLOW, components=parts, **named)
    message = write_sdmx(
        [*lists.values(), concepts, structure, Dataflow(id=FLOW, structure=structure, **named)],
        Format.STRUCTURE_SDMX_ML_3_0,
        header=Header(
            id=f"{AGENCY}_{FLOW}",
            test=is_synthetic,
            prepared=datetime.combine(prepared, time(), UTC),
            sender=Organisation(id=AGENCY),
        ),
    )
    root = etree.fromstring(message.encode())
    for relationship in list(root.iter(f"{STRUCTURE}MeasureRelationship")):
        relationship.getparent().remove(relationship)
    for english in list(root.iter(f"{COMMON}Name")):
        item = english.getparent()
        scheme = None if item.get("agencyID") else item.getparent().get("id")
        name = etree.Element(f"{COMMON}Name", {LANGUAGE: "nl"})
        name.text, name.tail = dutch[scheme, item.get("id")], english.tail
        english.addnext(name)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"
