"""The partners' door under people who mean harm: locking a partner out, smuggling words and numbers, stopping a city's work."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

from hongxian.api import partner_door
from hongxian.cli.partners import Partners
from hongxian.partners import taking
from hongxian.vault import files
from tests.cast import Cast, insert, now, run
from tests.conftest import signed_in_as
from tests.drawing import fresh_number
from tests.partnership import Partner, yes


def said(answer: Any) -> tuple[int, str]:
    return answer.status_code, json.loads(answer.content).get("error", "")


def test_nobody_locks_a_partner_out_with_wrong_keys(partner: Partner) -> None:
    """Behind one proxy all have one address: wrong keys with a partner's number must not shut the right one out."""
    bad = partner.key[:-5] + "AAAAA"
    found = [partner.get("notices", key=bad).status_code for _ in range(partner_door.WRONG_A_MINUTE + 1)]
    assert found[-1] == 429
    assert partner.get("notices").status_code == 200
    assert partner.post("events", {"number": fresh_number(), "type": "intent"}).status_code == 202
    assert partner.get("notices", key=bad).status_code == 429


@pytest.mark.parametrize(
    "words",
    [
        "１３８００１３８０００",
        "٠١٢٣٤٥٦٧٨٩",
        "①③⑧⓪⓪①③⑧",
        "教师\u202e师教",
        "教\u2028师",
        "\u200b\u200b",
        "\ue000师",
        "\u0085师",
        "\xa0",
        "……",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("field", ["occupation", "home_city", "district", "name"])
def test_no_field_takes_figures_of_any_script_or_signs_that_nobody_sees(partner: Partner, field: str, words: str) -> None:
    told: Any = {field: words}
    body = partner.registration(fresh_number(), **told)
    assert said(partner.post("registrations", body)) == (422, "invalid")
    assert partner.states() == []


@pytest.mark.parametrize("name", ["欧阳晓晓", "买买提·艾力", "Anna Maria", "張三", "〇妹"])
def test_names_of_people_are_taken(partner: Partner, name: str) -> None:
    assert partner.post("registrations", partner.registration(fresh_number(), name=name)).status_code == 202


@pytest.mark.parametrize(
    "field",
    [
        *(
            "chatHistory",
            "ChatHistory",
            "message_text",
            "lastMessages",
            "view-history",
            "MESSAGES",
            " messages ",
            "ｍｅｓｓａｇｅｓ",
        ),
        *(
            "messages\u200b",
            "m\u00adessages",
            "消息",
            "聊天记录",
            "最近浏览",
            "对方资料",
            "viewed by",
            "contact.list",
            "partnerProfile",
        ),
    ],
)
def test_messages_histories_and_others_are_known_under_any_spelling(partner: Partner, field: str) -> None:
    body = partner.registration(fresh_number())
    places: list[dict[str, Any]] = [
        body | {field: ["在吗"]},
        body | {"person": body["person"] | {field: "在吗"}},
        body | {"consents": [yes() | {field: {"x": "在吗"}}]},
        body | {"more": [[{"deep": {field: 1}}]]},
    ]
    for each in places:
        assert said(partner.post("registrations", each)) == (422, "not_here")
    assert partner.states() == []


def test_our_own_fields_are_none_of_them() -> None:
    from hongxian.api import partner_schemas

    models = (getattr(partner_schemas, name) for name in dir(partner_schemas) if name.endswith(("In", "Facets")))
    names = {field for model in models for field in model.model_fields}
    assert len(names) > 15
    assert [each for each in sorted(names) if partner_door.is_not_here(each)] == []


@pytest.mark.parametrize("raw", ["utf-16", "utf-32", "utf-8-sig"])
def test_a_body_is_utf_8_and_nothing_else(partner: Partner, raw: str) -> None:
    text = json.dumps({"number": fresh_number(), "type": "intent"})
    assert said(partner.post("events", text.encode(raw))) == (400, "not_json")
    assert said(partner.post("events", b'{"number":"+8613800138000","type":"intent","\xed\xa0\x80":1}')) == (400, "not_json")


def bring(partner: Partner, content: object) -> None:
    """A request that no version of the door would take in, as an older or a broken one might have left it."""
    public_id = uuid4()
    sealed = files.seal(folder=settings.HOME.keys, name=taking.name_of(public_id), content=json.dumps(content).encode())
    insert(
        "partners_request",
        city_id=partner.cast.city_id,
        public_id=public_id,
        partner_id=partner.partner_id,
        key_id=int(partner.key.split("_")[1]),
        idem=uuid4().bytes,
        digest=uuid4().bytes,
        kind="register",
        sealed=sealed,
        taken_at=now(),
        state="waiting",
        reason="",
    )


def test_a_request_without_shape_stops_nobody_elses(partner: Partner) -> None:
    for content in ({"kind": "register"}, {"store": f"{partner.cast.code}E", "person": {}, "consents": []}):
        bring(partner, content)
    number = fresh_number()
    partner.post("registrations", partner.registration(number))
    partner.work()
    assert partner.states() == [("register", "failed", "unusable")] * 2 + [("register", "done", "")]


def test_a_city_that_fails_stops_no_other(partner: Partner) -> None:
    """[] is no request at all: what comes of it is a bug, told after the others have had their turn."""
    bring(partner, [])
    later = Partner(Cast())
    assert later.cast.city_id > partner.cast.city_id
    later.post("events", {"number": fresh_number(), "type": "intent"})
    try:
        with signed_in_as("worker"), pytest.raises(TypeError):
            Partners().do()
    finally:
        run("DELETE FROM partners_request WHERE partner_id = %(p)s", p=partner.partner_id)
    assert later.states() == [("intent", "done", "")]
