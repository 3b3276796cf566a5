"""Somebody who has a value of their own in everything that the company keeps; for tests of who is gone, and from where."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from hongxian.kernel.clock import day_of
from hongxian.vault import own_words
from tests import cast as casting
from tests.journeys import scanning
from tests.outreach.conftest import zone_at_noon
from tests.portal import planting

if TYPE_CHECKING:
    from tests.cast import Cast, Someone


@dataclass(frozen=True)
class Victim:
    """Somebody with a value of their own in everything."""

    cast: Cast
    someone: Someone
    values: dict[str, str]

    @property
    def needles(self) -> dict[str, bytes]:
        return scanning.needles(self.values, self.someone.number)


def new_victim() -> Victim:
    """Held by a consultant, with requests, letters, an import and a history."""
    cast = casting.Cast(timezone=zone_at_noon())
    someone = cast.member(held_by=cast.lan)
    word = secrets.token_hex(4)
    values = {name: getattr(someone, name) for name in ("alias", "name", "wechat", "birth", "remark")}
    values |= {what: f"{zh}{word}" for what, zh in PLACES.items()}
    _write(cast, someone, values)
    return Victim(cast, someone, values)


PLACES = {
    "note": "她妈妈姓邝说周末",
    "criteria": "想找会修钢琴的",
    "request": "请把我的资料给我看",
    "answer": "已寄到您的信箱",
    "complaint": "顾问小兰总打电话",
    "letter": "你好我也喜欢爬山",
    "card": "喜欢安静的人",
    "occupation": "竖琴调音师",
    "home city": "邯郸",
    "district": "丛台区",
    "source": "相亲角摊位",
    "origin": "乙字簿甲七",
    "evidence": "本人王小美手写同意书",
    "label": "王小美七号",
    "file": "王小美的名单",
    "seen district": "峰峰矿区",
    "corrected": "改成了琴行老板",
    "number's request": "还没有登记时写的话",
}


def _write(cast: Cast, someone: Someone, values: dict[str, str]) -> None:
    """Each value where the company would have it."""
    about = {"city_id": someone.city_id, "member_id": someone.member_id}
    casting.run(
        "UPDATE members_member SET occupation = %(occupation)s, home_city = %(city)s, district = %(district)s, source = %(source)s,"
        " origin = %(origin)s WHERE city_id = %(city_id)s AND id = %(member_id)s",
        **about,
        **{name: values[name] for name in ("occupation", "district", "source", "origin")},
        city=values["home city"],
    )
    casting.run(
        "UPDATE consent_receipt SET evidence = %(evidence)s, origin = %(origin)s || id WHERE city_id = %(city_id)s AND member_id = %(member_id)s",
        **about,
        evidence=values["evidence"],
        origin=values["origin"],
    )
    planting.seal(someone, "note", values["note"], staff_id=cast.lan.staff_id)
    cast.seal(someone, criteria=values["criteria"])
    _write_rights(someone, values)
    _write_letters(cast, someone, values)
    casting.insert(
        "members_correction", **about, field="occupation", before="", after=values["corrected"], at=casting.now(), via="portal"
    )
    run_id = cast.run()
    casting.run("UPDATE intake_run SET file_name = %(name)s || '.xlsx' WHERE id = %(id)s", name=values["file"], id=run_id)
    casting.insert_bare(
        "intake_line", **about, run_id=run_id, row_no=1, label=values["label"], result="accepted", reason="", merged_into=values["label"],
        consent=True, suppressed=False, warnings=json.dumps([["birth", values["label"]]]),
    )  # fmt: skip
    casting.insert_bare(
        "pools_former", **about, staff_id=cast.mei.staff_id, team_id=cast.team, until=casting.now() + timedelta(days=9)
    )


def _write_rights(someone: Someone, values: dict[str, str]) -> None:
    about = {"city_id": someone.city_id, "member_id": someone.member_id}
    now, today = casting.now(), day_of(casting.now())
    said, answer = (planting.seal(someone, "request_text", values[name]) for name in ("request", "answer"))
    complained = planting.seal(someone, "complaint_text", values["complaint"])
    clock = {"opened_at": now, "due_on": today, "remind_on": today}
    casting.insert("rights_request", **about, kind="copy", state="open", **clock, said_id=said)
    casting.insert(
        "rights_request",
        **about,
        kind="explain",
        state="done",
        **clock,
        said_id=said,
        answered_at=now,
        answer_id=answer,
        handled_by=1,
    )
    casting.insert("rights_complaint", **about, about="call", opened_at=now, said_id=complained)
    before = planting.subject_of(someone)
    words = planting.seal(before, "request_text", values["number's request"])
    casting.insert("rights_request", city_id=0, number_hash=someone.hashes[0], kind="other", state="open", **clock, said_id=words)


def _write_letters(cast: Cast, someone: Someone, values: dict[str, str]) -> None:
    about = {"city_id": someone.city_id, "member_id": someone.member_id}
    now, other = casting.now(), secrets.token_bytes(32)
    [letter] = own_words.seal(field=own_words.SENT, texts=[(someone.member_id, values["letter"])])
    [card] = own_words.seal(field=own_words.PUSHED["card"], texts=[(someone.member_id, values["card"])])
    casting.insert_bare("letters_other", **about, place=1, other_ref=other)
    casting.insert(
        "letters_viewed", **about, other_ref=other, at=now, education="", district=values["seen district"], kept_until=day_of(now)
    )
    casting.insert(
        "letters_sent", **about, other_ref=other, at=now, kek_id=letter.kek_id, wrapped=letter.wrapped, sealed=letter.sealed,
        kept_until=day_of(now),
    )  # fmt: skip
    casting.insert(
        "vault_pushed", **about, staff_id=cast.lan.staff_id, ground="claim", kind="card", pushed_at=now, until=now + timedelta(days=3),
        kek_id=card.kek_id, wrapped=card.wrapped, sealed=card.sealed,
    )  # fmt: skip
