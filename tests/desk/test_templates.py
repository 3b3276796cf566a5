"""/desk/templates/ over HTTP: asking, the bubble, deciding by another, ending; and bodies that are an attack."""

from __future__ import annotations

import html
import secrets
from typing import TYPE_CHECKING

import pytest

from tests import cast as stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]

GOOD = "{alias}您好，我是{consultant}，想和您约个时间。"


def form(**more: object) -> dict[str, object]:
    return {"name": f"模板 {secrets.token_hex(6)}", "kind": "service", "uses": ["hand", "library"], "body": GOOD} | more


def asked(client: Client, **more: object) -> str:
    answer = client.post("/desk/templates/new/", form(**more))
    assert answer.status_code == 303, html.unescape(answer.content.decode())
    return str(answer.headers["Location"])


def newest_version(address: str) -> int:
    number = int(address.rstrip("/").rsplit("/", 1)[1])
    return int(stage.rows("SELECT max(id) FROM outreach_version WHERE template_id = %(id)s", id=number)[0][0])


class TestAsking:
    def test_and_deciding_take_two_people(self, cast: Cast, sign_in: SignIn) -> None:
        manager, operations, officer = sign_in(cast.zheng), sign_in(cast.operations), sign_in(cast.privacy_officer)
        address = asked(manager)
        approve = f"{address}versions/{newest_version(address)}/approve/"
        assert "批准</button>" not in manager.get(address).content.decode()
        assert manager.post(approve).status_code == 403
        assert "批准</button>" in officer.get(address).content.decode()
        assert officer.post(approve).status_code == 303
        assert officer.post(approve).status_code == 409, "a second press changes nothing"
        own = asked(operations)
        answer = operations.post(f"{own}versions/{newest_version(own)}/approve/")
        assert answer.status_code == 403
        assert "不能审批自己提交的版本" in answer.content.decode()

    def test_names_the_place_and_keeps_what_was_written(self, cast: Cast, sign_in: SignIn) -> None:
        answer = sign_in(cast.zheng).post("/desk/templates/new/", form(body="{alias}您好，{nmae}"))
        assert answer.status_code == 422
        page = html.unescape(answer.content.decode())
        assert "第 11 个字：没有“{nmae}”这个变量" in page
        assert "{alias}您好，{nmae}</textarea>" in page

    @pytest.mark.parametrize("missing", [{"name": " "}, {"uses": []}, {"uses": ["all"]}, {"kind": "spam"}, {"body": ""}])
    def test_needs_all_its_parts(self, cast: Cast, sign_in: SignIn, missing: dict[str, object]) -> None:
        assert sign_in(cast.zheng).post("/desk/templates/new/", form(**missing)).status_code == 422

    def test_promotion_is_refused_in_a_service_template_and_again_when_decided(self, cast: Cast, sign_in: SignIn) -> None:
        manager = sign_in(cast.zheng)
        assert manager.post("/desk/templates/new/", form(body="{alias}，本周优 惠")).status_code == 422
        asked(manager, body="{alias}，本周优惠", kind="promotion", uses=["campaign"])
        address = asked(manager)
        version = newest_version(address)
        stage.run("UPDATE outreach_version SET body = '本周优惠' WHERE id = %(id)s", id=version)
        answer = sign_in(cast.operations).post(f"{address}versions/{version}/approve/")
        assert answer.status_code == 422
        assert "第 3 个字" in answer.content.decode()

    def test_a_version_is_decided_under_its_own_template_only(self, cast: Cast, sign_in: SignIn) -> None:
        first, second = asked(sign_in(cast.zheng)), asked(sign_in(cast.zheng))
        wrong = f"{first}versions/{newest_version(second)}/approve/"
        assert sign_in(cast.operations).post(wrong).status_code == 404


class TestPreview:
    def test_shows_the_text_its_parts_and_its_cost(self, cast: Cast, sign_in: SignIn) -> None:
        answer = sign_in(cast.zheng).post("/desk/templates/preview/", form())
        page = answer.content.decode()
        assert "【红线·静安店】王女士您好，我是晓梅，想和您约个时间。 回T退订，停止一切联系：http" in page
        assert "按 2 条计费" in page
        assert "约 0.10 元" in page

    def test_says_what_is_wrong(self, cast: Cast, sign_in: SignIn) -> None:
        page = sign_in(cast.zheng).post("/desk/templates/preview/", form(body="看 t.cn/abc")).content.decode()
        assert "第 3 个字" in page
        assert "hx-bubble" not in page

    @pytest.mark.parametrize(
        "body", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{ 7|add:7 }}", "{% load x %}"]
    )
    def test_shows_markup_as_what_it_is(self, cast: Cast, sign_in: SignIn, body: str) -> None:
        client = sign_in(cast.zheng)
        for answer in (
            client.post("/desk/templates/preview/", form(body=body)),
            client.post("/desk/templates/new/", form(body=body, name="<b>x</b>" + secrets.token_hex(3)), follow=True),
        ):
            page = answer.content.decode()
            assert "<script>alert" not in page
            assert "<img src=x" not in page
            assert "<b>x" not in page


class TestWording:
    def test_shows_variables_in_words(self, cast: Cast, sign_in: SignIn) -> None:
        manager = sign_in(cast.zheng)
        address = asked(manager)
        sign_in(cast.operations).post(f"{address}versions/{newest_version(address)}/approve/")
        chip = '<span class="hx-variable" title="{alias}">称呼</span>您好，我是<span class="hx-variable" title="{consultant}">顾问</span>，想'
        for path in ("/desk/templates/", address):
            page = manager.get(path).content.decode()
            assert chip in page
            assert GOOD not in page


class TestEnding:
    def test_needs_its_reason_and_happens_once(self, cast: Cast, sign_in: SignIn) -> None:
        operations = sign_in(cast.operations)
        address = asked(sign_in(cast.zheng))
        operations.post(f"{address}versions/{newest_version(address)}/approve/")
        assert operations.post(f"{address}retire/", {"why": ""}).status_code == 422
        assert operations.post(f"{address}retire/", {"why": "写得不好"}).status_code == 303
        assert operations.post(f"{address}retire/", {"why": "写得不好"}).status_code == 409
        assert "写得不好" in operations.get(address).content.decode()

    def test_a_new_version_begins_with_the_old_one(self, cast: Cast, sign_in: SignIn) -> None:
        manager = sign_in(cast.zheng)
        address = asked(manager)
        sign_in(cast.operations).post(f"{address}versions/{newest_version(address)}/approve/")
        assert GOOD in manager.get(f"{address}version/").content.decode()
        assert manager.post(f"{address}version/", {"body": "{alias}您好。"}).status_code == 303
        assert manager.post(f"{address}version/", {"body": "{alias}您好！"}).status_code == 409
