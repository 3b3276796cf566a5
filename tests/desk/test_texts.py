"""Sending by hand over HTTP: one press is one text, the gate's word comes first, others' members are nobody's."""

from __future__ import annotations

import html
import re
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from hongxian.outreach import texts
from tests import cast as stage
from tests.cast import Cast
from tests.conftest import signed_in_as
from tests.outreach.conftest import zone_at_noon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test import Client
    from pytest_django import Settings

    from tests.cast import Person, Someone

    SignIn = Callable[[Person], Client]

HTMX = {"HX-Request": "true"}


@pytest.fixture
def cast(company: None, settings: Settings) -> Iterator[Cast]:
    """Where it is noon, with a gateway at hand."""
    settings.SMS_GATEWAY = "loopback"
    people = Cast(timezone=zone_at_noon())
    with signed_in_as("desk"):
        yield people


def approved(cast: Cast, *, body: str = "{alias}您好，我是{consultant}。", kind: str = "service", uses: tuple[str, ...] = ("hand", "library")) -> int:  # fmt: skip
    """A wording in use; its number."""
    template_id = stage.insert(
        "outreach_template",
        name=f"模板 {secrets.token_hex(6)}",
        kind=kind,
        uses=list(uses),
        made_by=cast.zheng.staff_id,
        made_at=stage.now(),
    )
    return int(
        stage.insert(
            "outreach_version",
            template_id=template_id,
            number=1,
            body=body,
            state="approved",
            asked_by=cast.zheng.staff_id,
            asked_at=stage.now(),
            decided_by=cast.operations.staff_id,
            decided_at=stage.now(),
        )
    )


def address(someone: Someone) -> str:
    return f"/desk/member/{someone.city_id}/{someone.member_id}/texts/"


def queued(someone: Someone) -> list[tuple[object, ...]]:
    return stage.rows(
        "SELECT staff_id, how, purpose, variables->>'consultant', state FROM outreach_message"
        " WHERE city_id = %(city)s AND member_id = %(member)s ORDER BY id",
        city=someone.city_id,
        member=someone.member_id,
    )


def press(version: int, **more: object) -> dict[str, object]:
    return {"version": version, "request_key": str(uuid4())} | more


def text_of(answer: object) -> str:
    return html.unescape(answer.content.decode())  # type: ignore[attr-defined] # a response


class TestOne:
    def test_one_press_is_one_text_and_a_second_is_none(self, cast: Cast, sign_in: SignIn) -> None:
        someone, client = cast.member(held_by=cast.lan), sign_in(cast.lan)
        form = press(approved(cast))
        answer = client.post(address(someone), form, headers=HTMX)
        assert answer.status_code == 200
        assert "已提交，正在发送" in text_of(answer)
        assert queued(someone) == [(cast.lan.staff_id, "hand", "outreach.sms", "lan老师", "waiting")]
        again = client.post(address(someone), form, headers=HTMX)
        assert "没有重复发送" in text_of(again)
        assert client.post(address(someone), form).status_code == 303
        assert len(queued(someone)) == 1

    def test_is_on_the_members_page_with_its_state_live(self, cast: Cast, sign_in: SignIn) -> None:
        someone, client = cast.member(held_by=cast.lan), sign_in(cast.lan)
        client.post(address(someone), press(approved(cast)))
        page = text_of(client.get(f"/desk/member/{someone.city_id}/{someone.member_id}/"))
        assert "……您好，我是lan老师。" in page
        live = re.search(r'hx-get="(/desk/texts/\d+/\d+/\d+/)" hx-trigger="every 1s"', page)
        assert live
        assert "排队中" in text_of(client.get(live[1]))
        stage.run(
            "UPDATE outreach_message SET state = 'dropped', reason = 'suppressed' WHERE member_id = %(id)s", id=someone.member_id
        )
        ended = text_of(client.get(live[1]))
        assert "未发出" in ended
        assert "hx-get" not in ended, "it asks no more"
        for other in (cast.mei, cast.wu):
            assert sign_in(other).get(live[1]).status_code == 404

    def test_the_preview_reads_as_the_text_will(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member(held_by=cast.lan)
        version = approved(cast, body="{alias}，{date}{time}见。")
        client, page = sign_in(cast.lan), f"{address(someone)}preview/"
        missing = text_of(client.post(page, {"version": version, "alias": someone.alias}))
        assert "请填写日期" in missing
        assert "发送</button>" not in missing
        told = text_of(client.post(page, {"version": version, "alias": someone.alias, "date": "6月12日", "time": "15:30"}))
        assert f"】{someone.alias}，6月12日15:30见。 回T退订，停止一切联系：" in told
        assert "发送</button>" in told
        assert stage.traces(someone) == [], "nothing was shown that was not there before"

    @pytest.mark.parametrize("value", ["http://x.example/", "加微信", "13800131234", "<b>1</b>"])
    def test_no_day_is_anything_else(self, cast: Cast, sign_in: SignIn, value: str) -> None:
        someone = cast.member(held_by=cast.lan)
        form = press(approved(cast, body="{alias}，{date}见。"), date=value)
        assert sign_in(cast.lan).post(address(someone), form).status_code == 422
        assert queued(someone) == []

    @pytest.mark.parametrize("who", ["mei", "wu"])
    def test_others_members_are_not_found_and_the_try_is_recorded(self, cast: Cast, sign_in: SignIn, who: str) -> None:
        someone, version = cast.member(held_by=cast.lan), approved(cast)
        client = sign_in(cast.people[who])
        assert client.post(address(someone), press(version)).status_code == 404
        assert client.post(f"{address(someone)}preview/", {"version": version}).status_code == 404
        assert queued(someone) == []
        assert [(trace[3], trace[4]) for trace in stage.traces(someone)] == [("denied", "no_ground")] * 2

    @pytest.mark.parametrize("who", ["chen", "zheng", "operations", "privacy_officer", "auditor"])
    def test_nobody_else_sends(self, cast: Cast, sign_in: SignIn, who: str) -> None:
        someone = cast.member(held_by=cast.lan)
        assert sign_in(cast.people[who]).post(address(someone), press(approved(cast))).status_code == 403
        assert queued(someone) == []

    def test_what_the_gate_says_is_said_before_anything_is_queued(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member(held_by=cast.lan, consents=("outreach.call",))
        client, version = sign_in(cast.lan), approved(cast)
        assert "没有有效的授权" in text_of(client.post(f"{address(someone)}preview/", {"version": version}))
        answer = client.post(address(someone), press(version))
        assert answer.status_code == 409
        assert "没有有效的授权" in text_of(answer)
        assert queued(someone) == []
        assert ("denied", "no_consent") in [(trace[3], trace[4]) for trace in stage.traces(someone)]

    def test_promotion_needs_its_own_yes(self, cast: Cast, sign_in: SignIn) -> None:
        version = approved(cast, body="{alias}，本周有优惠。", kind="promotion")
        client = sign_in(cast.lan)
        service_only = cast.member(held_by=cast.lan)
        both = cast.member(held_by=cast.lan, consents=(*stage.CONTACT, "outreach.promotion"))
        assert client.post(address(service_only), press(version)).status_code == 409
        assert client.post(address(both), press(version)).status_code == 303
        assert queued(service_only) == []
        assert queued(both)[0][2] == "outreach.promotion"

    @pytest.mark.parametrize("change", ["retired", "asked", "refused"])
    def test_only_approved_wordings_are_sent(self, cast: Cast, sign_in: SignIn, change: str) -> None:
        someone, version = cast.member(held_by=cast.lan), approved(cast)
        by = None if change == "asked" else cast.operations.staff_id
        stage.run(
            "UPDATE outreach_version SET state = %(state)s, decided_by = %(by)s WHERE id = %(id)s",
            state=change,
            by=by,
            id=version,
        )
        assert sign_in(cast.lan).post(address(someone), press(version)).status_code == 409
        assert sign_in(cast.lan).post(address(someone), press(approved(cast, uses=("campaign",)))).status_code == 409
        assert queued(someone) == []

    def test_without_a_gateway_the_page_says_so(self, cast: Cast, sign_in: SignIn, settings: Settings) -> None:
        settings.SMS_GATEWAY = "none"
        someone, version = cast.member(held_by=cast.lan), approved(cast)
        page = text_of(sign_in(cast.lan).get(f"/desk/member/{someone.city_id}/{someone.member_id}/"))
        assert "没有短信通道" in page
        assert "text-form" not in page
        assert sign_in(cast.lan).post(address(someone), press(version)).status_code == 503

    def test_a_wording_that_is_an_attack_is_shown_as_text(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member(held_by=cast.lan)
        version = approved(cast, body="<script>alert(1)</script>{alias}")
        client = sign_in(cast.lan)
        form = {"version": version, "alias": "<img src=x onerror=alert(1)>"}
        for answer in (
            client.post(f"{address(someone)}preview/", form),
            client.post(address(someone), press(version), headers=HTMX),
            client.get(f"/desk/member/{someone.city_id}/{someone.member_id}/"),
        ):
            page = answer.content.decode()
            assert "<script>alert" not in page
            assert "<img src=x" not in page
            assert "&lt;script&gt;alert" in page


class TestMany:
    def test_goes_to_those_whom_the_gate_lets_through_and_says_why_not_to_others(self, cast: Cast, sign_in: SignIn) -> None:
        fit = [cast.member(held_by=cast.lan) for _ in range(3)]
        silent, other = cast.member(held_by=cast.lan, consents=("outreach.call",)), cast.member(held_by=cast.mei)
        client, version = sign_in(cast.lan), approved(cast)
        chosen = [each.member_id for each in (*fit, silent, other)]
        told = text_of(client.post("/desk/texts/many/preview/", {"version": version, "member": chosen}))
        assert "发给 3 位会员" in told
        assert "没有有效的授权" in told
        assert "不在您的名下" in told
        form = press(version, member=chosen)
        assert client.post("/desk/texts/many/", form).status_code == 303
        assert client.post("/desk/texts/many/", form).status_code == 303, "a second press"
        assert [len(queued(each)) for each in (*fit, silent, other)] == [1, 1, 1, 0, 0]
        assert queued(fit[0])[0][1] == "library"

    def test_needs_somebody_and_a_wording(self, cast: Cast, sign_in: SignIn) -> None:
        someone, client, version = cast.member(held_by=cast.lan), sign_in(cast.lan), approved(cast)
        assert client.post("/desk/texts/many/", press(version)).status_code == 422
        assert client.post("/desk/texts/many/", {"member": [someone.member_id]}).status_code == 422
        assert client.post("/desk/texts/many/", press(version, member=["x", "-1", "9" * 40])).status_code == 422
        assert (
            client.post("/desk/texts/many/", press(approved(cast, uses=("hand",)), member=[someone.member_id])).status_code == 409
        )
        assert queued(someone) == []

    def test_filters_whom_to_choose_from(self, cast: Cast, sign_in: SignIn) -> None:
        someone, client = cast.member(held_by=cast.lan), sign_in(cast.lan)
        approved(cast)
        assert someone.alias in text_of(client.get("/desk/texts/many/"))
        assert someone.alias in text_of(client.get("/desk/texts/many/?grade=B&when=never"))
        assert someone.alias not in text_of(client.get("/desk/texts/many/?grade=A"))
        assert someone.alias not in text_of(client.get("/desk/texts/many/?when=tried"))


class TestDay:
    def test_lists_ones_own_texts_and_names_who_is_on_it_in_a_trace(self, cast: Cast, sign_in: SignIn) -> None:
        mine, theirs = cast.member(held_by=cast.lan), cast.member(held_by=cast.mei)
        version = approved(cast)
        sign_in(cast.lan).post(address(mine), press(version))
        sign_in(cast.mei).post(address(theirs), press(version))
        page = text_of(sign_in(cast.lan).get("/desk/texts/"))
        assert f"{mine.member_id:09d}" in page
        assert f"{theirs.member_id:09d}" not in page
        assert len(stage.traces(mine, action="member.texts")) == 1
        assert stage.traces(theirs, action="member.texts") == []
        yesterday = (stage.now() - timedelta(days=1)).date().isoformat()
        assert f"{mine.member_id:09d}" not in text_of(sign_in(cast.lan).get(f"/desk/texts/?day={yesterday}"))
        assert sign_in(cast.lan).get("/desk/texts/?day=x").status_code == 200

    def test_no_number_that_is_none_breaks_it(self, cast: Cast, sign_in: SignIn) -> None:
        for at, message in ((0, 1), (10**30, 1), (1, 2**80)):
            assert sign_in(cast.lan).get(f"/desk/texts/{cast.city_id}/{at}/{message}/").status_code == 404


def test_a_moment_is_its_number() -> None:
    moment = stage.now()
    assert texts.EPOCH + timedelta(microseconds=texts.number_of(moment)) == moment
