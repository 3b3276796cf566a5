"""Exporting (导出): by approval of a second person, once, capped, watermarked, coarse, formula-safe, and in every member's traces."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import psycopg
import pytest
from django.conf import settings
from psycopg import errors

from hongxian.cli import company as installation
from hongxian.consent import purposes
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.outreach import export_file, exporting, refusing, watermark
from hongxian.vault.sealing import FIELDS as SEALED
from hongxian.vault.sealing import WORDS
from tests import cast as casting
from tests.cast import Cast, Person
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from collections.abc import Iterator

WHY = "周末活动分组"


@pytest.fixture
def cast(company: None) -> Iterator[Cast]:
    people = Cast()
    with signed_in_as("desk"):
        yield people


def ask(
    cast: Cast, by: Person | None = None, *, cap: int = 100, place: str = "", why: str = WHY, purpose: str = "pool.card"
) -> int:
    return exporting.ask(by=(by or cast.zheng).actor(), purpose=purpose, place=place, cap=cap, why=why, now=casting.now())


def approve(cast: Cast, export_id: int, by: Person | None = None) -> None:
    exporting.approve(by=(by or cast.privacy_officer).actor(), city_id=cast.city_id, export_id=export_id, now=casting.now())


def fetch(cast: Cast, export_id: int, by: Person | None = None) -> export_file.File:
    return export_file.fetch(by=(by or cast.zheng).actor(), city_id=cast.city_id, export_id=export_id, now=casting.now())


def approved(cast: Cast, **more: Any) -> int:
    export_id = ask(cast, **more)
    approve(cast, export_id)
    return export_id


def loaded(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).active


def sheet(file: export_file.File) -> Any:
    return loaded(file.content)


def table(file: export_file.File) -> list[list[Any]]:
    """Headings and rows, below the lines of the watermark."""
    rows = [list(row) for row in sheet(file).iter_rows(values_only=True)]
    start = next(place for place, row in enumerate(rows) if row[0] == "资源编号")
    return rows[start:]


def denials(cast: Cast, who: Person) -> list[str]:
    found = casting.rows(
        "SELECT reason FROM audit_trace WHERE staff_id = %(id)s AND action = 'member.export' AND outcome = 'denied' ORDER BY at, id",
        id=who.staff_id,
    )
    return [reason for (reason,) in found]


class TestTwoPeople:
    def test_ask_decide_fetch_once(self, cast: Cast) -> None:
        members = [cast.member(pooled=True), cast.member(held_by=cast.lan), cast.member()]
        cast.member(pooled=True, west=True)
        export_id = ask(cast)
        with pytest.raises(exporting.Undecided):
            fetch(cast, export_id)
        approve(cast, export_id)
        file = fetch(cast, export_id)
        assert file.rows == 3
        numbers = {row[0] for row in table(file)[1:]}
        assert numbers == {f"{cast.code}{each.member_id:09d}" for each in members}
        with pytest.raises(exporting.FetchedAlready):
            fetch(cast, export_id)
        assert denials(cast, cast.zheng) == ["export_undecided", "export_fetched"]

    def test_the_database_refuses_the_same_person_twice(self, cast: Cast) -> None:
        export_id = ask(cast)
        with installation.site().connect("desk") as desk, pytest.raises(errors.CheckViolation):
            desk.execute(
                b"UPDATE outreach_export SET state = 'approved', approved_by = requested_by, approved_at = now() WHERE id = %s",
                [export_id],
            )

    def test_who_asked_never_decides_whatever_their_role_is_now(self, cast: Cast) -> None:
        export_id = ask(cast)
        casting.run("UPDATE org_staff SET role = 'privacy_officer', store_id = NULL WHERE id = %(id)s", id=cast.zheng.staff_id)
        with pytest.raises(exporting.OwnRequest):
            approve(cast, export_id, cast.zheng)
        assert denials(cast, cast.zheng) == ["own_request"]

    @pytest.mark.parametrize("who", ["lan", "chen", "zheng", "operations", "fraud_desk", "auditor", "trainer"])
    def test_is_decided_by_the_privacy_office_only(self, cast: Cast, who: str) -> None:
        export_id = ask(cast)
        with pytest.raises(NotAllowed):
            approve(cast, export_id, cast.people[who])

    @pytest.mark.parametrize("who", ["lan", "chen", "operations", "privacy_officer", "auditor"])
    def test_is_asked_for_by_store_managers_only(self, cast: Cast, who: str) -> None:
        with pytest.raises(NotAllowed):
            ask(cast, cast.people[who])

    def test_is_fetched_by_who_asked_only(self, cast: Cast) -> None:
        export_id = approved(cast)
        with pytest.raises(NotFound):
            fetch(cast, export_id, cast.xu)
        elsewhere = Cast()
        with pytest.raises(NotFound):
            fetch(cast, export_id, elsewhere.zheng)
        assert denials(cast, cast.xu) == ["not_found"]

    def test_refused_is_refused_with_the_reason_on_the_page(self, cast: Cast) -> None:
        export_id = ask(cast)
        by = cast.privacy_officer.actor()
        with pytest.raises(exporting.BadRequest):
            exporting.refuse(by=by, city_id=cast.city_id, export_id=export_id, why=" ", now=casting.now())
        exporting.refuse(by=by, city_id=cast.city_id, export_id=export_id, why="用途不清楚", now=casting.now())
        with pytest.raises(exporting.Declined):
            fetch(cast, export_id)
        with pytest.raises(exporting.DecidedAlready):
            approve(cast, export_id)
        assert "用途不清楚" in cast.zheng.browser().get("/desk/exports/").content.decode()

    def test_approval_lasts_a_day_and_a_request_a_week(self, cast: Cast) -> None:
        export_id, other = approved(cast), ask(cast)
        casting.run(
            "UPDATE outreach_export SET approved_at = now() - interval '24 hours 1 second' WHERE id = %(id)s", id=export_id
        )
        casting.run("UPDATE outreach_export SET requested_at = now() - interval '8 days' WHERE id = %(id)s", id=other)
        with pytest.raises(exporting.Expired):
            fetch(cast, export_id)
        with pytest.raises(exporting.Expired):
            approve(cast, other)
        assert "已过期" in cast.zheng.browser().get("/desk/exports/").content.decode()
        assert denials(cast, cast.zheng) == ["export_expired"]

    def test_without_training_or_agreement_nothing_leaves(self, cast: Cast) -> None:
        export_id = approved(cast)
        cast.expire_agreement(cast.east)
        with pytest.raises(NotAllowed):
            fetch(cast, export_id)


class TestRows:
    def test_hold_who_may_be_contacted_only(self, cast: Cast) -> None:
        kept = cast.member(pooled=True)
        no, minor, silent = cast.member(), cast.member(state="minor"), cast.member(consents=())
        erased = cast.member(state="erased")
        refusing.refuse(by=cast.zheng.actor(), city_id=cast.city_id, member_id=no.member_id, reason="refused", now=casting.now())
        file = fetch(cast, approved(cast))
        assert [row[0] for row in table(file)[1:]] == [f"{cast.code}{kept.member_id:09d}"]
        for member in (no, minor, silent, erased):
            assert casting.traces(member, action="member.export") == []

    def test_hold_nothing_sealed(self, cast: Cast) -> None:
        members = [cast.member(pooled=True) for _ in range(3)]
        file = fetch(cast, approved(cast))
        text = "\n".join(str(cell) for row in sheet(file).iter_rows(values_only=True) for cell in row)
        for member in members:
            assert not [secret for secret in (*member.secrets, member.alias) if secret in text]
        assert not set(export_file.COLUMNS) & {*SEALED, *WORDS}

    def test_stop_at_the_cap_and_at_the_place(self, cast: Cast) -> None:
        pooled = [cast.member(pooled=True) for _ in range(3)]
        cast.member(held_by=cast.lan)
        assert fetch(cast, approved(cast, cap=2)).rows == 2
        file = fetch(cast, approved(cast, place="pool"))
        assert {row[0] for row in table(file)[1:]} == {f"{cast.code}{each.member_id:09d}" for each in pooled}

    @pytest.mark.parametrize("cap", [0, -1, 1001])
    def test_cap_is_one_to_a_thousand_also_for_the_database(self, cast: Cast, cap: int) -> None:
        with pytest.raises(exporting.BadRequest):
            ask(cast, cap=cap)
        with pytest.raises(psycopg.errors.CheckViolation):
            casting.run("UPDATE outreach_export SET cap = %(cap)s WHERE id = %(id)s", cap=cap, id=ask(cast))

    def test_three_files_a_day_and_store(self, cast: Cast) -> None:
        cast.member(pooled=True)
        for _ in range(3):
            fetch(cast, approved(cast, cap=1))
        export_id = approved(cast, cap=1)
        with pytest.raises(exporting.TooManyToday):
            fetch(cast, export_id)
        assert denials(cast, cast.zheng) == ["export_too_many"]

    def test_two_thousand_rows_a_day_and_store(self, cast: Cast) -> None:
        first = approved(cast, cap=1000)
        casting.run("UPDATE outreach_export SET state = 'fetched', fetched_at = now(), rows = 1000 WHERE id = %(id)s", id=first)
        second = approved(cast, cap=1000)
        casting.run("UPDATE outreach_export SET state = 'fetched', fetched_at = now(), rows = 1000 WHERE id = %(id)s", id=second)
        with pytest.raises(exporting.TooManyToday):
            fetch(cast, approved(cast, cap=1))

    def test_many_at_once_keep_the_days_cap_and_each_file_is_made_once(self, cast: Cast) -> None:
        cast.member(pooled=True)
        ids = [approved(cast, cap=1) for _ in range(5)]
        begin = threading.Barrier(10)

        def one(export_id: int) -> str:
            with signed_in_as("desk"):
                begin.wait()
                try:
                    fetch(cast, export_id)
                except Refusal as refusal:
                    return refusal.code
                return "fetched"

        with ThreadPoolExecutor(10) as threads:
            done = [each.result() for each in [threads.submit(one, export_id) for export_id in ids * 2]]
        assert done.count("fetched") == 3
        made = casting.rows("SELECT count(*) FROM outreach_export WHERE city_id = %(c)s AND state = 'fetched'", c=cast.city_id)
        assert made == [(3,)]


class TestColumns:
    def test_are_those_of_the_purpose(self, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        cast.member(pooled=True)
        assert set(export_file.columns_of("pool.card")) == purposes.catalogue().purposes["pool.card"].fields
        text = purposes.FILE.read_text(encoding="utf-8")
        fields = 'fields = ["sex", "birth_year", "height", "education", "income_band", "marital", "district", "grade", "resource_no", "consent_state"]'
        assert fields in text
        less = tmp_path / "purposes.toml"
        less.write_text(text.replace(fields, 'fields = ["sex", "resource_no"]', 1), encoding="utf-8")
        narrow = purposes.catalogue(less)
        for module in (exporting, export_file):
            monkeypatch.setattr(module, "catalogue", lambda: narrow)
        assert table(fetch(cast, approved(cast)))[0] == ["资源编号", "性别"]

    def test_hold_no_contact_data_even_of_a_purpose_that_names_some(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """The catalogue takes such a purpose only with a ground for each single member, and then no file is made for it."""
        before, card = purposes.FILE.read_text(encoding="utf-8").split('[purposes."pool.card"]', 1)
        card = card.replace('fields = ["sex",', 'fields = ["alias", "number", "sex",', 1)
        more = tmp_path / "purposes.toml"
        more.write_text(before + '[purposes."pool.card"]' + card, encoding="utf-8")
        with pytest.raises(purposes.CatalogueUnreadable):
            purposes.catalogue(more)
        more = tmp_path / "grounded.toml"
        more.write_text(
            before + '[purposes."pool.card"]' + card.replace("grounds = []", 'grounds = ["claim"]', 1), encoding="utf-8"
        )
        wide = purposes.catalogue(more)
        assert "number" in wide.purposes["pool.card"].fields
        for module in (exporting, export_file):
            monkeypatch.setattr(module, "catalogue", lambda: wide)
        assert not {"alias", "number"} & set(export_file.columns_of("pool.card"))
        assert "pool.card" not in exporting.purposes_for(cast.zheng.actor())

    def test_today_no_purpose_grants_contact_data_to_who_may_ask(self, cast: Cast) -> None:
        by = cast.zheng.actor()
        assert "pool.card" in exporting.purposes_for(by)
        for name in exporting.purposes_for(by):
            assert not purposes.catalogue().purposes[name].fields & set(SEALED), name

    @pytest.mark.parametrize("purpose", ["", "outreach.call", "account", "pool.grading", "matchmaking", "curiosity", "rights"])
    def test_of_other_purposes_there_are_none(self, cast: Cast, purpose: str) -> None:
        with pytest.raises(exporting.BadRequest):
            ask(cast, purpose=purpose)

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
    def test_never_run_as_a_formula(self, cast: Cast, start: str) -> None:
        member = cast.member(pooled=True)
        casting.run("UPDATE members_member SET district = %(d)s WHERE id = %(id)s", d=f"{start}HYPERLINK(1)", id=member.member_id)
        cells = [cell for row in sheet(fetch(cast, approved(cast, why=f"{start}cmd"))).iter_rows() for cell in row]
        assert [cell.data_type for cell in cells if cell.data_type == "f"] == []
        assert [cell.value for cell in cells if str(cell.value or "").startswith(start)] == []
        assert [cell.value for cell in cells if "HYPERLINK" in str(cell.value)] != []


class TestWatermark:
    def test_is_on_every_page_and_says_who_when_why(self, cast: Cast) -> None:
        cast.member(pooled=True)
        export_id = approved(cast, why="A&B 活动")
        file = fetch(cast, export_id)
        page = sheet(file)
        told = "\n".join(str(row[0]) for row in page.iter_rows(max_row=5, values_only=True))
        for word in (
            cast.zheng.employee_no,
            "zheng老师",
            cast.privacy_officer.employee_no,
            f"{cast.city_id}-{export_id}",
            "A&B 活动",
        ):
            assert word in told
        for part in (page.oddHeader.left.text, page.oddFooter.left.text):
            assert cast.zheng.employee_no in part
            assert f"{cast.city_id}-{export_id}" in part

    def test_lies_in_the_order_of_the_rows_too(self, cast: Cast) -> None:
        for _ in range(30):
            cast.member(pooled=True)
        first, second = approved(cast), approved(cast)
        ids = [int(row[0][2:]) for row in table(fetch(cast, first))[1:]]
        others = [int(row[0][2:]) for row in table(fetch(cast, second))[1:]]
        assert sorted(ids) == sorted(others)
        assert watermark.tells(f"{cast.city_id}-{first}", ids) == 1
        assert watermark.tells(f"{cast.city_id}-{first}", ids[10:20]) == 1
        assert watermark.tells(f"{cast.city_id}-{first}", others) < 0.9


class TestTraces:
    def test_name_each_member_in_the_file_once(self, cast: Cast) -> None:
        members = [cast.member(pooled=True) for _ in range(4)]
        fetch(cast, approved(cast))
        for member in members:
            [trace] = casting.traces(member, action="member.export")
            assert trace[1:6] == ("pool.card", "approval", "allowed", "", cast.zheng.staff_id)
            assert set(trace[6]) == set(export_file.columns_of("pool.card"))

    def test_of_asking_and_deciding_are_there(self, cast: Cast) -> None:
        export_id = approved(cast)
        found = casting.rows(
            "SELECT staff_id, reason FROM audit_trace WHERE city_id = %(c)s AND action = 'member.export' ORDER BY at, id",
            c=cast.city_id,
        )
        assert found == [(cast.zheng.staff_id, f"asked {export_id}"), (cast.privacy_officer.staff_id, f"approved {export_id}")]

    def test_nothing_of_the_file_is_kept(self, cast: Cast) -> None:
        cast.member(pooled=True)
        before = set(Path(settings.HOME.path).rglob("*.xlsx"))
        fetch(cast, approved(cast))
        assert set(Path(settings.HOME.path).rglob("*.xlsx")) == before
        columns = casting.rows("SELECT column_name FROM information_schema.columns WHERE table_name = 'outreach_export'")
        assert {name for (name,) in columns} & {"member_ids", "content", "file"} == set()


class TestPages:
    def test_from_request_to_file(self, cast: Cast) -> None:
        member = cast.member(pooled=True)
        manager, office = cast.zheng.browser(), cast.privacy_officer.browser()
        form = {"purpose": "pool.card", "place": "pool", "cap": "5", "why": WHY}
        assert manager.post("/desk/exports/", form).status_code == 303
        page = office.get("/desk/exports/waiting/").content.decode()
        export_id = casting.rows("SELECT max(id) FROM outreach_export WHERE city_id = %(c)s", c=cast.city_id)[0][0]
        path = f"/desk/exports/{cast.city_id}/{export_id}/"
        assert f"{path}approve/" in page
        assert manager.post(f"{path}fetch/").status_code == 403
        assert office.post(f"{path}approve/").status_code == 303
        answer = manager.post(f"{path}fetch/")
        assert answer.status_code == 200
        assert answer["Content-Disposition"] == f'attachment; filename="export-{cast.city_id}-{export_id}.xlsx"'
        assert "no-store" in answer["Cache-Control"]
        cells = [cell for row in loaded(answer.content).iter_rows(values_only=True) for cell in row]
        assert f"{cast.code}{member.member_id:09d}" in cells
        again = manager.post(f"{path}fetch/")
        assert again.status_code == 403
        assert "不能再次下载" in again.content.decode()

    @pytest.mark.parametrize(
        "form",
        [
            {},
            {"purpose": "pool.card", "cap": "x", "why": "y"},
            {"purpose": "pool.card", "cap": "5", "why": ""},
            {"purpose": "pool.card", "cap": "5", "why": "y", "place": "suppressed"},
        ],
    )
    def test_say_what_a_request_needs(self, cast: Cast, form: dict[str, str]) -> None:
        answer = cast.zheng.browser().post("/desk/exports/", form)
        assert answer.status_code == 422
        assert "请写明用途和原因" in answer.content.decode()
