"""Reports at their edges: midnight in Shanghai, the year's end, who moved, and the same numbers on page, workbook and PDF."""

from __future__ import annotations

import base64
import io
import re
import zlib
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from hongxian.desk import report_tables as tables
from hongxian.kernel.clock import start_of
from hongxian.reports.measures import MEASURES, NAMES
from tests import cast as stage
from tests.desk.test_reports import called
from tests.reports.conftest import booked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test import Client

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]

PATH = "/desk/reports/"
LAST, FIRST = date(2026, 12, 31), date(2027, 1, 1)
TURN = {"period": "own", "since": "2026-12-28", "until": "2027-01-03"}  # one week, two months, two quarters
MIDNIGHT = start_of(FIRST)
# What PDF escapes in strings.
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def report_of(client: Client, **asked: str) -> Any:
    answer = client.get(PATH, {**TURN, **asked})
    assert answer.status_code == 200
    return answer.context["report"]


@pytest.fixture
def turned(cast: Cast) -> None:
    """Calls, bookings and arrivals a second before and at the year's first moment."""
    called(cast, cast.lan, LAST.isoformat(), calls=11)
    called(cast, cast.lan, FIRST.isoformat(), calls=20)
    called(cast, cast.liu, FIRST.isoformat(), calls=5, team=cast.other_team)
    moment = timedelta(seconds=1)
    for ahead, at in ((10, MIDNIGHT - moment), (20, MIDNIGHT)):
        booked(cast, cast.lan, at=at, team_id=cast.team, ahead=ahead)
    booked(cast, cast.lan, at=MIDNIGHT - timedelta(hours=1), team_id=cast.team, state="arrived")
    booked(cast, cast.liu, at=MIDNIGHT + timedelta(hours=10), team_id=cast.other_team, state="no_show")


@pytest.mark.usefixtures("turned")
class TestTheYearsEnd:
    @pytest.mark.parametrize("step", ["day", "week", "month", "quarter"])
    def test_loses_and_doubles_nothing_however_it_is_cut(self, cast: Cast, sign_in: SignIn, step: str) -> None:
        report = report_of(sign_in(cast.zheng), step=step, unit="consultant")
        for name in NAMES:
            by_time, by_unit = (sum(getattr(line.counts, name) for line in lines) for lines in (report.times, report.units))
            assert by_time == by_unit == getattr(report.total.counts, name), name
        counts = report.total.counts
        assert (counts.calls, counts.booked, counts.arrived, counts.no_show) == (36, 2, 1, 1)

    @pytest.mark.parametrize(
        ("step", "calls", "bookings"),
        [("month", [11, 25], [1, 1]), ("quarter", [11, 25], [1, 1]), ("week", [36], [2])],
    )
    def test_is_at_midnight_in_shanghai(
        self, cast: Cast, sign_in: SignIn, step: str, calls: list[int], bookings: list[int]
    ) -> None:
        report = report_of(sign_in(cast.zheng), step=step)
        assert [line.counts.calls for line in report.times] == calls
        assert [line.counts.booked for line in report.times] == bookings

    def test_stands_beside_the_week_before_and_the_same_days_of_the_year_before(self, cast: Cast, sign_in: SignIn) -> None:
        called(cast, cast.lan, "2026-12-24", calls=7)
        called(cast, cast.lan, "2025-12-31", calls=3)
        client = sign_in(cast.zheng)
        assert report_of(client, versus="before").total.then.calls == 7
        assert report_of(client, versus="year").total.then.calls == 3


class TestWhoMoved:
    @pytest.mark.usefixtures("turned")
    def test_leaves_what_they_did_where_they_did_it(self, cast: Cast, sign_in: SignIn) -> None:
        stage.run(
            "UPDATE org_staff SET store_id = %(s)s, team_id = %(t)s WHERE id = %(i)s",
            s=cast.west,
            t=cast.west_team,
            i=cast.lan.staff_id,
        )
        report = report_of(sign_in(cast.operations), scope=f"city:{cast.city_id}", unit="store")
        found = {line.id: (line.counts.calls, line.counts.booked, line.counts.arrived) for line in report.units}
        assert found == {cast.east: (36, 2, 1)}

    @pytest.mark.usefixtures("turned")
    def test_or_left_is_still_named(self, cast: Cast, sign_in: SignIn) -> None:
        stage.run("UPDATE org_staff SET active = false WHERE id = %(i)s", i=cast.lan.staff_id)
        report = report_of(sign_in(cast.zheng), unit="consultant")
        assert any("lan老师" in line.name for line in report.units)

    def test_without_anything_has_an_empty_table_and_files(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        report = report_of(client, unit="team", versus="before")
        assert report.empty
        assert report.units == []
        for kind in ("xlsx", "pdf"):
            assert client.get(f"/desk/reports.{kind}", {**TURN, "versus": "before"}).status_code == 200


class TestFiles:
    @pytest.fixture
    def hostile(self, cast: Cast) -> Iterator[None]:
        """A store and a team with names that a spreadsheet would run."""
        [(store, store_en)] = stage.rows("SELECT name, name_en FROM org_store WHERE id = %(i)s", i=cast.east)
        stage.run("UPDATE org_store SET name = %(n)s, name_en = '@SUM(1)' WHERE id = %(i)s", n="=HYPERLINK(1)", i=cast.east)
        stage.run("UPDATE org_team SET name = '+1-1' WHERE id = %(i)s", i=cast.team)
        stage.run("UPDATE org_staff SET alias = '-2@lan' WHERE id = %(i)s", i=cast.lan.staff_id)
        yield
        stage.run("UPDATE org_store SET name = %(n)s, name_en = %(e)s WHERE id = %(i)s", n=store, e=store_en, i=cast.east)

    @pytest.mark.usefixtures("turned", "hostile")
    @pytest.mark.parametrize("unit", ["team", "consultant"])
    def test_have_the_numbers_of_the_page(self, cast: Cast, sign_in: SignIn, unit: str) -> None:
        client, asked = sign_in(cast.zheng), {**TURN, "unit": unit, "versus": "before", "step": "month"}
        report = client.get(PATH, asked).context["report"]
        page = tables.unit_rows(report, {}, which=MEASURES)
        assert page
        book: Any = load_workbook(io.BytesIO(client.get("/desk/reports.xlsx", asked).content))
        _heads, *lines = book["按单位"].iter_rows(values_only=True)
        assert [list(line[1::2]) for line in lines] == [[cell.value for cell in row.cells] for row in page]
        _heads, *times = book["按时间"].iter_rows(values_only=True)
        assert [line[3] for line in times[:2]] == [11, 25]
        _heads, *details = book["明细"].iter_rows(values_only=True)
        assert sum(line[3] for line in details) == 36
        words = words_of(client.get("/desk/reports.pdf", asked).content)
        for row in tables.unit_rows(report, {}):
            for cell in row.cells:
                assert f"{cell.value}  {cell.share}".strip() in words, (row.label, cell.head)

    @pytest.mark.usefixtures("turned", "hostile")
    @pytest.mark.parametrize("unit", ["team", "consultant"])
    def test_run_nothing_whatever_units_are_called(self, cast: Cast, sign_in: SignIn, unit: str) -> None:
        client, asked = sign_in(cast.zheng), {**TURN, "unit": unit}
        book: Any = load_workbook(io.BytesIO(client.get("/desk/reports.xlsx", asked).content))
        cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if isinstance(cell.value, str)]
        assert any("HYPERLINK" in cell.value for cell in cells)
        assert all(cell.data_type != "f" for cell in cells)
        assert not any(cell.value.lstrip().startswith(("=", "+", "-", "@")) for cell in cells)
        assert client.get("/desk/reports.pdf", asked).status_code == 200


def words_of(pdf: bytes) -> set[str]:
    """What a PDF of ours writes."""
    found: set[str] = set()
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        content = zlib.decompress(base64.a85decode(packed.strip().removesuffix(b"~>")))
        for text in re.findall(rb"\(((?:\\.|[^\\)])*)\) Tj", content, re.DOTALL):
            plain = re.sub(
                rb"\\([0-7]{3}|.)",
                lambda met: bytes([int(met[1], 8)]) if len(met[1]) == 3 else ESCAPES.get(met[1], met[1]),
                text,
                flags=re.DOTALL,
            )
            found.add(plain.decode("utf-16-be", "replace").strip())
    return found
