"""A person's copy holds everything about them and nothing of others: compared with every table there is."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from hongxian.portal import parts
from tests import cast as casting
from tests.portal import planting
from tests.visitors import visit_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cast import Cast, Someone


def copy_json(someone: Someone | None, **options: Any) -> dict[str, Any]:
    browser, _ = visit_of(someone, **options)
    answer = browser.get("/me/copy.json")
    assert answer.status_code == 200, answer.content
    assert "attachment" in answer.headers["Content-Disposition"]
    found: dict[str, Any] = json.loads(answer.content)
    return found


@pytest.fixture(autouse=True)
def _no_leaf_of_nowhere() -> Iterator[None]:
    """What was planted in the sealed log stands at no place of a real one: others count its places."""
    yield
    casting.run("DELETE FROM audit_leaf WHERE index > 1000000000")


class TestParts:
    @pytest.mark.usefixtures("home")
    def test_name_every_table_about_people(self) -> None:
        """A new table belongs into portal/parts.py: into the copy, or under LEFT_OUT with its reason."""
        known = {part.table for part in parts.PARTS} | set(parts.LEFT_OUT)
        assert set(planting.tables()) - known == set()
        assert {part.table for part in parts.PARTS} - {"rights_event"} <= set(planting.tables())
        assert set(parts.LEFT_OUT) <= set(planting.tables())

    @pytest.mark.usefixtures("home")
    def test_have_every_column(self) -> None:
        """Also a column that is added later belongs into the copy, or under COLUMNS_LEFT_OUT."""
        used = {
            (view, column)
            for view, column in casting.rows(
                "SELECT DISTINCT v.relname::text, a.attname::text FROM pg_class v JOIN pg_rewrite r ON r.ev_class = v.oid"
                "  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refobjsubid > 0"
                "  JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid"
                " WHERE v.relname LIKE 'portal\\_copy\\_%%' AND t.relkind IN ('r', 'p')"
            )
        }
        whose = {"city_id", "member_id", "person_id"}
        tables = planting.tables()
        wrong = [
            f"{part.table}.{column}"
            for part in parts.PARTS
            for column in tables.get(part.table, ())
            if (f"portal_copy_{part.name}", column) not in used | {(f"portal_copy_{part.name}", each) for each in whose}
            and (part.table, column) not in parts.COLUMNS_LEFT_OUT
        ]
        assert wrong == []

    @pytest.mark.usefixtures("home")
    def test_have_a_heading_for_every_column(self) -> None:
        found = casting.rows(
            "SELECT DISTINCT column_name::text FROM information_schema.columns WHERE table_name LIKE 'portal\\_copy\\_%%'"
        )
        assert {name for (name,) in found} - set(parts.COLUMNS) == {"place"}, "place becomes other"


@pytest.mark.usefixtures("portal")
class TestCopy:
    def test_holds_everything_about_the_person_and_nothing_of_others(self, cast: Cast) -> None:
        planting.far_apart()
        one, other = (cast.member(held_by=cast.lan) for _ in range(2))
        mine, theirs = planting.plant(cast, one), planting.plant(cast, other)
        told = json.dumps(copy_json(one), ensure_ascii=False)
        left_out = {f"{table}.{column}" for table, column in parts.COLUMNS_LEFT_OUT}
        missing = {
            f"{table}: {value}"
            for table, values in mine.texts.items()
            if table not in parts.LEFT_OUT
            for value in values
            if value not in told
        }
        assert missing == set(), left_out
        numbers = {n for table, values in mine.numbers.items() if table not in parts.LEFT_OUT for n in values}
        assert {n for n in numbers if str(n) not in told} == set()
        for values in theirs.texts.values():
            assert [value for value in values if value in told] == []
        for found in theirs.numbers.values():
            assert [n for n in found if str(n) in told] == []
        assert f'"{other.member_id}"' not in told
        assert f": {other.member_id}" not in told

    def test_names_staff_by_their_alias_alone(self, cast: Cast) -> None:
        one = cast.member(held_by=cast.lan)
        planting.plant(cast, one)
        copy = copy_json(one)
        told = json.dumps(copy, ensure_ascii=False)
        assert "lan老师" in told
        assert "员工" not in json.dumps(copy["parts"], ensure_ascii=False)
        assert cast.lan.employee_no not in told
        assert copy["parts"]["holding"][0]["staff"] == "lan老师"
        assert not [row for rows in copy["parts"].values() for row in rows if any(name.endswith("staff_id") for name in row)]

    def test_has_what_was_written_to_the_privacy_office_and_to_others(self, cast: Cast) -> None:
        one = cast.member(held_by=cast.lan)
        planting.plant(cast, one)
        copy = copy_json(one)
        assert any(row["said"].startswith("我的申请") for row in copy["parts"]["request"])
        assert [row["text"][:4] for row in copy["parts"]["sent"]] == ["我写的信"]
        assert copy["parts"]["sent"][0]["other"] == "A"
        assert [(note["staff"], note["text"][:4]) for note in copy["notes"]] == [("lan老师", "顾问备注")]

    def test_says_what_its_fields_mean(self, cast: Cast) -> None:
        copy = copy_json(cast.member(held_by=cast.lan))
        for name, rows in copy["parts"].items():
            assert {column for row in rows for column in row} == set(copy["schema"][name]["fields"])
        assert copy["schema"]["record"]["fields"]["height_cm"] == {"zh": "身高（厘米）", "en": "height (cm)"}

    def test_leaves_a_line_each_time(self, cast: Cast) -> None:
        one = cast.member()
        copy_json(one)
        assert [trace[3] for trace in casting.traces(one, action="portal.copy")] == ["allowed"]
        copy_json(one)
        assert len(casting.traces(one, action="portal.copy")) == 2

    def test_of_a_list_page_shows_no_other_member(self, cast: Cast) -> None:
        planting.far_apart()
        one, other = cast.member(), cast.member()
        casting.insert(
            "audit_trace",
            city_id=one.city_id,
            at=casting.now(),
            staff_id=cast.lan.staff_id,
            role="consultant",
            process="desk",
            action="pools.list",
            purpose="pool.card",
            member_ids=[one.member_id, other.member_id],
            fields=["sex"],
            outcome="allowed",
        )
        looks = [row for row in copy_json(one)["parts"]["look"] if row["action"] == "pools.list"]
        assert [row["staff"] for row in looks] == ["lan老师"]
        assert str(other.member_id) not in json.dumps(looks)

    def test_is_nothing_for_the_link_of_a_text(self, cast: Cast) -> None:
        browser, _ = visit_of(cast.member(), scope="stop")
        assert browser.get("/me/copy.json").status_code == 302

    def test_of_a_number_that_nobody_knows_is_what_hangs_on_the_number(self, cast: Cast) -> None:
        someone = cast.member()
        casting.run("DELETE FROM members_number WHERE member_id = %(id)s", id=someone.member_id)
        casting.insert_bare(
            "consent_suppression",
            number_hash=someone.hashes[0],
            origin="x 1",
            reason="refused",
            recorded_at=casting.now(),
            staff_id=0,
        )
        copy = copy_json(None, hashes=someone.hashes)
        assert copy["parts"]["record"] == []
        assert [row["reason"] for row in copy["parts"]["no"]] == ["refused"]
        assert copy["sealed"] == {}


@pytest.mark.usefixtures("portal")
class TestWorkbook:
    def test_holds_the_same_and_no_formulas(self, cast: Cast) -> None:
        one = cast.member(held_by=cast.lan)
        planting.plant(cast, one)
        cast.seal(one, criteria="=HYPERLINK(1)")
        browser, _ = visit_of(one)
        book = load_workbook(io.BytesIO(browser.get("/me/copy.xlsx").content))
        cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
        assert {one.name, one.wechat, "lan老师", "'=HYPERLINK(1)"} <= cells
        assert one.number in cells or f"'{one.number}" in cells
        assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        assert "谁看过、做过什么" in book.sheetnames


@pytest.mark.usefixtures("portal")
class TestPage:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_shows_everything(self, cast: Cast, language: str) -> None:
        one = cast.member(held_by=cast.lan)
        planted = planting.plant(cast, one)
        browser, _ = visit_of(one)
        body = browser.get("/me/", headers={"accept-language": language}).content.decode()
        for table, values in planted.texts.items():
            if table not in parts.LEFT_OUT:
                assert [value for value in values if value not in body] == [], table
        assert "lan老师" in body

    def test_says_why_a_grade_is_what_it_is(self, cast: Cast) -> None:
        someone = cast.member()
        inputs = '{"agreed": true, "completeness": 30, "intent": 5, "freshness": 5, "history": 10}'
        casting.run("UPDATE members_member SET grade_inputs = %(x)s WHERE id = %(id)s", x=inputs, id=someone.member_id)
        browser, _ = visit_of(someone)
        assert "评为 B 级" in browser.get("/me/").content.decode()

    @pytest.mark.parametrize("state", ["minor", "restricted"])
    def test_works_for_whom_staff_may_not_see(self, cast: Cast, state: str) -> None:
        someone = cast.member(state=state)
        browser, _ = visit_of(someone)
        assert someone.name in browser.get("/me/").content.decode()

    def test_of_somebody_who_has_died_shows_little(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        planted = planting.plant(cast, someone)
        casting.run("UPDATE members_member SET state = 'deceased' WHERE id = %(id)s", id=someone.member_id)
        browser, _ = visit_of(someone)
        for address in ("/me/", "/me/copy.json"):
            answer = browser.get(address)
            assert answer.status_code == 200
            body = answer.content.decode()
            shown = {table for table, values in planted.texts.items() if any(value in body for value in values)}
            assert shown <= {"consent_suppression", "consent_lifting"}
            assert "lan老师" not in body or shown
        assert browser.get("/source/").status_code == 200

    def test_asks_somebody_who_is_not_signed_in_to_sign_in(self, cast: Cast) -> None:
        browser, _ = visit_of(cast.member(), minutes_ago=61)
        assert browser.get("/me/").headers["Location"] == "/enter/"
