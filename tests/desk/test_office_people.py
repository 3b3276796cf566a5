"""/desk/office/people/: a list of new people, all or nobody; each chooses a password with a code that is good once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of, start_of
from hongxian.org import editing
from tests import cast as stage
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]

HEADINGS = ["工号", "姓名", "对外称呼", "岗位", "门店", "团队", "级别", "入职日期"]
PASSWORD = "correct horse battery 9"


def places(cast: Cast) -> tuple[str, str]:
    [(code,)] = stage.rows("SELECT code FROM org_store WHERE id = %(id)s", id=cast.east)
    [(team,)] = stage.rows("SELECT name FROM org_team WHERE id = %(id)s", id=cast.team)
    return code, team


def rows_of(cast: Cast, n: int = 3) -> list[list[str]]:
    store, team = places(cast)
    some = secrets.token_hex(3)
    return [[f"N{some}{number}", f"新人{number}", f"小{number}老师", "红娘顾问", store, team, "", ""] for number in range(n)]


def csv_of(rows: list[list[str]]) -> SimpleUploadedFile:
    text = "\n".join(",".join(row) for row in [HEADINGS, *rows])
    return SimpleUploadedFile("list.csv", text.encode("utf-8-sig"), content_type="text/csv")


def xlsx_of(rows: list[list[Any]]) -> SimpleUploadedFile:
    book, out = Workbook(), BytesIO()
    sheet: Any = book.active
    for row in [HEADINGS, *rows]:
        sheet.append(row)
    book.save(out)
    return SimpleUploadedFile("list.xlsx", out.getvalue())


def check(client: Client, file: SimpleUploadedFile) -> Any:
    return client.post("/desk/office/people/check/", {"file": file})


def hire(client: Client, tried: Any, why: str = "新店开业") -> Any:
    return client.post("/desk/office/people/hire/", {"list": tried.context["list"], "why": why})


def staff_of(numbers: list[str]) -> list[tuple[Any, ...]]:
    query = "SELECT employee_no, role, tier, active, account_id FROM org_staff WHERE employee_no = ANY (%(numbers)s) ORDER BY 1"
    return stage.rows(query, numbers=numbers)


class TestList:
    @pytest.mark.parametrize("pack", [csv_of, xlsx_of])
    def test_is_tried_then_taken_on_whole(self, cast: Cast, sign_in: SignIn, pack: Callable[[Any], SimpleUploadedFile]) -> None:
        client, rows = sign_in(cast.operations), rows_of(cast)
        tried = check(client, pack(rows))
        assert tried.status_code == 200
        assert staff_of([row[0] for row in rows]) == [], "a dry run writes nothing"
        assert hire(client, tried, why="").status_code == 422
        done = hire(client, tried)
        assert done.status_code == 200
        found = staff_of([row[0] for row in rows])
        assert [line[:4] for line in found] == [(row[0], "consultant", "Z", True) for row in rows]
        codes = re.findall(r"<code>([A-Z2-9-]{19})</code>", done.content.decode())
        assert len(set(codes)) == 3
        assert done.headers["Cache-Control"].startswith("max-age=0") or "no-store" in done.headers["Cache-Control"]
        hashes = stage.rows("SELECT code_hash FROM org_invitation")
        assert not any(code.replace("-", "").encode() in bytes(each) for code in codes for (each,) in hashes)
        assert hire(client, tried).status_code == 422, "the same list again: the numbers are taken"

    def test_with_one_wrong_row_takes_nobody_on(self, cast: Cast, sign_in: SignIn) -> None:
        client, rows = sign_in(cast.operations), rows_of(cast, 5)
        rows[1][4] = "ZZ99"
        rows[2][0] = rows[0][0]
        rows[3][2] = rows[3][1]
        rows[4][6] = "A"
        answer = check(client, csv_of(rows))
        page = answer.content.decode()
        assert answer.status_code == 422
        for words in ("没有这家营业中的门店", "出现了两次", "不能就是姓名", "级别是 X、Y 或 Z", "4 行不对，1 行可以"):
            assert words in page, words
        assert not answer.context["list"]
        assert staff_of([row[0] for row in rows]) == []

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({3: "总经理"}, "没有这个岗位"),
            ({5: "没有组"}, "没有这个团队"),
            ({0: "=1+1"}, "工号是 2 到 16 位"),
            ({1: ""}, "请填写姓名"),
            ({7: "2099-01-01"}, "入职日期不对"),
            ({7: "昨天"}, "入职日期不对"),
            ({3: "运营"}, "总部岗位不属于门店"),
            ({2: "lan老师"}, "已经有人用这个对外称呼"),
        ],
    )
    def test_says_for_each_row_what_is_wrong(self, cast: Cast, sign_in: SignIn, change: dict[int, str], words: str) -> None:
        rows = rows_of(cast, 1)
        for place, text in change.items():
            rows[0][place] = text
        answer = check(sign_in(cast.operations), csv_of(rows))
        assert answer.status_code == 422
        assert words in answer.content.decode()

    def test_for_a_store_without_agreement_is_refused(self, cast: Cast, sign_in: SignIn) -> None:
        cast.expire_agreement(cast.east)
        answer = check(sign_in(cast.operations), csv_of(rows_of(cast, 1)))
        assert "先登记协议" in answer.content.decode()

    @pytest.mark.parametrize("content", [b"", b"not,a,list\n1,2,3", b"\x00\x01", b"PK\x03\x04broken"])
    def test_that_is_no_list_is_refused(self, cast: Cast, sign_in: SignIn, content: bytes) -> None:
        answer = check(sign_in(cast.operations), SimpleUploadedFile("x.csv", content))
        assert answer.status_code == 422

    def test_that_was_tampered_with_is_refused(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.operations)
        tried = check(client, csv_of(rows_of(cast, 1)))
        signed = tried.context["list"]
        assert client.post("/desk/office/people/hire/", {"list": signed[:-2] + "xx", "why": "x"}).status_code == 422
        assert sign_in(cast.zheng).post("/desk/office/people/hire/", {"list": signed, "why": "x"}).status_code == 403


class TestComingIn:
    def _hired(self, cast: Cast, sign_in: SignIn, first_day: str = "") -> tuple[str, str]:
        client, rows = sign_in(cast.operations), rows_of(cast, 1)
        rows[0][7] = first_day
        done = hire(client, check(client, csv_of(rows)))
        [code] = re.findall(r"<code>([A-Z2-9-]{19})</code>", done.content.decode())
        return rows[0][0], code

    def _welcome(self, number: str, code: str, password: str = PASSWORD, again: str = "") -> int:
        given = {"employee_no": number, "code": code, "password": password, "again": again or password}
        return Client().post("/welcome/", given).status_code

    def test_with_the_code_once(self, cast: Cast, sign_in: SignIn) -> None:
        number, code = self._hired(cast, sign_in)
        account: Any = get_user_model()._default_manager.get(username=number)
        assert not account.has_usable_password()
        assert self._welcome(number, code, "short") == 422
        assert self._welcome(number, code, PASSWORD, "something else 1") == 422
        assert self._welcome(number, "AAAA-BBBB-CCCC-DDDD") == 422
        assert self._welcome("nobody", code) == 422
        assert self._welcome(number, code.lower().replace("-", " ")) == 302
        account.refresh_from_db()
        assert account.check_password(PASSWORD)
        assert self._welcome(number, code, "another password 2") == 422
        browser = Client()
        assert browser.post("/login/", {"username": number, "password": PASSWORD}).status_code == 302
        assert browser.get("/desk/").headers["Location"] == "/desk/training/", "and sees nothing before the training"

    def test_a_new_code_ends_the_old_and_is_only_for_who_never_came(self, cast: Cast, sign_in: SignIn) -> None:
        number, code = self._hired(cast, sign_in)
        [(staff_id,)] = stage.rows("SELECT id FROM org_staff WHERE employee_no = %(no)s", no=number)
        client = sign_in(cast.operations)
        again = client.post(f"/desk/office/people/{staff_id}/again/").content.decode()
        [new] = re.findall(r"<code>([A-Z2-9-]{19})</code>", again)
        assert self._welcome(number, code) == 422
        assert self._welcome(number, new) == 302
        assert client.post(f"/desk/office/people/{staff_id}/again/").status_code == 404
        assert client.post(f"/desk/office/people/{cast.lan.staff_id}/again/").status_code == 404

    def test_before_the_first_day_is_not_possible(self, cast: Cast, sign_in: SignIn) -> None:
        day = day_of(stage.now()) + timedelta(days=4)
        number, code = self._hired(cast, sign_in, day.isoformat())
        assert staff_of([number])[0][3] is False
        assert self._welcome(number, code) == 422
        with signed_in_as("worker"):
            editing.apply_due(by=Actor.system("apply_edits"), now=start_of(day))
        assert staff_of([number])[0][3] is True
        assert self._welcome(number, code) == 302

    def test_guessing_shuts_the_door(self, cast: Cast, sign_in: SignIn) -> None:
        number, code = self._hired(cast, sign_in)
        answers = [self._welcome(number, f"AAAA-AAAA-AAAA-AAA{letter}") for letter in "BCDEFGHJK"]
        assert answers[:8] == [422] * 8
        assert answers[8] == 429
        assert self._welcome(number, code) == 429
        stage.run("DELETE FROM org_signintry WHERE employee_no = %(no)s", no=number)
