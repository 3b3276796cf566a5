"""A workbook into the database: the truth of every row, the same again, merges, consent, dry runs, and nothing in plain sight."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from hongxian.intake import importing, queries, runs
from hongxian.intake.workbook import UnreadableWorkbook
from hongxian.kernel.refusal import NotAllowed, NotFound
from hongxian.org import queries as org
from hongxian.pools import claiming, filtering, grading
from tests import world
from tests.intake import books

pytestmark = pytest.mark.usefixtures("company")

DATA = Path(__file__).parents[1] / "data"
AS_OF = date(2026, 11, 23)


TRUTH = json.loads((DATA / "members-shanghai.truth.json").read_text(encoding="utf-8"))
CONTENT = (DATA / "members-shanghai.xlsx").read_bytes()


@pytest.fixture
def city() -> world.World:
    return world.World(now=timezone.now())


@pytest.fixture(scope="module")
def shanghai(company: None) -> world.World:
    return world.World(now=timezone.now())


@pytest.fixture(scope="module")
def done(shanghai: world.World) -> importing.Worked:
    return books.bring(shanghai.stores[0], CONTENT, as_of=AS_OF)


class TestTruth:
    """One after the other: the numbers in the file are known to this home from the first import on."""

    truth = TRUTH
    content = CONTENT

    def test_is_what_the_truth_says_in_every_row(self, done: importing.Worked) -> None:
        assert len(done.rows) == len(self.truth["rows"])
        for row, true in zip(done.rows, self.truth["rows"], strict=True):
            told: dict[str, Any] = {name: getattr(row, name) for name in ("row", "result", "merged_into", "reason", "name")}
            told |= {"birth": str(row.birth) if row.birth else None, "height_cm": row.height_cm}
            told |= {"consent": row.consent, "suppressed": row.suppressed}
            assert told == {name: true.get(name) for name in told}

    def test_counts_what_the_truth_counts(self, done: importing.Worked) -> None:
        told = {name: getattr(done.summary, name) for name in self.truth["summary"]}
        assert told == self.truth["summary"]

    def test_stores_as_many_people_and_no_more(self, done: importing.Worked, shanghai: world.World) -> None:
        accepted = self.truth["summary"]["accepted"]
        for table in ("members_member", "members_number", "vault_envelope", "vault_datakey"):
            assert shanghai.count(table) == accepted
        assert shanghai.count("intake_line", "run_id = %s", done.run.run_id) == len(self.truth["rows"])
        assert world.broken_promises(shanghai.city_id) == []

    def test_puts_into_the_pool_who_may_be_contacted_today(self, done: importing.Worked, shanghai: world.World) -> None:
        able = "state = 'live' AND suppressed_at IS NULL AND contact_until >= %s"
        assert shanghai.count("pools_entry") == shanghai.count("members_member", able, books.today())
        assert shanghai.ids("pools_entry", "pool_id <> %s", shanghai.stores[0].pool_id) == []

    def test_says_and_does_the_same_again(self, done: importing.Worked, shanghai: world.World) -> None:
        before = books.contents()
        again = books.bring(shanghai.stores[0], self.content, as_of=AS_OF)
        assert again.rows == done.rows
        assert again.summary == done.summary
        assert books.contents() == before

    def test_merges_into_the_home_record_when_another_city_brings_it(
        self, done: importing.Worked, shanghai: world.World, city: world.World
    ) -> None:
        there = books.bring(city.stores[0], self.content, as_of=AS_OF)
        assert {row.result for row in there.rows} == {"merged", "refused"}
        assert there.summary.merged == done.summary.accepted + done.summary.merged
        assert there.summary.contactable_people == done.summary.contactable_people
        first = next(row for row in there.rows if row.result == "merged")
        assert re.fullmatch(rf"{shanghai.city_code}[0-9]{{9}}", first.merged_into or "")
        assert city.count("members_member") == city.count("pools_entry") == 0
        before = books.contents()
        assert books.bring(city.stores[0], self.content, as_of=AS_OF).rows == there.rows
        assert books.contents() == before

    def test_leaves_nobody_in_plain_sight(self, done: importing.Worked) -> None:
        text = books.all_text()
        numbers = {row["number"] for row in self.truth["rows"] if row["number"]}
        assert not set(re.findall(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])", text)) & numbers
        names = {row["name"] for row in self.truth["rows"] if len(row.get("name") or "") > 2}
        assert not set(re.findall(r"[一-鿿]{3,4}", text)) & names
        sealed = b"".join(file.read_bytes() for file in settings.HOME.uploads.iterdir())
        assert not {found.decode() for found in re.findall(rb"1[3-9][0-9]{9}", sealed)} & numbers


class TestGrades:
    def test_records_are_made_with_the_grade_that_the_pool_gives_them(
        self, city: world.World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Else every row that has just been written is written a second time."""
        changed: list[int] = []
        real = grading.write_grades

        def counted(**given: Any) -> int:
            changed.append(real(**given))
            return changed[-1]

        monkeypatch.setattr(grading, "write_grades", counted)
        full = {"sex": "女", "birth": "1990-03-08", "height": "165", "education": "本科", "marital": "未婚", "criteria": "稳重"}
        rows: list[dict[str, object]] = [
            {"label": "G1", "phone": books.number(), **books.signed(), **full, "last_result": "有意向"},
            {"label": "G2", "phone": books.number(), **books.signed(400), "income": "面议", "occupation": "教师"},
            {"label": "G3", "phone": books.number(), **full},  # no yes: in no pool, and C
            {"label": "G4", "phone": books.number(), **books.signed()},
        ]
        books.bring(city.stores[0], books.book(rows))
        assert changed == [0]
        query = (
            "SELECT origin, grade, grade_score > 0, grade_inputs <> '{}' FROM members_member WHERE city_id = %s ORDER BY origin"
        )
        found = world.rows(query, city.city_id)
        assert [each[2:] for each in found] == [(True, True), (True, True), (False, False), (True, True)]
        assert found[2][1] == "C"


class TestMerging:
    def test_fills_blanks_only(self, city: world.World) -> None:
        n = books.number()
        first = {"label": "A1", "name": "王小明", "phone": n, "height": "180", "wechat": "wang1980"}
        books.bring(city.stores[0], books.book([first]))
        later = {
            "label": "B7",
            "name": "王大明",
            "sex": "男",
            "phone": n,
            "height": "175",
            "education": "本科",
            "criteria": "有房",
        }
        done = books.bring(city.stores[1], books.book([later]))
        assert [(row.result, row.name) for row in done.rows] == [("merged", None)]
        ((height, sex, education, criteria, store_id),) = world.rows(
            "SELECT height_cm, sex, education, has_criteria, store_id FROM members_member WHERE city_id = %s", city.city_id
        )
        assert (height, sex, education, criteria, store_id) == (180, "male", "bachelor", True, city.stores[0].store_id)
        held = world.rows("SELECT held FROM vault_envelope WHERE city_id = %s ORDER BY id", city.city_id)
        assert [set(each) for (each,) in held] == [{"alias", "name", "number", "wechat"}, {"criteria"}]

    def test_takes_the_first_row_of_a_file_and_names_it_in_the_others(self, city: world.World) -> None:
        n = books.number()
        rows = [{"label": "A1", "phone": n}, {"label": "A2", "phone": f"+86 {n}", "height": "170"}, {"label": "A3", "phone": n}]
        done = books.bring(city.stores[0], books.book(rows))
        assert [(row.row, row.result, row.merged_into) for row in done.rows] == [
            ("A1", "accepted", None),
            ("A2", "merged", "A1"),
            ("A3", "merged", "A1"),
        ]
        assert done.rows[0].height_cm == 170
        assert books.bring(city.stores[0], books.book(rows)).rows == done.rows

    def test_names_a_row_without_a_label_by_its_place(self, city: world.World) -> None:
        rows = [{"name": "李一", "phone": books.number()}, {"name": "李二", "phone": books.number()}]
        done = books.bring(city.stores[0], books.book(rows))
        assert [row.row for row in done.rows] == ["#2", "#3"]
        assert books.bring(city.stores[0], books.book(rows)).rows == done.rows

    def test_tells_the_owner_the_first_cell_and_stores_the_place(self, city: world.World) -> None:
        n = books.number()
        done = books.bring(city.stores[0], f"姓名,手机\n李一平,{n}\n李亦平,{n}\n".encode())
        assert [(row.row, row.merged_into) for row in done.rows] == [("李一平", None), ("李亦平", "李一平")]
        told = world.rows("SELECT label, merged_into FROM intake_line WHERE city_id = %s ORDER BY row_no", city.city_id)
        assert told == [("#2", ""), ("#3", "#2")]

    def test_keeps_no_label_that_is_a_number(self, city: world.World) -> None:
        n = books.number()
        books.bring(city.stores[0], books.book([{"label": n, "phone": n}]))
        assert world.rows("SELECT origin FROM members_member WHERE city_id = %s", city.city_id) == [("#2",)]
        assert n not in books.all_text()

    def test_becomes_contactable_by_a_later_row_with_consent(self, city: world.World) -> None:
        n = books.number()
        books.bring(city.stores[0], books.book([{"label": "A1", "phone": n}]))
        assert city.count("pools_entry") == 0
        done = books.bring(city.stores[1], books.book([{"label": "B1", "phone": n, **books.signed()}]))
        assert done.summary.contactable_people == 1
        assert city.count("pools_entry", "pool_id = %s", city.stores[0].pool_id) == 1
        assert books.probe(city, n) == "ok"

    def test_becomes_contactable_in_the_pool_of_the_home_store_only(self, city: world.World) -> None:
        n = books.number()
        books.bring(city.stores[0], books.book([{"label": "A1", "phone": n}]))
        elsewhere = world.World(now=timezone.now())
        books.bring(elsewhere.stores[0], books.book([{"label": "B1", "phone": n, **books.signed()}]))
        assert city.count("pools_entry", "pool_id = %s", city.stores[0].pool_id) == 1
        assert elsewhere.count("pools_entry") == elsewhere.count("members_member") == elsewhere.count("consent_receipt") == 0

    def test_leaves_a_held_member_in_her_consultants_hands(self, city: world.World) -> None:
        n = books.number()
        books.bring(city.stores[0], books.book([{"label": "A1", "phone": n, **books.signed()}]))
        consultant = city.consultant()
        claiming.claim_next(by=consultant, pool_id=city.stores[0].pool_id, n=1, filters=filtering.EVERYBODY, now=timezone.now())
        books.bring(city.stores[0], books.book([{"label": "A1", "phone": n, **books.signed(5)}]))
        assert city.count("pools_entry") == 0
        assert city.count("pools_holding", "staff_id = %s", consultant.staff_id) == 1

    def test_does_not_bring_back_a_consent_that_was_withdrawn(self, city: world.World) -> None:
        n = books.number()
        rows = [{"label": "A1", "phone": n, **books.signed()}]
        books.bring(city.stores[0], books.book(rows))
        world.run(
            "INSERT INTO consent_withdrawal (city_id, member_id, purpose, recorded_at, via)"
            " SELECT city_id, id, unnest(ARRAY['outreach.call', 'outreach.sms', 'pool.grading']), now(), 'test'"
            " FROM members_member WHERE city_id = %s",
            city.city_id,
        )
        before = city.count("consent_receipt")
        books.bring(city.stores[1], books.book([{"label": "B1", "phone": n, **books.signed()}]))
        assert city.count("consent_receipt") == before
        assert books.probe(city, n) == "no_consent"


class TestDryRun:
    def test_stores_nothing_and_says_what_would_happen(self, city: world.World) -> None:
        known, no, new = (books.number() for _ in range(3))
        books.bring(city.stores[0], books.book([{"label": "A1", "phone": known, **books.signed()}]))
        rows = [
            {"label": "B1", "phone": known, "height": "170"},
            {"label": "B2", "phone": no, "last_result": "不需要服务", **books.signed()},
            {"label": "B3", "phone": new, **books.signed()},
            {"label": "B4", "phone": "12"},
        ]
        before = books.contents()
        tried = books.bring(city.stores[0], books.book(rows), dry=True)
        assert books.contents() == before
        done = books.bring(city.stores[0], books.book(rows))
        assert tried.rows == done.rows
        assert tried.summary == done.summary


class TestReport:
    def test_gives_lines_by_page_with_their_reasons_and_a_trace(self, city: world.World) -> None:
        manager = city.store_manager()
        rows = [{"label": f"A{place}", "phone": books.number()} for place in range(5)]
        rows += [{"label": "B1", "phone": "021-62001234"}, {"label": "B2", "phone": books.number(), "birth": "2015-01-01"}]
        done = books.bring(city.stores[0], books.book([*rows, {"label": "B3", "phone": "x", "height": "9 m"}]), by=manager)
        seen = queries.lines(by=manager, run_id=done.run.run_id, now=timezone.now(), most=4)
        rest = queries.lines(by=manager, run_id=done.run.run_id, now=timezone.now(), after=seen[-1].row_no)
        assert [line.label for line in seen + rest] == [row.row for row in done.rows]
        refused = queries.lines(by=manager, run_id=done.run.run_id, now=timezone.now(), result="refused")
        assert [(line.reason, line.consent, line.suppressed) for line in refused] == [
            ("landline", None, None),
            ("minor", None, False),
            ("phone", None, None),
        ]
        assert [words.field_en for words in refused[2].told] == ["Mobile number", "Height"]
        traced = world.value(
            "SELECT sum(cardinality(member_ids)) FROM audit_trace WHERE city_id = %s AND action = 'intake.report'", city.city_id
        )
        assert traced == 5
        run = queries.run(by=manager, run_id=done.run.run_id)
        assert (run.state, run.rows, run.rows_done, run.summary["accepted"]) == ("done", 8, 8, 5)
        assert queries.runs_of_store(by=manager)[0] == run

    def test_is_not_there_for_another_store(self, city: world.World) -> None:
        done = books.bring(city.stores[0], books.book([{"label": "A1", "phone": books.number()}]))
        other = city.store_manager(store=city.stores[1])
        with pytest.raises(NotFound):
            queries.lines(by=other, run_id=done.run.run_id, now=timezone.now())

    def test_leaves_traces_of_everybody_it_touched(self, city: world.World) -> None:
        books.bring(city.stores[0], books.book([{"label": f"A{n}", "phone": books.number()} for n in range(3)]))
        traced = world.rows(
            "SELECT member_ids FROM audit_trace WHERE city_id = %s AND action = 'intake.import' AND purpose = 'intake'",
            city.city_id,
        )
        assert [sorted(each) for (each,) in traced] == [city.ids("(SELECT city_id, id AS member_id FROM members_member) AS m")]


class TestStart:
    def test_refuses_who_may_not_import(self, city: world.World) -> None:
        with pytest.raises(NotAllowed):
            books.bring(city.stores[0], books.book([]), by=city.consultant())

    def test_refuses_another_stores_manager(self, city: world.World) -> None:
        with pytest.raises(NotFound):
            books.bring(city.stores[1], books.book([]), by=city.store_manager())

    def test_keeps_no_number_in_the_file_name(self, city: world.World) -> None:
        store = org.store(store_id=city.stores[0].store_id)
        assert store is not None
        n = books.number()
        by = runs.system_for(store)
        importing.start(
            by=by,
            store=store,
            content=b"x",
            file_name=f"/home/x/{n} 名单 2026.csv",
            as_of=books.today(),
            dry=True,
            mapping={},
            now=timezone.now(),
        )
        assert world.value("SELECT file_name FROM intake_run WHERE city_id = %s", city.city_id) == "… 名单 2026.csv"


class TestWork:
    @pytest.mark.parametrize(
        ("content", "code"),
        [(b"MZ\x90\x00" * 20, "not_a_workbook"), (b"", "empty"), ("姓名,备注\n王,好\n".encode(), "no_phone_column")],
    )
    def test_fails_with_its_reason_and_stores_nothing(self, city: world.World, content: bytes, code: str) -> None:
        with pytest.raises(UnreadableWorkbook) as caught:
            books.bring(city.stores[0], content)
        assert caught.value.code == code
        ((state, failure, rows),) = world.rows("SELECT state, failure, rows FROM intake_run WHERE city_id = %s", city.city_id)
        assert (state, failure, rows) == ("failed", code, 0)

    def test_reads_columns_as_they_were_corrected(self, city: world.World) -> None:
        content = f"序,电话一,电话二\nA1,021-62001234,{books.number()}\n".encode()
        assert books.bring(city.stores[0], content, phone="电话二").rows[0].result == "accepted"

    def test_fails_where_a_correction_names_no_column(self, city: world.World) -> None:
        with pytest.raises(UnreadableWorkbook) as caught:
            books.bring(city.stores[0], books.book([{"phone": books.number()}]), phone="没有这列")
        assert caught.value.code == "unknown_column"

    def test_remembers_how_a_stores_columns_were_corrected(self, city: world.World) -> None:
        by = city.store_manager()
        runs.remember(by=by, store_id=city.stores[0].store_id, mapping={"phone": "电话二", "remark": ""}, now=timezone.now())
        content = f"序,电话一,电话二,备注\nA1,021-62001234,{books.number()},好\n".encode()
        assert books.bring(city.stores[0], content).rows[0].result == "accepted"
        assert world.rows("SELECT held FROM vault_envelope WHERE city_id = %s", city.city_id) == [(["alias", "number"],)]

    def test_does_a_run_once(self, city: world.World) -> None:
        store = org.store(store_id=city.stores[0].store_id)
        assert store is not None
        by = runs.system_for(store)
        content = books.book([{"label": "A1", "phone": books.number()}])
        done = books.bring(city.stores[0], content)
        with pytest.raises(runs.NothingToDo):
            importing.work(by=by, run=done.run, content=content, now=timezone.now())

    def test_seals_who_the_person_is(self, city: world.World) -> None:
        row = {
            "label": "A1",
            "name": "欧阳晓晓",
            "sex": "女",
            "phone": books.number(),
            "wechat": "oyxx_90",
            "birth": "1990-03-05",
        }
        books.bring(city.stores[0], books.book([row | {"remark": "养了两只猫", "criteria": "身高一米八"}]))
        text = books.all_text()
        for value in ("欧阳晓晓", "oyxx_90", "1990-03-05", "养了两只猫", "身高一米八", str(row["phone"])):
            assert value not in text
        ((held, alias),) = world.rows("SELECT held, alias FROM vault_envelope WHERE city_id = %s", city.city_id)
        assert set(held) == {"alias", "name", "number", "wechat", "birth", "remark", "criteria"}
        assert alias is not None

    def test_blots_numbers_out_of_text_that_lies_plain(self, city: world.World) -> None:
        n = books.number()
        content = (
            f"编号,手机,职业,来源,授权依据,授权日期\nA1,{books.number()},老师{n},{n}介绍,到店签署 {n},{books.today()}\n".encode()
        )
        books.bring(city.stores[0], content)
        assert n not in books.all_text()
