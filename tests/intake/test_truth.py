"""The store's workbook becomes what its truth file says, in every row."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hongxian.intake import cleaning, columns, judging, reporting, workbook
from hongxian.intake.judging import Verdict

DATA = Path(__file__).parents[1] / "data"
AS_OF = date(2026, 11, 23)


def judge(source: Path | bytes) -> list[Verdict]:
    sheet, found = columns.choose_sheet(sheets=workbook.read(source=source))
    rows = [cleaning.clean(row=row, as_of=AS_OF) for row in columns.raw_rows(sheet=sheet, columns=found)]
    return judging.judge_file(rows=rows)


def as_reported(verdict: Verdict) -> dict[str, Any]:
    row, person = verdict.row, verdict.person
    report: dict[str, Any] = {
        "row": row.label,
        "result": verdict.result,
        "reason": row.refused,
        "merged_into": verdict.merged_into,
        "number": row.phone.removeprefix("+86") if row.phone else None,
        "suppressed": verdict.suppressed,
    }
    if person is not None:
        report |= {"name": person.name, "birth": str(person.birth), "height_cm": person.height_cm}
    return report if verdict.result == "refused" else report | {"consent": row.consent}


@pytest.fixture(scope="module")
def verdicts() -> list[Verdict]:
    return judge(DATA / "members-shanghai.xlsx")


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DATA / "members-shanghai.truth.json").read_text("utf-8"))
    return content


def test_every_row_is_as_it_should_be(verdicts: list[Verdict], truth: dict[str, Any]) -> None:
    assert [as_reported(verdict) for verdict in verdicts] == truth["rows"]


def test_the_figures_are_as_they_should_be(verdicts: list[Verdict], truth: dict[str, Any]) -> None:
    summary = judging.summarise(verdicts=verdicts)
    assert {name: getattr(summary, name) for name in truth["summary"]} == truth["summary"]


def test_nothing_in_the_workbook_is_left_out(verdicts: list[Verdict]) -> None:
    assert [verdict.row.warnings for verdict in verdicts if verdict.row.warnings] == []


def test_the_same_rows_as_csv_give_the_same(truth: dict[str, Any]) -> None:
    (sheet,) = workbook.read(source=DATA / "members-shanghai.xlsx")
    written = [[str(cell if cell is not None else "") for cell in row.cells] for row in sheet.rows]
    content = reporting.write_csv(headings=written[0], rows=written[1:])
    assert [as_reported(verdict) for verdict in judge(content)] == truth["rows"]
