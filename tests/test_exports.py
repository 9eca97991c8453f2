"""CSV files, workbook and SDMX: each read back by software that did not write it."""

import csv
import json
import re
from datetime import date
from zipfile import ZipFile

import duckdb
import openpyxl
import pyarrow as pa
import pytest
import sdmx

from barometer.outputs.exports.marts_as_csv import write_csv_files
from barometer.outputs.exports.sdmx import codelist_members, permitted, values, write_sdmx_files
from barometer.outputs.exports.workbook import HEADER_ROW, Cell, table_sheet, write_workbook
from barometer.outputs.language.spreadsheet_csv import text
from barometer.outputs.language.wording import LANGUAGES, Wording
from barometer.outputs.printed_report.exhibits import Table
from barometer.release.publish import declared_tables
from helpers import published_marts, read_rows, reference

TERMS = pa.Table.from_pylist(reference("report_terms"))
NL, EN = (Wording(language, TERMS) for language in LANGUAGES)
HEADER = HEADER_ROW + 1  # openpyxl counts from 1
DIGITS = 1e-15  # what the 16 digits of a number in a workbook can differ by


@pytest.fixture(scope="module")
def release(built_project):
    """The release folder of a whole build."""
    return built_project / "release"


@pytest.fixture(scope="module")
def marts(built_project):
    """What the public exports read."""
    with published_marts(built_project) as connection:
        yield connection


@pytest.fixture(scope="module")
def declared(built_project):
    """Marts by export, as the exposures declare them."""
    manifest = json.loads((built_project / "target" / "manifest.json").read_text("utf-8"))
    return {
        export: tables["marts"] + tables["public"]
        for export, tables in declared_tables(manifest).items()
    }


@pytest.fixture(scope="module")
def presentation_seeds(built_project):
    """The seeds that the exports take, and the captions, as the build passes them on."""
    with duckdb.connect(str(built_project / "warehouse.duckdb"), read_only=True) as warehouse:
        return {
            name.split(".")[1]: warehouse.sql(f"from {name}").to_arrow_table()
            for name in (
                "reference.report_tables", "estimates.int_exhibits_captioned",
                "reference.report_terms", "reference.workbook_columns",
                "reference.sdmx_components", "reference.sdmx_codelists", "reference.sdmx_codes",
            )
        }


# CSV


@pytest.mark.parametrize(
    ("value", "written"),
    [(12.5, "12,5"), (1e-7, "1e-07"), (0.1 + 0.2, "0,30000000000000004"), (-3.0, "-3,0"),
     (1234, 1234), (True, "true"), (False, "false"), (date(1999, 12, 31), "1999-12-31"),
     ("1.5", "1.5"), (None, None)],
)
def test_values_in_dutch(value, written):
    """Decimal comma without loss, ISO dates; text stays as it is."""
    assert text(value, LANGUAGES[0]) == written


def test_csv_file_opens_in_a_flemish_spreadsheet(tmp_path):
    """Byte order mark, semicolons, quotes where a text has one, rows in order."""
    with duckdb.connect() as connection:
        connection.execute(
            "create schema marts; create view marts.fct_things as "
            "select * from (values (2, 'a;b', 0.5::double), (1, null, null)) as t(n, label, share)"
        )
        write_csv_files(connection, tmp_path / "csv")
    assert (tmp_path / "csv" / "fct_things.csv").read_bytes() == (
        b'\xef\xbb\xbfn;label;share\r\n1;;\r\n2;"a;b";0,5\r\n'
    )


def test_csv_files_equal_the_marts(release, marts, declared):
    """Each file of the exposure, and no other, has the rows of its mart to the last bit."""
    files = {path.stem: path for path in (release / "public" / "csv").glob("*.csv")}
    assert set(files) == set(declared["csv"]) != set()
    for name, path in files.items():
        mart = marts.table(f"marts.{name}")
        types = ", ".join(
            f"'{column}': '{kind}'" for column, kind in zip(mart.columns, mart.types, strict=True)
        )
        read = marts.sql(
            f"from read_csv('{path}', delim=';', decimal_separator=',', header=true, quote='\"', "
            f"escape='\"', auto_detect=false, columns={{{types}}})"
        )
        assert read.columns == mart.columns
        assert sorted(map(repr, read.fetchall())) == sorted(map(repr, mart.fetchall())), name


# What a spreadsheet may take for a formula, and what it takes for a number, by decimal mark.
FORMULA = re.compile(r"\s*[=+@\t\r\uff1d\uff0b\uff0d\uff20-].", re.DOTALL)
A_NUMBER = {mark: re.compile(rf"-?[0-9]+([{mark}][0-9]+)?(e[+-]?[0-9]+)?") for mark in ",."}


def would_be_run(cells, decimal_mark):
    """Cells of a CSV file that begin as a formula does and are no number."""
    return [cell for cell in cells if FORMULA.match(cell) and not A_NUMBER[decimal_mark].fullmatch(cell)]


@pytest.mark.parametrize(
    ("cell", "mark"),
    [("=1+1", ","), ("-10 employees", ","), ("+5 %", "."), ("@SUM(A1)", "."), ("\t=1", ","), (" =1", ","),
     ("-0.5", ","), ("-0,5", "."), ("-1 234", ","), ("-5 %", "."), ("--1", ".")],
)
def test_what_a_spreadsheet_would_run_is_seen(cell, mark):
    """A number of another language too; a number, a dash, and a minus sign before a word are neither."""
    assert would_be_run([cell, "-", "\u22125 %", f"-0{mark}5", "-12", "1e-07", "3-4", ""], mark) == [cell]


def test_no_text_is_run_by_a_spreadsheet(release):
    """Whatever CSV file or workbook of the release is opened, public or internal: what begins as a
    formula does is a number, and no number is a text."""
    found, read = {}, set()
    for path in sorted(release.rglob("*.csv")):
        content = path.read_text(encoding="utf-8-sig")
        delimiter = ";" if content.splitlines()[0].count(";") else ","
        cells = [cell for row in csv.reader(content.splitlines(), delimiter=delimiter) for cell in row]
        found[path] = would_be_run(cells, {";": ",", ",": "."}[delimiter])
        read.add(path.relative_to(release).parts[:2])
    assert {path: cells for path, cells in found.items() if cells} == {}
    assert len(read) > 3 and len(found) > 50, read
    workbooks = sorted(release.rglob("*.xlsx"))
    assert len(workbooks) > 2
    for sheet in (sheet for path in workbooks for sheet in openpyxl.load_workbook(path)):
        for column in sheet.columns:
            texts = [cell for cell in column if isinstance(cell.value, str)]
            assert {cell.data_type for cell in texts} <= {"s"}
            # A series may be named by its year; beside numbers a text is a header or a mark.
            if any(cell.data_type == "n" and cell.value is not None for cell in column):
                assert not [
                    cell.value for cell in texts
                    if any(number.fullmatch(cell.value) for number in A_NUMBER.values())
                ]


def test_csv_files_say_what_the_data_are(release, marts):
    """Beside them is the status of every edition, in both languages, and what a number is."""
    notes = (release / "public" / "csv" / "README.txt").read_text(encoding="utf-8-sig")
    statuses = dict(marts.sql("select edition, status from marts.dim_editions").fetchall())
    for wording in (NL, EN):
        assert wording.editions(statuses) in notes
        assert wording.term("workbook_intervals") in notes
        assert (wording.term("workbook_synthetic") in notes) == ("synthetic" in statuses.values())


def test_microdata_are_not_mailed(built_project, declared):
    """No mart with a pseudonym is in any export but the database and Parquet."""
    with duckdb.connect(str(built_project / "warehouse.duckdb"), read_only=True) as warehouse:
        microdata = {
            name for (name,) in warehouse.sql(
                "select distinct table_name from duckdb_columns() "
                "where schema_name = 'marts' and ends_with(column_name, '_key')"
            ).fetchall()
        }
    assert microdata
    for export, names in declared.items():
        assert export in ("duckdb", "parquet") or not microdata & set(names), export


# Workbook


@pytest.fixture(scope="module")
def workbook(release):
    """The workbook as openpyxl reads it."""
    return openpyxl.load_workbook(release / "public" / "ai_barometer.xlsx")


def records(sheet):
    """Rows of a sheet by the last line of their header, up to the first empty row."""
    header = [
        cell.value.replace("\n", " | ") for cell in sheet[HEADER] if cell.value is not None
    ]
    assert len(set(header)) == len(header)
    rows = []
    for cells in sheet.iter_rows(min_row=HEADER + 1, max_col=len(header)):
        if cells[0].value is None:
            break
        rows.append(dict(zip(header, cells, strict=True)))
    return rows


def titled(name, columns):
    """The headers of a long sheet by the column that they show."""
    shown = {
        row["column_name"]: " | ".join(dict.fromkeys((row["label_nl"], row["label_en"])))
        for row in columns.to_pylist() if row["sheet"] == name
    }
    assert len(set(shown.values())) == len(shown)
    return shown


def test_contents_lead_to_every_sheet(workbook):
    """The first sheet links to each of the others, in order; each leads back."""
    contents, *others = workbook.worksheets
    links = [
        (cell.value, cell.hyperlink.location)
        for row in contents.iter_rows() for cell in row if cell.hyperlink
    ]
    assert links == [(sheet.title, f"'{sheet.title}'!A1") for sheet in others]
    for sheet in others:
        (back,) = [cell.hyperlink.location for row in sheet.iter_rows(max_row=HEADER_ROW)
                   for cell in row if cell.hyperlink]
        assert back == f"'{contents.title}'!A1"


def test_status_of_the_data_is_on_every_sheet(workbook, marts):
    """Synthetic data say so on top of each sheet, or in the notes."""
    statuses = dict(marts.sql("select edition, status from marts.dim_editions").fetchall())
    for sheet in workbook.worksheets:
        words = " ".join(
            str(cell.value) for row in sheet.iter_rows(max_row=HEADER + 2) for cell in row
        )
        assert NL.editions(statuses) in words and EN.editions(statuses) in words, sheet.title


def test_notes_explain_every_mark(workbook):
    """Each mark has its meaning in both languages."""
    words = " ".join(
        str(cell.value) for row in workbook.worksheets[1].iter_rows() for cell in row
    )
    marked = {name.removeprefix("mark_") for name in NL.terms if name.startswith("mark_")}
    assert marked
    for wording in (NL, EN):
        assert all(legend in words for legend in wording.legends(marked))


def test_tables_are_those_of_the_report(workbook, marts):
    """Each cell of each edition, a number as printed, with its mark as the format of the number."""
    statuses = {
        tuple(key): status for *key, status in marts.sql(
            "select edition, base_id, domain, category, indicator_id, "
            "if(conf_status = 'F', obs_status, conf_status) from marts.fct_estimates"
        ).fetchall()
    }
    labels = {
        code: " | ".join(dict.fromkeys(names))
        for code, *names in marts.sql(
            "select indicator_id, label_nl, label_en from marts.dim_indicators"
        ).fetchall()
    }
    compared = marked = 0
    for table in reference("report_tables"):
        rows = marts.sql(f"from marts.{table['mart_name']}").to_arrow_table().to_pylist()
        found = records(workbook[NL.term("workbook_tables", number=table["sort_order"])])
        editions = [next(iter(row.values())).value for row in found]
        assert editions == sorted(editions, reverse=True)
        assert set(editions) == {row["edition"] for row in rows}
        if not table["column_dimension"] and not table["domain"]:
            said = [[cell.value for cell in row.values()] for row in found]
            assert said == [
                [row["edition"], *(
                    text for code in ("nl", "en")
                    for text in (table["row_label"].format(code=row["activity_code"]),
                                 row[f"label_{code}"])
                )]
                for row in sorted(rows, key=lambda row: (-row["edition"], row["sort_order"]))
            ]
            compared += len(said)
            continue
        if not table["base_id"]:
            counts = sorted(
                value for row in rows for name, value in row.items() if name.endswith("_count")
            )
            assert counts == sorted(
                cell.value for row in found for name, cell in row.items()
                if isinstance(cell.value, int) and name != " | ".join((NL.term("csv_edition"),
                                                                       EN.term("csv_edition")))
            )
            compared += len(counts)
            continue
        by_place = {}
        for row in found:
            edition, dutch, *_ = (cell.value for cell in row.values())
            by_place[edition, dutch] = row
        code = f"{table['row_dimension']}_code"
        for row in rows:
            place = table["row_label"].format(code=row[code], label=row["label_nl"])
            for indicator in set(row) & set(labels):
                status = statuses.get(
                    (row["edition"], table["base_id"], table["domain"], row[code], indicator)
                )
                cell = by_place[row["edition"], place][labels[indicator]]
                if status is None:
                    assert cell.value is None
                else:
                    assert cell.value == row[indicator], (place, indicator)
                    mark = NL.mark(status)
                    assert cell.number_format == "0.0" + (f'" {mark}"' if mark else "")
                    compared += 1
                    marked += mark is not None
    assert compared > 500 and marked > 50


@pytest.mark.parametrize(
    ("sheet", "mart", "key"),
    [
        ("estimates", "fct_estimates", ["edition", "indicator_id", "base_id", "domain", "category"]),
        ("changes", "fct_changes",
         ["edition", "previous_edition", "indicator_id", "base_id", "domain", "category"]),
    ],
)
def test_every_estimate_and_change_is_there(workbook, marts, presentation_seeds, sheet, mart, key):
    """Each row of the mart, its numbers as numbers to 16 digits; a mark where there is one."""
    shown = titled(sheet, presentation_seeds["workbook_columns"])
    found = {}
    for row in records(workbook[NL.term(f"workbook_{sheet}")]):
        found[tuple(row[shown[name]].value for name in key)] = row
    rows = marts.sql(f"from marts.{mart}").to_arrow_table().to_pylist()
    assert len(found) == len(rows) > 1000
    for row in rows:
        cells = found[tuple(row[name] for name in key)]
        for name in set(shown) & set(row):
            value = cells[shown[name]].value
            if isinstance(row[name], float):
                assert value == pytest.approx(row[name], rel=DIGITS, abs=0), (name, row)
            else:
                assert value == row[name], (name, row)
        is_free = row.get("conf_status", "F") == "F"
        mark = NL.mark(row["obs_status"] if is_free else row["conf_status"])
        assert cells[shown["mark"]].value == mark
        if "conf_status" in row:
            assert cells[shown["estimate_pct"]].number_format == "0.0" + (
                f'" {mark}"' if mark else ""
            )


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_share_is_found_by_its_labels(workbook, marts, presentation_seeds, language):
    """Edition, indicator, base and category, chosen by label in the filter, leave one row."""
    sheet = workbook[NL.term("workbook_estimates")]
    shown = titled("estimates", presentation_seeds["workbook_columns"])
    names = ["edition", *(f"{part}_label_{language}" for part in ("indicator", "base", "category"))]
    chosen = [tuple(row[shown[name]].value for name in names) for row in records(sheet)]
    assert len(set(chosen)) == len(chosen) > 1000
    assert all(all(choice) for choice in chosen)
    assert sheet.auto_filter.ref == (
        f"A{HEADER}:{openpyxl.utils.get_column_letter(len(shown))}{HEADER + len(chosen)}"
    )
    assert sheet.freeze_panes == f"B{HEADER + 1}"
    # What is looked for is in sight: label, share, bounds and mark in the first columns.
    first = list(shown)[:10]
    assert {*names, "estimate_pct", "ci_lower_pct", "ci_upper_pct", "mark"} - {"base_label_en"} <= (
        set(first)
    )


def test_figures_are_those_of_the_report(workbook, marts, presentation_seeds):
    """Each value as printed."""
    shown = titled("figures", presentation_seeds["workbook_columns"])
    key = ("figure_sort_order", "edition", "series_label_nl", "item_label_nl")
    found = {
        tuple(row[shown[name]].value for name in key): (
            row[shown["value_pct"]].value, row[shown["respondent_count"]].value
        )
        for row in records(workbook[NL.term("workbook_figures")])
    }
    assert found == {
        tuple(place): (value, respondents) for *place, value, respondents in marts.sql(
            f"select {', '.join(key)}, value_pct, respondent_count "
            "from marts.rpt_figures"
        ).fetchall()
    } != {}


def test_what_is_printed_says_what_the_data_are(workbook, marts):
    """Each sheet prints the status of its editions and its page below; a long one not all columns."""
    statuses = dict(marts.sql("select edition, status from marts.dim_editions").fetchall())
    for sheet in workbook:
        footer = sheet.oddFooter
        assert footer.left.text == NL.editions(statuses), sheet.title
        assert "&P" in footer.right.text
    estimates = workbook[NL.term("workbook_estimates")]
    assert estimates.print_area.startswith(f"'{estimates.title}'!$A$1:$")
    assert estimates.print_area != f"'{estimates.title}'!{estimates.dimensions}"


def test_workbook_has_the_same_bytes_again(built_project, release, presentation_seeds, tmp_path):
    """Written again by another process at another time; no clock is in it."""
    with published_marts(built_project) as connection:
        write_workbook(
            connection, presentation_seeds["report_tables"], presentation_seeds["int_exhibits_captioned"],
            presentation_seeds["report_terms"], presentation_seeds["workbook_columns"], tmp_path / "again.xlsx",
        )
    assert (tmp_path / "again.xlsx").read_bytes() == (release / "public" / "ai_barometer.xlsx").read_bytes()
    with ZipFile(tmp_path / "again.xlsx") as archive:
        assert not any("link" in name for name in archive.namelist())


def test_a_label_is_never_a_formula(built_project, presentation_seeds, tmp_path):
    """A text that begins as one does, in a cell or a header, is shown as it is."""
    label = '=HYPERLINK("http://example.org")'
    with published_marts(built_project) as connection:
        connection.execute(f"update marts.dim_indicators set label_nl = '{label}'")
        write_workbook(
            connection, presentation_seeds["report_tables"], presentation_seeds["int_exhibits_captioned"],
            presentation_seeds["report_terms"], presentation_seeds["workbook_columns"], tmp_path / "labels.xlsx",
        )
    cells = [
        cell for sheet in openpyxl.load_workbook(tmp_path / "labels.xlsx")
        for row in sheet.iter_rows() for cell in row
    ]
    assert any(cell.value == label for cell in cells)
    assert not any(cell.data_type == "f" for cell in cells)


def written_with(terms, built_project, seeds, path):
    """The workbook with other terms, by their ids, as openpyxl reads it."""
    rows = [
        row | {"label_nl": terms.get(row["term_id"], row["label_nl"])}
        for row in seeds["report_terms"].to_pylist()
    ]
    with published_marts(built_project) as connection:
        write_workbook(
            connection, seeds["report_tables"], seeds["int_exhibits_captioned"], pa.Table.from_pylist(rows),
            seeds["workbook_columns"], path,
        )
    return openpyxl.load_workbook(path)


def test_signs_that_mean_something_in_a_workbook_are_shown(built_project, presentation_seeds, tmp_path):
    """In a footer an ampersand begins a code, and an apostrophe ends the name of a sheet in a link."""
    terms = dict.fromkeys(("synthetic", "provisional", "final"), "R&D&P") | {"workbook_estimates": "s avonds 'n blad"}
    workbook = written_with(terms, built_project, presentation_seeds, tmp_path / "signs.xlsx")
    contents = workbook[NL.term("workbook_contents")]
    assert "R&&D&&P" in workbook.worksheets[0].oddFooter.left.text.replace("&&&&", "&&")
    links = {link.location for row in contents.iter_rows() for cell in row if (link := cell.hyperlink)}
    assert "'s avonds ''n blad'!A1" in links


@pytest.mark.parametrize("name", ["Schattingen: alle", "S" * 32, "Inhoud"])
def test_a_name_that_no_sheet_can_have_is_a_sentence(built_project, presentation_seeds, tmp_path, name):
    """A sign that is not allowed, a name that is too long, or one that another sheet has."""
    with pytest.raises(ValueError, match="report_terms.csv: found '.*' for the name of a sheet .*; expected another"):
        written_with({"workbook_estimates": name}, built_project, presentation_seeds, tmp_path / "no.xlsx")


def test_a_sheet_whose_mart_is_not_declared_is_left_out(built_project, presentation_seeds, tmp_path):
    """Without the exposure of the changes there is no sheet of changes."""
    with published_marts(built_project) as connection:
        connection.execute("drop table marts.fct_changes")
        write_workbook(
            connection, presentation_seeds["report_tables"], presentation_seeds["int_exhibits_captioned"],
            presentation_seeds["report_terms"], presentation_seeds["workbook_columns"], tmp_path / "less.xlsx",
        )
    titles = openpyxl.load_workbook(tmp_path / "less.xlsx", read_only=True).sheetnames
    assert NL.term("workbook_changes") not in titles and NL.term("workbook_estimates") in titles


def test_table_of_editions_with_other_columns():
    """A column that an edition did not ask is empty, a base without anybody is a dash."""
    def table(edition, columns, cells, codes):
        return Table(
            name="t", edition=edition, number=1, titles={"nl": "T", "en": "T"},
            statuses={edition: "final"}, respondents={edition: edition}, notes={}, corner="sector",
            rows=({"nl": "rij", "en": "row"},),
            columns=tuple({"nl": name, "en": name} for name in columns), measures=(),
            cells={(0, place): (value,) for place, value in enumerate(cells)},
            total_row=False, total_column=False,
            cell_codes={(0, place): code for place, code in enumerate(codes)},
        )

    sheet = table_sheet(
        [table(2001, ["old", "new"], [1.0, 2.0], "AU"), table(1999, ["old", "gone"],
                                                              [None, None], "AC")],
        [NL, EN],
    )
    assert [column.header for column in sheet.columns[3:-1]] == ["old", "new", "gone"]
    assert [row[3:] for row in sheet.rows] == [
        [Cell(1.0), Cell(2.0, "(u)"), Cell(), Cell("new (u)")],
        [Cell("–"), Cell(), Cell(None, "(c)"), Cell("gone (c)")],
    ]
    assert sheet.remarks.count(NL.term("source")) == 1
    assert {"2001: N=2.001", "1999: N=1.999"} <= set(sheet.remarks)


# SDMX


@pytest.fixture(scope="module")
def structure(release):
    """The structure message as sdmx1 reads it."""
    return sdmx.read_sdmx(release / "public" / "sdmx" / "structure.xml")


@pytest.fixture(scope="module")
def observations(release, structure):
    """Observations as sdmx1 reads them: {component: text}, None where there is nothing."""
    (flow,) = structure.dataflow.values()
    message = sdmx.read_sdmx(release / "public" / "sdmx" / "estimates.csv", structure=flow)
    (dataset,) = message.data
    (measure,) = flow.structure.measures
    return [
        {key: value.value for key, value in observation.dimension.values.items()}
        | {measure.id: observation.value or None}
        | {key: value.value or None for key, value in observation.attached_attribute.items()}
        for observation in dataset.obs
    ]


def test_synthetic_data_are_a_test(structure, marts):
    """The header says so, as SDMX has it, while any edition is synthetic."""
    statuses = {status for (status,) in marts.sql("select status from marts.dim_editions").fetchall()}
    assert structure.header.test == ("synthetic" in statuses) is True


def native_codes(structure, codelist):
    """The codes of the marts by the code of SDMX."""
    return {
        code.id: next(
            (note.title for note in code.annotations if note.type == "CODE"), code.id
        )
        for code in structure.codelist[codelist]
    }


def test_sdmx_equals_the_estimates(structure, observations, marts):
    """Every column of `fct_estimates`, read by a library that did not write it, to the last bit;
    its key is the dimensions of SDMX.
    """
    components = reference("sdmx_components")
    by_domain = {row["domain"]: row for row in components if row["domain"]}
    coded = {
        row["component_id"]: native_codes(structure, row["codelist_id"])
        for row in components if row["codelist_id"]
    }
    mart = marts.sql("select * exclude (cell_id) from marts.fct_estimates")
    kinds = dict(zip(mart.columns, map(str, mart.types), strict=True))
    columns = {row["column_name"]: row["component_id"] for row in components
               if row["column_name"] in kinds and not row["domain"]}
    assert set(columns) == set(kinds) - {"domain", "category"}
    found = []
    for observation in observations:
        domains = {
            domain: coded[row["component_id"]][observation[row["component_id"]]]
            for domain, row in by_domain.items() if observation[row["component_id"]] != "_T"
        }
        assert len(domains) <= 1
        (place,) = domains.items() or [("total", "total")]
        row = {"domain": place[0], "category": place[1]}
        for column, component in columns.items():
            value = observation[component]
            if value is not None and component in coded:
                value = coded[component][value]
            elif value is not None and kinds[column] != "VARCHAR":
                value = float(value) if kinds[column] == "DOUBLE" else int(value)
            row[column] = value
        found.append(tuple(row[column] for column in mart.columns))
    assert len(found) > 1000
    assert sorted(map(repr, found)) == sorted(map(repr, mart.fetchall()))


def test_sdmx_codes_are_in_their_lists(structure, observations):
    """Each coded value is a code of the list that the data structure gives its component."""
    (flow,) = structure.dataflow.values()
    enumerated = {
        part.id: {code.id for code in structure.codelist[part.local_representation.enumerated.id]}
        for parts in (flow.structure.dimensions, flow.structure.attributes)
        for part in parts.components
        if part.local_representation.enumerated is not None
    }
    assert set(enumerated) == {
        row["component_id"] for row in reference("sdmx_components") if row["codelist_id"]
    }
    for component, codes in enumerated.items():
        assert {row[component] for row in observations} - {None} <= codes, component


def test_sdmx_has_the_codes_of_eurostat(structure, observations, marts):
    """What Eurostat has too carries the code that the seed gives an indicator on a base, and no
    other does."""
    expected = {
        (row["indicator_id"], row["base_id"]): row["eurostat_code"] or None
        for row in reference("indicators")
    }
    found = {(row["INDICATOR"], row["BASE"]): row["INDIC_IS"] for row in observations}
    assert found == {key: expected[key] for key in found}
    assert len({code for code in found.values() if code}) > 20
    codes = {key[0] for key in found if found[key]}
    assert any(not code and key[0] in codes for key, code in found.items())


def test_sdmx_says_what_the_data_are(structure, observations, marts):
    """Each observation carries the status of its edition, a code that is described."""
    statuses = {
        str(edition): status
        for edition, status in marts.sql("select edition, status from marts.dim_editions").fetchall()
    }
    assert {(row["TIME_PERIOD"], row["DATA_STATUS"]) for row in observations} == set(statuses.items())
    assert set(statuses.values()) <= {code.id for code in structure.codelist["CL_DATA_STATUS"]}


def test_sdmx_is_dated_by_the_last_fieldwork(structure, marts):
    """Prepared on the day on which the fieldwork of the newest edition ended."""
    days = [day for (day,) in marts.sql(
        "select fieldwork_end from marts.dim_editions order by edition"
    ).fetchall()]
    assert structure.header.prepared.date() == days[-1] != days[0]


def test_sdmx_names_are_dutch_and_english(structure):
    """Every concept, code list and code has a name in both; nothing is dated by a clock."""
    named = [*structure.codelist.values(), *structure.concept_scheme.values()]
    for scheme in list(named):
        named += list(scheme)
    assert len(named) > 100
    for item in named:
        assert {"nl", "en"} == set(item.name.localizations), item
    indicators = {row["indicator_id"]: row for row in reference("indicators")}
    for code in structure.codelist["CL_INDICATOR"]:
        assert code.name.localizations == {
            "nl": indicators[code.id]["label_nl"], "en": indicators[code.id]["label_en"]
        }


def test_sdmx_has_the_same_bytes_again(built_project, release, presentation_seeds, tmp_path):
    """Written again by another process at another time."""
    with published_marts(built_project) as connection:
        write_sdmx_files(
            connection, presentation_seeds["sdmx_components"], presentation_seeds["sdmx_codelists"],
            presentation_seeds["sdmx_codes"],
            tmp_path / "sdmx",
        )
    for name in ("estimates.csv", "structure.xml"):
        assert (tmp_path / "sdmx" / name).read_bytes() == (release / "public" / "sdmx" / name).read_bytes()


def test_sdmx_of_a_survey_without_codes_of_eurostat(built_project, presentation_seeds, tmp_path):
    """A code list that is empty is a code list: the attribute is there and has no value."""
    with published_marts(built_project) as connection:
        connection.execute("update marts.dim_indicators set eurostat_code = null")
        write_sdmx_files(
            connection, presentation_seeds["sdmx_components"], presentation_seeds["sdmx_codelists"],
            presentation_seeds["sdmx_codes"],
            tmp_path / "sdmx",
        )
    (listed,) = [
        row["codelist_id"] for row in reference("sdmx_codelists")
        if row["code_column"] == "eurostat_code"
    ]
    (component,) = [
        row["component_id"] for row in reference("sdmx_components") if row["codelist_id"] == listed
    ]
    found = sdmx.read_sdmx(tmp_path / "sdmx" / "structure.xml")
    assert len(found.codelist[listed]) == 0
    with (tmp_path / "sdmx" / "estimates.csv").open(encoding="utf-8", newline="") as file:
        assert {row[component] for row in csv.DictReader(file)} == {""}


def test_an_observation_has_a_key_of_its_own(built_project, presentation_seeds, tmp_path):
    """Two estimates that the dimensions do not distinguish are refused."""
    with published_marts(built_project) as connection:
        connection.execute("insert into marts.fct_estimates from marts.fct_estimates limit 1")
        with pytest.raises(ValueError, match="fct_estimates: found more than one estimate with .*; expected one"):
            write_sdmx_files(
                connection, presentation_seeds["sdmx_components"], presentation_seeds["sdmx_codelists"],
                presentation_seeds["sdmx_codes"], tmp_path / "sdmx",
            )


def test_sdmx_csv_is_version_2(release):
    """The columns that SDMX-CSV 2.0 begins with, then dimensions, measure and attributes."""
    with (release / "public" / "sdmx" / "estimates.csv").open(encoding="utf-8", newline="") as file:
        header, first = next(csv.reader(file)), next(csv.reader(file))
    components = sorted(reference("sdmx_components"), key=lambda row: int(row["sort_order"]))
    assert header == ["STRUCTURE", "STRUCTURE_ID", "ACTION"] + [
        row["component_id"] for row in components
    ]
    assert first[:3] == ["dataflow", "AI_BAROMETER:ESTIMATES(2.0.0)", "I"]


@pytest.mark.parametrize(
    ("code", "written"), [("1-2;3.4", "1-2_3_4"), ("a b", "a_b"), ("A@$-_9", "A@$-_9")]
)
def test_codes_that_sdmx_permits(code, written):
    """What an identifier may not have becomes a low line."""
    assert permitted(code) == written


CODELIST = {"codelist_id": "CL", "mart_name": "dim_things", "code_column": "code"}


def test_codes_that_would_become_one_are_refused():
    """Two codes that differ in a character that SDMX does not permit."""
    with duckdb.connect() as connection:
        connection.execute(
            "create schema marts; create table marts.dim_things as select * from "
            "(values ('1;2', 'a', 'b', 1), ('1.2', 'a', 'b', 2)) as t(code, label_nl, label_en, "
            "sort_order)"
        )
        with pytest.raises(ValueError, match="CL: found codes of dim_things that differ"):
            codelist_members(connection, CODELIST, [])


def test_a_code_that_no_list_has_is_refused():
    """An estimate with a status that was never described."""
    with pytest.raises(ValueError, match="column thing: found code Z; expected one of code list CL"):
        values(
            {"component_id": "T", "column_name": "thing", "domain": None, "codelist_id": "CL",
             "role": "attribute"},
            [{"thing": "A"}, {"thing": "Z"}],
            {"CL": {"A": {"code": "A"}}},
        )


def test_withheld_estimates_have_no_number(built_project, presentation_seeds, tmp_path):
    """Without its numbers an estimate keeps its statuses, here and in the workbook."""
    with published_marts(built_project) as connection:
        numbers = [
            column for column, kind in connection.sql(
                "select column_name, data_type from duckdb_columns() "
                "where table_name = 'fct_estimates' and database_name = 'memory'"
            ).fetchall()
            if kind in ("DOUBLE", "INTEGER")
        ]
        connection.execute(
            f"update marts.fct_estimates set conf_status = 'C', "
            f"{', '.join(f'{name} = null' for name in numbers)} where domain = 'sector'"
        )
        write_sdmx_files(
            connection, presentation_seeds["sdmx_components"], presentation_seeds["sdmx_codelists"],
            presentation_seeds["sdmx_codes"],
            tmp_path / "sdmx",
        )
        write_workbook(
            connection, presentation_seeds["report_tables"], presentation_seeds["int_exhibits_captioned"],
            presentation_seeds["report_terms"], presentation_seeds["workbook_columns"], tmp_path / "withheld.xlsx",
        )
        (withheld,) = connection.sql(
            "select count(*) from marts.fct_estimates where domain = 'sector'"
        ).fetchone()
    rows = [row for row in read_rows(tmp_path / "sdmx" / "estimates.csv")
            if row["CONF_STATUS"] == "C"]
    assert len(rows) == withheld > 0
    for row in rows:
        assert row["OBS_VALUE"] == row["CI_LOWER"] == row["RESPONDENTS"] == ""
        assert row["OBS_STATUS"] and row["SECTOR"] != "_T"
    shown = titled("estimates", presentation_seeds["workbook_columns"])
    sheet = openpyxl.load_workbook(tmp_path / "withheld.xlsx")[NL.term("workbook_estimates")]
    found = [row for row in records(sheet) if row[shown["conf_status"]].value == "C"]
    assert len(found) == withheld
    for row in found:
        assert row[shown["estimate_pct"]].value == row[shown["mark"]].value == NL.mark("C")
        assert row[shown["ci_lower_pct"]].value is None
