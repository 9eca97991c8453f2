"""Write the synthetic raw files: CSV, UTF-8, LF, the columns that the interface promises."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from barometer.synthetic.enterprises import Enterprise
from barometer.synthetic.reference import Design
from barometer.synthetic.responses import Response

SAMPLE_COLUMNS = (
    "enterprise_number",
    "nace_code",
    "employee_count",
    "registered_region",
    "flemish_establishment_count",
    "contact_channel",
    "contact_type",
    "contact_name",
    "contact_email",
    "delivery_status",
    "recontact_channel",
    "recontact_status",
)
RESPONSE_COLUMNS = (
    "response_id",
    "invited_enterprise_number",
    "enterprise_number",
    "submitted_at",
    "response_channel",
)


def write_sample(path: Path, enterprises: Iterable[Enterprise]) -> Path:
    """One row per synthetic sampled enterprise; returns the path."""
    rows = ([getattr(enterprise, column) for column in SAMPLE_COLUMNS] for enterprise in enterprises)
    return _write(path, SAMPLE_COLUMNS, rows)


def write_responses(path: Path, design: Design, responses: Iterable[Response]) -> Path:
    """One row per synthetic questionnaire, in the order received; a code of 0 is an empty cell. Returns the path."""
    columns = RESPONSE_COLUMNS + tuple(question.column for question in design.questions)
    rows = (
        [
            response.response_id,
            response.invited_enterprise_number,
            response.enterprise_number,
            response.submitted_at.isoformat(timespec="seconds"),
            response.response_channel,
            *(int(code) if code else "" for code in response.codes),
        ]
        for response in responses
    )
    return _write(path, columns, rows)


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    return path
