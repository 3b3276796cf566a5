"""/desk/office/places/: cities, stores and teams, now or from a day on; what cannot be is refused with the reason."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of, start_of
from hongxian.kernel.refusal import NotAllowed
from hongxian.org import editing
from tests import cast as stage
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]
EDIT = "/desk/office/places/edit/"


def edit(client: Client, kind: str, **given: Any) -> HttpResponse:
    return client.post(EDIT, {"kind": kind, "why": "调整", **given})  # type: ignore[return-value] # a test's answer


def store_of(store_id: int) -> tuple[Any, ...]:
    [found] = stage.rows("SELECT name, name_en, active FROM org_store WHERE id = %(id)s", id=store_id)
    return found


class TestNow:
    def test_a_store_is_opened_and_gets_its_pools(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.operations)
        code = f"{cast.code}{secrets.randbelow(10**5):05}"
        given = {"city": cast.city_id, "code": code, "name": "新店", "name_en": "New"}
        if not cast.code.isupper() or not cast.code.isalpha():  # a test's city has a code that no real one has
            assert edit(client, "store", **given).status_code == 422
            return
        assert edit(client, "store", **given).status_code == 303

    def test_a_team_is_formed_and_named_anew(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.operations)
        assert edit(client, "team", store=cast.east, name="晨光组").status_code == 303
        [(team_id,)] = stage.rows("SELECT id FROM org_team WHERE store_id = %(id)s AND name = '晨光组'", id=cast.east)
        again = edit(client, "team", store=cast.east, name="晨光组")
        assert again.status_code == 422
        assert "已经被使用" in again.content.decode()
        assert edit(client, "team", thing=team_id, name="朝霞组").status_code == 303
        lines = stage.rows("SELECT before, after, why FROM org_edit WHERE kind = 'team' AND thing_id = %(id)s", id=team_id)
        assert [(before["name"], after["name"], why) for before, after, why in lines] == [("晨光组", "朝霞组", "调整")]

    def test_a_store_with_people_is_not_closed(self, cast: Cast, sign_in: SignIn) -> None:
        answer = edit(sign_in(cast.operations), "store", thing=cast.east, name="东店", name_en="East")
        assert answer.status_code == 422
        assert "位在职员工" in answer.content.decode()
        assert store_of(cast.east)[2]

    def test_a_closed_store_without_agreement_stays_closed(self, cast: Cast, sign_in: SignIn) -> None:
        cast.expire_agreement(cast.west)
        stage.run("UPDATE org_store SET active = false WHERE id = %(id)s", id=cast.west)
        answer = edit(sign_in(cast.operations), "store", thing=cast.west, name="西店", name_en="West", active="1")
        assert answer.status_code == 422
        assert "不能重新营业" in answer.content.decode()

    @pytest.mark.parametrize(
        ("kind", "given", "words"),
        [
            ("city", {"code": "nanjing", "name": "南京", "name_en": "Nanjing", "timezone": "Asia/Shanghai"}, "两个大写字母"),
            ("city", {"code": "QQ", "name": "南京", "name_en": "Nanjing", "timezone": "Mars/Base"}, "没有这个时区"),
            ("city", {"code": "QQ", "name": "", "name_en": "x", "timezone": "Asia/Shanghai"}, "请填写名称"),
            ("store", {"code": "QQ01", "name": "x", "name_en": "x", "city": "0"}, "请选择城市"),
            ("team", {"store": "0", "name": "x"}, "营业中的门店"),
            ("team", {"store": "1", "name": "x", "why": " "}, "请写明原因"),
            ("moon", {"name": "x"}, "请写明原因"),
        ],
    )
    def test_refuses_with_the_reason(self, cast: Cast, sign_in: SignIn, kind: str, given: dict[str, Any], words: str) -> None:
        before = stage.rows("SELECT count(*) FROM org_edit")
        answer = edit(sign_in(cast.operations), kind, **given)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert stage.rows("SELECT count(*) FROM org_edit") == before


class TestTwoPeople:
    def test_who_saves_second_keeps_what_they_did_not_touch(self, cast: Cast, sign_in: SignIn) -> None:
        client, (name, name_en, _active) = sign_in(cast.operations), store_of(cast.west)
        was = {"was_name": name, "was_name_en": name_en, "was_active": "1", "was_franchise": ""}
        mine = {"thing": cast.west, "name": "甲改的名", "name_en": name_en, "active": "1"}
        assert edit(client, "store", **mine, **was).status_code == 303
        hers = {"thing": cast.west, "name": name, "name_en": "Renamed by B", "active": "1"}
        assert edit(client, "store", **hers, **was).status_code == 303
        assert store_of(cast.west)[:2] == ("甲改的名", "Renamed by B")

    def test_who_changes_the_same_second_is_told(self, cast: Cast, sign_in: SignIn) -> None:
        client, (name, name_en, _active) = sign_in(cast.operations), store_of(cast.west)
        was = {"was_name": name, "was_name_en": name_en, "was_active": "1", "was_franchise": ""}
        for wanted, status in (("甲改的名", 303), ("乙改的名", 409)):
            answer = edit(client, "store", thing=cast.west, name=wanted, name_en=name_en, active="1", **was)
            assert answer.status_code == status
        assert store_of(cast.west)[0] == "甲改的名"
        assert "有人改过" in answer.content.decode()


class TestLater:
    def test_comes_true_by_itself_once_and_says_so(self, cast: Cast, sign_in: SignIn) -> None:
        client, day = sign_in(cast.operations), day_of(stage.now()) + timedelta(days=3)
        given = {"thing": cast.west, "name": "西店新名", "name_en": "West anew", "active": "1", "begins_on": day.isoformat()}
        before = store_of(cast.west)
        assert edit(client, "store", **given).status_code == 303
        assert store_of(cast.west) == before
        with signed_in_as("worker"):
            system = Actor.system("apply_edits")
            editing.apply_due(by=system, now=start_of(day) - timedelta(seconds=1))
            assert store_of(cast.west) == before
            assert editing.apply_due(by=system, now=start_of(day)) >= 1
            assert store_of(cast.west)[0] == "西店新名"
            editing.apply_due(by=system, now=start_of(day))
        done = stage.rows(
            "SELECT how FROM org_editdone JOIN org_edit ON id = edit_id WHERE kind = 'store' AND thing_id = %(id)s", id=cast.west
        )
        assert done == [("applied",)]
        page = client.get("/desk/office/places/").content.decode()
        assert "西店新名" in page
        assert cast.operations.employee_no in page

    def test_is_taken_back_before_its_day_and_not_after(self, cast: Cast, sign_in: SignIn) -> None:
        client, day = sign_in(cast.operations), day_of(stage.now()) + timedelta(days=3)
        assert edit(client, "team", store=cast.east, name="将来组", begins_on=day.isoformat()).status_code == 303
        [(edit_id,)] = stage.rows("SELECT max(id) FROM org_edit WHERE kind = 'team'")
        address = f"/desk/office/edits/{edit_id}/withdraw/"
        assert client.post(address, {"why": ""}).status_code == 422
        assert client.post(address, {"why": "不建了"}).status_code == 303
        assert client.post(address, {"why": "不建了"}).status_code == 409
        with signed_in_as("worker"):
            editing.apply_due(by=Actor.system("apply_edits"), now=start_of(day))
        assert stage.rows("SELECT id FROM org_team WHERE store_id = %(id)s AND name = '将来组'", id=cast.east) == []

    def test_that_cannot_be_any_more_is_refused_with_the_reason(self, cast: Cast, sign_in: SignIn) -> None:
        client, day = sign_in(cast.operations), day_of(stage.now()) + timedelta(days=3)
        assert edit(client, "team", store=cast.east, name="同名组", begins_on=day.isoformat()).status_code == 303
        assert edit(client, "team", store=cast.east, name="同名组").status_code == 303
        with signed_in_as("worker"):
            editing.apply_due(by=Actor.system("apply_edits"), now=start_of(day))
        [(how, why)] = stage.rows(
            "SELECT how, why FROM org_editdone WHERE edit_id = (SELECT min(id) FROM org_edit"
            " WHERE kind = 'team' AND (after ->> 'store_id')::bigint = %(id)s AND after ->> 'name' = '同名组')",
            id=cast.east,
        )
        assert how == "refused"
        assert why

    def test_changes_only_what_it_names(self, cast: Cast, sign_in: SignIn) -> None:
        """A new name that was planned opens no store that was closed meanwhile."""
        client, day = sign_in(cast.operations), day_of(stage.now()) + timedelta(days=3)
        given = {"thing": cast.west, "name": "西店新名", "name_en": store_of(cast.west)[1], "active": "1"}
        assert edit(client, "store", **given, begins_on=day.isoformat()).status_code == 303
        stage.run("UPDATE org_staff SET active = false WHERE store_id = %(id)s", id=cast.west)
        stage.run("UPDATE org_store SET active = false WHERE id = %(id)s", id=cast.west)
        with signed_in_as("worker"):
            editing.apply_due(by=Actor.system("apply_edits"), now=start_of(day))
        assert (store_of(cast.west)[0], store_of(cast.west)[2]) == ("西店新名", False)

    def test_opens_no_store_whose_agreement_has_ended_by_then(self, cast: Cast, sign_in: SignIn) -> None:
        client, day = sign_in(cast.operations), day_of(stage.now()) + timedelta(days=3)
        stage.run("UPDATE org_store SET active = false WHERE id = %(id)s", id=cast.west)
        name, name_en, _active = store_of(cast.west)
        given = {"thing": cast.west, "name": name, "name_en": name_en, "active": "1"}
        assert edit(client, "store", **given, begins_on=day.isoformat()).status_code == 303
        cast.expire_agreement(cast.west)
        with signed_in_as("worker"):
            editing.apply_due(by=Actor.system("apply_edits"), now=start_of(day))
        assert not store_of(cast.west)[2]
        [(how, why)] = stage.rows(
            "SELECT how, done.why FROM org_editdone AS done JOIN org_edit ON id = edit_id WHERE thing_id = %(id)s", id=cast.west
        )
        assert (how, "没有有效的数据协议" in why) == ("refused", True)

    def test_several_that_are_due_come_true_in_the_order_of_their_moments(self, cast: Cast, sign_in: SignIn) -> None:
        """The worker stood still for a week: what was entered first begins last."""
        client, today = sign_in(cast.operations), day_of(stage.now())
        _name, name_en, _active = store_of(cast.west)
        for name, days in (("后来的名字", 5), ("先前的名字", 3)):
            given = {"thing": cast.west, "name": name, "name_en": name_en, "active": "1"}
            begins = today + timedelta(days=days)
            assert edit(client, "store", **given, begins_on=begins.isoformat()).status_code == 303
        with signed_in_as("worker"):
            editing.apply_due(by=Actor.system("apply_edits"), now=start_of(today + timedelta(days=7)))
        assert store_of(cast.west)[0] == "后来的名字"

    def test_is_the_workers_alone(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            editing.apply_due(by=cast.operations.actor(), now=stage.now())
