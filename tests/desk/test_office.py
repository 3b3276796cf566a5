"""/desk/office/: rules are set with reason and date, planned ones begin by themselves, and what doesn't fit is refused in words."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from hongxian.kernel.clock import day_of, start_of
from hongxian.kernel.workdays import add_workdays
from hongxian.org import rule_kinds, rules
from hongxian.rights import requesting
from tests import cast as stage
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]

HOURS = "/desk/office/rules/contact.hours/"


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    rules.forget()
    yield
    stage.run("DELETE FROM org_rule WHERE made_by <> 0 AND city_id IS NULL AND store_id IS NULL")
    rules.forget()


def post(client: Client, key: str, place: str = "", **given: Any) -> HttpResponse:
    value = {**rule_kinds.first_value(key), "why": "试行", "place": place, **given}
    return client.post(f"/desk/office/rules/{key}/", value)  # type: ignore[return-value] # a test's answer


class TestSetting:
    def test_keeps_before_after_who_why_and_from_when(self, cast: Cast, sign_in: SignIn) -> None:
        where, client = f"city-{cast.city_id}", sign_in(cast.operations)
        assert post(client, "contact.hours", where, first=10, end=20, why="早上太吵").status_code == 303
        [(value, before, why, by, made, since)] = stage.rows(
            "SELECT value, before, why, made_by, made_at, effective_from FROM org_rule WHERE city_id = %(id)s", id=cast.city_id
        )
        assert (value, before, why, by) == (
            {"first": 10, "end": 20},
            {"first": 9, "end": 21},
            "早上太吵",
            cast.operations.staff_id,
        )
        assert made == since
        [(action, after)] = stage.rows(
            "SELECT action, after FROM audit_change WHERE staff_id = %(id)s ORDER BY id DESC LIMIT 1", id=cast.operations.staff_id
        )
        assert (action, after["value"]) == ("org.rule.set", {"first": 10, "end": 20})
        assert rules.contact(city_id=cast.city_id, now=stage.now()).first_hour == 10
        page = client.get(HOURS).content.decode()
        assert "早上太吵" in page
        assert cast.operations.employee_no in page

    def test_for_a_day_to_come_begins_by_itself_and_can_be_taken_back(self, cast: Cast, sign_in: SignIn) -> None:
        where, client = f"city-{cast.city_id}", sign_in(cast.operations)
        day = day_of(stage.now()) + timedelta(days=5)
        assert post(client, "contact.caps", where, calls=2, begins_on=day.isoformat()).status_code == 303
        begins = start_of(day)
        assert rules.contact(city_id=cast.city_id, now=begins - timedelta(seconds=1)).calls == 3
        assert rules.contact(city_id=cast.city_id, now=begins).calls == 2
        [(rule_id,)] = stage.rows("SELECT id FROM org_rule WHERE city_id = %(id)s", id=cast.city_id)
        assert client.post(f"/desk/office/changes/{rule_id}/withdraw/", {"why": ""}).status_code == 422
        assert client.post(f"/desk/office/changes/{rule_id}/withdraw/", {"why": "不试了"}).status_code == 303
        assert rules.contact(city_id=cast.city_id, now=begins).calls == 3
        assert client.post(f"/desk/office/changes/{rule_id}/withdraw/", {"why": "再撤"}).status_code == 409
        assert len(stage.rows("SELECT id FROM org_rule WHERE city_id = %(id)s", id=cast.city_id)) == 2, "nothing is deleted"

    def test_a_citys_own_is_given_up_again(self, cast: Cast, sign_in: SignIn) -> None:
        where, client = f"city-{cast.city_id}", sign_in(cast.operations)
        assert post(client, "pools.claims", where, held_days=3).status_code == 303
        assert rules.claims(city_id=cast.city_id, now=stage.now()).held_for.days == 3
        assert post(client, "pools.claims", where, ends="1").status_code == 303
        assert rules.claims(city_id=cast.city_id, now=stage.now()).held_for.days == 7
        assert post(client, "pools.claims", where, ends="1").status_code == 422

    @pytest.mark.parametrize(
        ("key", "given", "words"),
        [
            ("contact.hours", {"first": 15, "end": 12}, "开始时间要早于结束时间"),
            ("contact.hours", {"first": 8}, "授权告知写明九点到二十一点"),
            ("contact.hours", {"end": 22}, "授权告知写明九点到二十一点"),
            ("contact.caps", {"calls": 6}, "影响评估只覆盖到这里"),
            ("contact.caps", {"days": 7}, "影响评估只覆盖到这里"),
            ("contact.caps", {"lifetime": 2}, "一生的次数上限"),
            ("contact.by_hand", {"a_day": 60, "store_an_hour": 50}, "一个人就能用完"),
            ("contact.by_hand", {"a_day": "x"}, "要填整数"),
            ("tier.X", {"best_grade": "C"}, "X 不能低于 Y"),
            ("tier.Z", {"best_grade": "A"}, "Y 不能低于 Z"),
            ("tier.Y", {"best_grade": "S"}, "最高等级是 A 到 E"),
            ("tier.Y", {"share": 90, "holding_cap": 50}, "不能超过名下人数上限"),
            ("tier.Y", {"city_cap": -1}, "要在 0 到 500"),
            ("contact.hours", {"why": " "}, "请写明原因"),
            ("contact.hours", {}, "没有改动"),
            ("contact.hours", {"end": 20, "begins_on": "2020-01-01"}, "不能早于现在"),
            ("contact.hours", {"end": 20, "begins_on": "2040-01-01"}, "最远两年"),
            ("contact.hours", {"ends": "1"}, "只能改，不能取消"),
            ("calendar", {"day": "2020-01-02", "what": "holiday"}, "已经过去"),
            ("calendar", {"day": "x", "what": "holiday"}, "请填写日期"),
        ],
    )
    def test_refuses_with_the_reason(self, cast: Cast, sign_in: SignIn, key: str, given: dict[str, Any], words: str) -> None:
        before = stage.rows("SELECT count(*) FROM org_rule")
        answer = post(sign_in(cast.operations), key, **given)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert stage.rows("SELECT count(*) FROM org_rule") == before

    def test_of_a_city_or_store_is_never_laxer(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.operations)
        answer = post(client, "contact.caps", f"city-{cast.city_id}", calls=4)
        assert answer.status_code == 422
        assert "只能比上一级更严" in answer.content.decode()
        assert post(client, "contact.by_hand", f"store-{cast.east}", a_day=10).status_code == 303
        assert rules.contact(city_id=cast.city_id, store_id=cast.east, now=stage.now()).by_hand_a_day == 10
        assert rules.contact(city_id=cast.city_id, store_id=cast.west, now=stage.now()).by_hand_a_day == 30

    def test_of_a_store_wants_a_living_agreement(self, cast: Cast, sign_in: SignIn) -> None:
        cast.expire_agreement(cast.west)
        answer = post(sign_in(cast.operations), "tier.X", f"store-{cast.west}", city_cap=10)
        assert answer.status_code == 422
        assert "没有有效的数据协议" in answer.content.decode()

    def test_weighs_what_is_planned_too(self, cast: Cast, sign_in: SignIn) -> None:
        """Y will be B-only from next week; today's change of X to C would then turn them round."""
        where, client = f"city-{cast.city_id}", sign_in(cast.operations)
        later = (day_of(stage.now()) + timedelta(days=7)).isoformat()
        assert post(client, "tier.Y", where, best_grade="A", begins_on=later, share=8).status_code == 303
        answer = post(client, "tier.X", where, best_grade="B")
        assert answer.status_code == 422
        assert later in answer.content.decode()

    @pytest.mark.parametrize(
        ("key", "first", "second"),
        [
            ("contact.hours", {"first": 10, "end": 20}, {"first": 9, "end": 19}),
            ("contact.caps", {"calls": 2}, {"texts": 2}),
            ("contact.by_hand", {"a_day": 20}, {"store_an_hour": 100}),
            ("pools.claims", {"held_days": 5}, {"rest_days": 40}),
            ("tier.X", {"store_cap": 30}, {"city_cap": 60}),
            ("pools.dealing", {"here": 1}, {"here": 0}),
            ("pools.reshuffle", {"band_days": 20}, {"band_days": 40}),
        ],
    )
    def test_of_two_who_opened_the_same_page_the_second_is_told(
        self, cast: Cast, sign_in: SignIn, key: str, first: dict[str, int], second: dict[str, int]
    ) -> None:
        """Each form has every number of the rule, so that the second would put the first one's back, unseen."""
        where, client = f"city-{cast.city_id}", sign_in(cast.operations)
        seen = client.get(f"/desk/office/rules/{key}/", {"place": where}).context["seen"]
        assert post(client, key, where, seen=seen, **first).status_code == 303
        answer = post(client, key, where, seen=seen, **second)
        assert answer.status_code == 409
        text = answer.content.decode()
        assert "您打开这一页之后有人改过" in text
        name, value = next(iter(first.items()))
        assert f'name="{name}" inputmode="numeric" value="{value}"' in text, "it shows what counts now"
        seen = answer.context["seen"]  # type: ignore[attr-defined] # a test client's answer
        again = {**first, **second}
        if again != first:
            assert post(client, key, where, seen=seen, **again).status_code == 303

    @pytest.mark.parametrize("where", ["company", "city"])
    def test_taken_back_is_as_if_it_had_never_been_planned(self, cast: Cast, sign_in: SignIn, where: str) -> None:
        """What is set after the withdrawal goes on beyond the day on which the planned one would have begun."""
        client, later = sign_in(cast.operations), day_of(stage.now()) + timedelta(days=5)
        where = "" if where == "company" else f"city-{cast.city_id}"
        assert post(client, "contact.caps", where, calls=1, begins_on=later.isoformat()).status_code == 303
        [(rule_id,)] = stage.rows("SELECT max(id) FROM org_rule")
        assert client.post(f"/desk/office/changes/{rule_id}/withdraw/", {"why": "不试了"}).status_code == 303
        assert post(client, "contact.caps", where, calls=2).status_code == 303
        for days in (0, 6):
            at = stage.now() + timedelta(days=days)
            assert rules.contact(city_id=cast.city_id, now=at).calls == 2
        page = client.get("/desk/office/history/").content.decode()
        assert "已撤回" in page
        assert f"/desk/office/changes/{rule_id}/withdraw/" not in page
        [(back,)] = stage.rows("SELECT id FROM org_rule WHERE withdraws = %(id)s", id=rule_id)
        for number in (rule_id, back):
            assert client.post(f"/desk/office/changes/{number}/withdraw/", {"why": "再撤"}).status_code == 409

    def test_planned_before_is_told_above_the_form(self, cast: Cast, sign_in: SignIn) -> None:
        where, client = f"city-{cast.city_id}", sign_in(cast.operations)
        later = day_of(stage.now()) + timedelta(days=7)
        assert post(client, "pools.claims", where, held_days=5, begins_on=later.isoformat()).status_code == 303
        page = client.get("/desk/office/rules/pools.claims/", {"place": where})
        assert page.context["planned"] == [start_of(later)]
        assert "已登记了以后的改动" in page.content.decode()
        assert "已登记了以后的改动" not in client.get("/desk/office/rules/pools.claims/").content.decode()

    def test_at_the_same_moment_comes_in_once(self, cast: Cast, sign_in: SignIn) -> None:
        where, client = f"city-{cast.city_id}", sign_in(cast.operations)
        seen = client.get("/desk/office/rules/pools.claims/", {"place": where}).context["seen"]
        together = threading.Barrier(4)

        def press(number: int) -> int:
            with signed_in_as("desk"):
                mine = sign_in(cast.operations)
                together.wait(timeout=60)
                return post(mine, "pools.claims", where, seen=seen, held_days=10 + number).status_code

        with ThreadPoolExecutor(4) as pool:
            answers = sorted(pool.map(press, range(4)))
        assert answers == [303, 409, 409, 409]
        assert len(stage.rows("SELECT id FROM org_rule WHERE city_id = %(id)s", id=cast.city_id)) == 1

    @pytest.mark.parametrize("place", ["city-999999", "store-999999", "moon-1", "city-x", "store-"])
    def test_of_a_place_that_is_not_there_is_not_found(self, cast: Cast, sign_in: SignIn, place: str) -> None:
        assert post(sign_in(cast.operations), "tier.X", place, city_cap=10).status_code == 404

    def test_is_for_operations_inspectors_read(self, cast: Cast, sign_in: SignIn) -> None:
        for person in (cast.auditor, cast.privacy_officer):
            client = sign_in(person)
            assert client.get(HOURS).status_code == 200
            assert "<form method" not in client.get(HOURS).content.decode().split("<main")[-1].split("改动记录")[0]
            assert post(client, "contact.hours", end=20).status_code == 403
        assert sign_in(cast.zheng).get(HOURS).status_code == 403


class TestPages:
    def test_tell_the_number_that_is_in_force(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member(held_by=cast.lan)
        assert post(sign_in(cast.operations), "pools.claims", f"city-{cast.city_id}", waits_days=12).status_code == 303
        address, client = f"/desk/member/{cast.city_id}/{someone.member_id}/", sign_in(cast.lan)
        assert "同组同事 12 天内不能再认领" in client.get(address).content.decode()
        answer = client.post(f"{address}release/", {"reason": "not_now"}, follow=True)
        assert "同组同事 12 天内不能再认领" in answer.content.decode()


class TestCalendar:
    def test_moves_the_clocks_of_requests_made_from_then_on(self, cast: Cast, sign_in: SignIn) -> None:
        now = stage.now()
        before = requesting.clock_of(now).due_on
        free = add_workdays(day_of(now), 2)
        given = {"day": free.isoformat(), "what": "holiday", "why": "国务院公布"}
        assert post(sign_in(cast.operations), "calendar", **given).status_code == 303
        assert requesting.clock_of(stage.now()).due_on == add_workdays(before, 1)
        assert post(sign_in(cast.operations), "calendar", **{**given, "what": "none"}).status_code == 303
        assert requesting.clock_of(stage.now()).due_on == before

    def test_planned_for_later_keeps_the_days_added_meanwhile(self, cast: Cast, sign_in: SignIn) -> None:
        """A planned calendar is whole: begun, it would take away a holiday that is over and that people's answers waited for."""
        client, today = sign_in(cast.operations), day_of(stage.now())
        soon, far = add_workdays(today, 2), add_workdays(today, 30)
        begins = (today + timedelta(days=20)).isoformat()
        assert post(client, "calendar", day=far.isoformat(), what="holiday", begins_on=begins).status_code == 303
        answer = post(client, "calendar", day=soon.isoformat(), what="holiday")
        assert answer.status_code == 422
        assert f"{begins} 起另有一份登记好的日历" in answer.content.decode()
        [(rule_id,)] = stage.rows("SELECT max(id) FROM org_rule WHERE key = 'calendar'")
        assert client.post(f"/desk/office/changes/{rule_id}/withdraw/", {"why": "合在一起"}).status_code == 303
        assert post(client, "calendar", day=soon.isoformat(), what="holiday").status_code == 303
        assert rules.fresh().value("calendar", now=start_of(today + timedelta(days=21))) == {soon.isoformat(): "holiday"}

    def test_adds_to_what_will_count_by_then(self, cast: Cast, sign_in: SignIn) -> None:
        client, today = sign_in(cast.operations), day_of(stage.now())
        far, farther = add_workdays(today, 60), add_workdays(today, 61)
        first, second = ((today + timedelta(days=days)).isoformat() for days in (20, 25))
        assert post(client, "calendar", day=far.isoformat(), what="holiday", begins_on=first).status_code == 303
        assert post(client, "calendar", day=farther.isoformat(), what="holiday", begins_on=second).status_code == 303
        value = rules.fresh().value("calendar", now=start_of(today + timedelta(days=26)))
        assert {far.isoformat(), farther.isoformat()} <= set(value)

    def test_has_few_days_more(self, cast: Cast, sign_in: SignIn) -> None:
        first = day_of(stage.now()) + timedelta(days=1)
        if first.year == (first + timedelta(days=24)).year:
            given = {"day": first.isoformat(), "until": (first + timedelta(days=24)).isoformat(), "what": "holiday"}
            answer = post(sign_in(cast.operations), "calendar", **given)
            assert answer.status_code == 422
            assert "最多另加 12 个放假日" in answer.content.decode()
