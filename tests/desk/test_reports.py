"""/desk/reports/: any days, any unit, two beside each other, down to counts; the same as workbook and PDF."""

from __future__ import annotations

import io
import json
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from hongxian.kernel.clock import hour_of, start_of
from tests import cast as stage
from tests.outreach.messages import tally_of, version_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]

PATH = "/desk/reports/"
MAY = {"period": "own", "since": "2026-05-01", "until": "2026-05-31"}


def called(
    cast: Cast, who: Person, day: str, *, calls: int, team: int | None = None, store: int | None = None, **more: int
) -> None:
    """Ten o'clock of that day, and the day."""
    at = start_of(date.fromisoformat(day)) + timedelta(hours=10)
    for span, begins in (("hour", hour_of(at)), ("day", start_of(date.fromisoformat(day)))):
        stage.insert_bare(
            "outreach_tally",
            city_id=cast.city_id,
            staff_id=who.staff_id,
            span=span,
            begins=begins,
            store_id=cast.east if store is None else store,
            team_id=cast.team if team is None else team,
            calls=calls,
            connects=calls // 2,
            no_answers=0,
            interested=1,
            visits=0,
            refusals=1,
        )


@pytest.fixture
def filled(cast: Cast) -> None:
    """April and May of 兰 and 梅, of 柳 in the other team, of 吴 in another store."""
    called(cast, cast.lan, "2026-05-04", calls=40)
    called(cast, cast.lan, "2026-05-12", calls=10)
    called(cast, cast.mei, "2026-05-04", calls=30)
    called(cast, cast.liu, "2026-05-05", calls=7, team=cast.other_team)
    called(cast, cast.wu, "2026-05-05", calls=900, team=cast.west_team, store=cast.west)
    called(cast, cast.lan, "2026-04-06", calls=20)
    called(cast, cast.lan, "2025-05-06", calls=5)
    version = version_of(f"=节日 {cast.code}")
    at = datetime.combine(date(2026, 5, 4), datetime.min.time(), tzinfo=start_of(date(2026, 5, 4)).tzinfo) + timedelta(hours=11)
    tally_of(cast, cast.lan, version_id=version, at=at, handed=50, parts=60, delivered=45, opted_out=2)
    stage.insert_bare(
        "pools_quota",
        city_id=cast.city_id,
        staff_id=cast.lan.staff_id,
        day=date(2026, 5, 4),
        kind="store",
        cap=20,
        used=12,
        rank_floor=0,
    )


def get(client: Client, **asked: str) -> Any:
    answer = client.get(PATH, {**MAY, **asked})
    assert answer.status_code == 200, answer.content.decode()[-600:]
    return answer


def units(answer: Any) -> dict[str, int]:
    return {line.name.split()[0 if line.name.count("老师") else -1]: line.counts.calls for line in answer.context["report"].units}


@pytest.mark.usefixtures("filled")
class TestWhoSeesWhat:
    def test_a_store_manager_sees_the_own_store_by_team(self, cast: Cast, sign_in: SignIn) -> None:
        answer = get(sign_in(cast.zheng))
        assert units(answer) == {"一组": 80, "二组": 7}
        assert answer.context["report"].total.counts.calls == 87

    def test_a_team_manager_sees_the_own_team_by_consultant(self, cast: Cast, sign_in: SignIn) -> None:
        assert units(get(sign_in(cast.chen))) == {"lan老师": 50, "mei老师": 30}

    def test_headquarters_sees_every_city_store_team_and_consultant(self, cast: Cast, sign_in: SignIn) -> None:
        client, east, west = sign_in(cast.operations), f"{cast.code}E", f"{cast.code}W"
        city = f"city:{cast.city_id}"
        assert units(get(client, scope=city)) == {east: 87, west: 900}
        assert units(get(client, scope=city, unit="consultant")) == {"lan老师": 50, "mei老师": 30, "liu老师": 7, "wu老师": 900}
        company = get(client, unit="city").context["report"]
        assert {line.id: line.counts.calls for line in company.units}[cast.city_id] == 987

    def test_nobody_sees_another_stores_or_citys(self, cast: Cast, sign_in: SignIn) -> None:
        zheng, chen = sign_in(cast.zheng), sign_in(cast.chen)
        for scope in (
            f"store:{cast.west}",
            f"team:{cast.west_team}",
            f"consultant:{cast.wu.staff_id}",
            f"city:{cast.city_id}",
            "company:0",
        ):
            assert zheng.get(PATH, {**MAY, "scope": scope}).status_code == 404, scope
            assert zheng.get("/desk/reports.xlsx", {**MAY, "scope": scope}).status_code == 404
            assert zheng.get("/desk/reports.pdf", {**MAY, "scope": scope}).status_code == 404
        for scope in (f"store:{cast.east}", f"team:{cast.other_team}", f"consultant:{cast.liu.staff_id}"):
            assert chen.get(PATH, {**MAY, "scope": scope}).status_code == 404, scope
        own = {**MAY, "scope": f"team:{cast.team}", "versus": "unit"}
        assert zheng.get(PATH, {**own, "other": str(cast.west_team)}).status_code == 404

    def test_what_somebody_did_elsewhere_stays_there(self, cast: Cast, sign_in: SignIn) -> None:
        """兰 worked in the other store in February; 郑 sees what she did in his."""
        called(cast, cast.lan, "2026-02-03", calls=60, team=cast.west_team, store=cast.west)
        called(cast, cast.lan, "2026-02-04", calls=3)
        asked = {"scope": f"consultant:{cast.lan.staff_id}", "since": "2026-02-01", "until": "2026-02-28"}
        assert get(sign_in(cast.zheng), **asked).context["report"].total.counts.calls == 3
        assert get(sign_in(cast.operations), **asked).context["report"].total.counts.calls == 63

    @pytest.mark.parametrize("name", ["lan", "auditor", "privacy_officer", "fraud_desk", "trainer"])
    def test_nobody_else(self, cast: Cast, sign_in: SignIn, name: str) -> None:
        for path in (PATH, "/desk/reports.xlsx", "/desk/reports.pdf"):
            assert sign_in(cast.people[name]).get(path, MAY).status_code == 403

    def test_nor_a_manager_without_training_or_agreement(self, cast: Cast, sign_in: SignIn) -> None:
        client, other = sign_in(cast.zheng), sign_in(cast.xu)
        cast.forget_training(cast.zheng)
        cast.expire_agreement(cast.west)
        assert client.get(PATH).status_code == 302
        assert other.get(PATH).status_code == 403


@pytest.mark.usefixtures("filled")
class TestTime:
    @pytest.mark.parametrize(("step", "steps"), [("day", 31), ("week", 5), ("month", 1), ("quarter", 1)])
    def test_is_cut_as_asked(self, cast: Cast, sign_in: SignIn, step: str, steps: int) -> None:
        report = get(sign_in(cast.zheng), step=step).context["report"]
        assert (len(report.times), sum(line.counts.calls for line in report.times)) == (steps, 87)

    def test_a_week_counts_its_own_days(self, cast: Cast, sign_in: SignIn) -> None:
        report = get(sign_in(cast.zheng), step="week").context["report"]
        assert [line.counts.calls for line in report.times] == [0, 77, 10, 0, 0]

    def test_a_day_has_hours(self, cast: Cast, sign_in: SignIn) -> None:
        report = get(sign_in(cast.chen), since="2026-05-04", until="2026-05-04").context["report"]
        assert report.step == "hour"
        assert {line.begins.hour: line.counts.calls for line in report.times if line.counts.calls} == {10: 70}

    def test_texts_claims_and_shares_stand_beside(self, cast: Cast, sign_in: SignIn) -> None:
        counts = get(sign_in(cast.chen)).context["report"].total.counts
        assert (counts.handed, counts.delivered, counts.claims, counts.noes, counts.contacts) == (50, 45, 12, 5, 130)
        [cell] = [each for each in get(sign_in(cast.chen)).context["tiles"] if each.head == "拒绝和退订"]
        assert cell.share == "3.8/100"


@pytest.mark.usefixtures("filled")
class TestComparing:
    def test_with_the_month_before(self, cast: Cast, sign_in: SignIn) -> None:
        report = get(sign_in(cast.chen), versus="before").context["report"]
        assert str(report.compared.since) == "2026-04-01"
        assert str(report.compared.until) == "2026-04-30"
        assert (report.total.counts.calls, report.total.then.calls) == (80, 20)
        assert {line.id: line.then.calls for line in report.units} == {cast.lan.staff_id: 20, cast.mei.staff_id: 0}
        assert report.times[5].then.calls == 20  # the sixth day beside the sixth

    def test_with_the_year_before(self, cast: Cast, sign_in: SignIn) -> None:
        assert get(sign_in(cast.chen), versus="year").context["report"].total.then.calls == 5

    def test_with_days_of_ones_own(self, cast: Cast, sign_in: SignIn) -> None:
        answer = get(sign_in(cast.chen), versus="own", then_since="2026-04-06", then_until="2026-04-06")
        assert answer.context["report"].total.then.calls == 20
        assert "+300%" in answer.content.decode()

    def test_with_another_unit(self, cast: Cast, sign_in: SignIn) -> None:
        answer = get(sign_in(cast.zheng), scope=f"team:{cast.team}", versus="unit", other=str(cast.other_team))
        report = answer.context["report"]
        assert (report.total.counts.calls, report.total.then.calls) == (80, 7)
        drawn = json.loads(answer.context["charts"]["times"])
        assert [sum(each["values"]) for each in drawn["series"]] == [80, 7]
        assert drawn["beside"]

    def test_asks_for_what_is_missing(self, cast: Cast, sign_in: SignIn) -> None:
        assert "请选择要对比的日期" in get(sign_in(cast.zheng), versus="own").content.decode()
        page = get(sign_in(cast.zheng), scope=f"team:{cast.team}", versus="unit").content.decode()
        assert "请选择要对比的单位" in page


@pytest.mark.usefixtures("filled")
class TestDrillingDown:
    def test_goes_from_store_to_team_to_consultant_to_day_to_hours(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        answer = get(client)
        for name in (f"门店 {cast.code}E 一组", f"lan老师 {cast.lan.employee_no}"):
            [row] = [each for each in answer.context["units"] if each.label == name]
            answer = client.get(row.url)
            assert answer.status_code == 200
        assert not answer.context["units"]
        [row] = [each for each in answer.context["times"] if each.cells[1].value == 40]
        answer = client.get(row.url)
        assert [line.counts.calls for line in answer.context["report"].times if line.counts.calls] == [40]
        assert answer.context["report"].step == "hour"
        assert not any(each.url for each in answer.context["times"])
        assert "/desk/member/" not in answer.content.decode()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"period": "own", "since": "", "until": ""},
            {"since": "2026-06-02", "until": "2026-06-01"},
            {"since": "gestern"},
            {"step": "century"},
            {"scope": "member:1"},
            {"scope": "store:99999999999999999999"},
            {"scope": "store"},
            {"unit": "member"},
            {"other": "-1", "versus": "unit"},
            {"show": "name"},
        ],
    )
    def test_nonsense_is_refused(self, cast: Cast, sign_in: SignIn, wrong: dict[str, str]) -> None:
        assert sign_in(cast.zheng).get(PATH, {**MAY, **wrong}).status_code in {404, 422}

    def test_without_anything_says_so(self, cast: Cast, sign_in: SignIn) -> None:
        page = get(sign_in(cast.zheng), since="2022-01-01", until="2022-01-05").content.decode()
        assert "这段时间没有数量" in page
        assert "hx-chart" not in page


@pytest.mark.usefixtures("filled")
class TestFiles:
    def test_the_workbook_has_the_pages_numbers_and_no_formula(self, cast: Cast, sign_in: SignIn) -> None:
        answer = sign_in(cast.zheng).get("/desk/reports.xlsx", {**MAY, "versus": "before"})
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="report-store-')
        book = load_workbook(io.BytesIO(answer.content))
        assert book.sheetnames == ["概要", "按时间", "按单位", "明细"]
        heads, *lines = book["按单位"].iter_rows(values_only=True)
        assert heads[:5] == ("团队", "捞取", "捞取（对比）", "登记通话", "登记通话（对比）")
        assert [line[3:5] for line in lines] == [(80, 20), (7, 0)]
        assert next(line[2:5] for line in book["明细"].iter_rows(min_row=2, values_only=True)) == (12, 70, 35)
        charts: Any = book["按时间"]
        assert charts._charts
        assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)

    def test_the_pdf_is_one_with_chinese_in_it(self, cast: Cast, sign_in: SignIn) -> None:
        answer = sign_in(cast.zheng).get("/desk/reports.pdf", {**MAY, "versus": "before", "show": "noes"})
        assert answer.content.startswith(b"%PDF-")
        assert b"STSong-Light" in answer.content
        assert answer.headers["Content-Type"] == "application/pdf"
