"""
What the demo's members viewed and sent on the dating site, for those in the demo consultant's hands, and what a few pushed.

Written as the tables' owner: no process of the company may write letters but through the feed (portal/feed.py).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from hongxian.cli import company
from hongxian.cli.roles import OWNER
from hongxian.cli.sample import sign_ins
from hongxian.cli.sample.dice import happens
from hongxian.kernel.clock import day_of
from hongxian.letters import card as cards
from hongxian.letters import feeding, naming
from hongxian.letters.blotting import blot
from hongxian.vault import own_words

if TYPE_CHECKING:
    from psycopg import Connection

SEED = 20_250_102
MEMBERS, DAYS = 24, 60
TEXTS = (
    "你好，看到你也喜欢徒步，周末常去哪里走？",
    "我在徐汇上班，平时下班会去游泳，你呢？",
    "最近在看一部讲老上海的书，挺好看的，推荐给你。",
    "你的照片是在青海拍的吗？我明年也想去。",
    "谢谢你的问候，我比较慢热，先聊聊看吧。",
    "我做得一手好菜，最拿手的是葱油拌面。",
    "方便的话留个电话13800138000，或者加微信xiao_yu88，都可以。",
    "我更看重性格合得来，收入不是最重要的。",
    "周六下午有空一起喝杯咖啡吗？",
    "我家里有一只猫，你会对猫过敏吗？",
)
_HELD = """
SELECT member.city_id, member.id, holding.staff_id
  FROM pools_holding AS holding
  JOIN org_staff AS staff ON staff.id = holding.staff_id
  JOIN members_member AS member ON member.city_id = holding.city_id AND member.id = holding.member_id
 WHERE staff.employee_no = %s AND holding.held_until > %s AND member.state = 'live'
 ORDER BY member.contacts DESC, member.id
 LIMIT %s
"""


@dataclass(slots=True)
class _Writer:
    """One member's letters; everybody whom they meet gets the next place."""

    owner: Connection[Any]
    city_id: int
    member_id: int
    now: datetime
    places: dict[str, int] = field(default_factory=dict)

    def other(self, reference: str) -> bytes:
        ref = naming.pseudonym_of(naming.hash_of(naming.key(), reference), self.member_id)
        if reference not in self.places:
            self.places[reference] = len(self.places) + 1
            self.owner.execute(
                "INSERT INTO letters_other (city_id, member_id, place, other_ref) VALUES (%s, %s, %s, %s)",
                [self.city_id, self.member_id, self.places[reference], ref],
            )
        return ref

    def view(self, reference: str, at: datetime, traits: tuple[int, int, str, str]) -> None:
        self.owner.execute(
            "INSERT INTO letters_viewed (city_id, member_id, other_ref, at, birth_from, height_from, education, district, kept_until)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [self.city_id, self.member_id, self.other(reference), at, *traits, feeding.kept_until(day_of(self.now))],
        )

    def send(self, reference: str, at: datetime, text: str) -> None:
        [sealed] = own_words.seal(field=own_words.SENT, texts=[(self.member_id, text)])
        self.owner.execute(
            "INSERT INTO letters_sent (city_id, member_id, other_ref, at, kek_id, wrapped, sealed, kept_until)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                *(self.city_id, self.member_id, self.other(reference), at),
                *(sealed.kek_id, sealed.wrapped, sealed.sealed, feeding.kept_until(day_of(self.now))),
            ],
        )

    def push(self, staff_id: int, kind: str, text: str) -> None:
        [sealed] = own_words.seal(field=own_words.PUSHED[kind], texts=[(self.member_id, text)])
        at, until = self.now - timedelta(hours=5), self.now + timedelta(days=6)
        self.owner.execute(
            "INSERT INTO vault_pushed (city_id, member_id, staff_id, ground, kind, pushed_at, until, kek_id, wrapped, sealed)"
            " VALUES (%s, %s, %s, 'claim', %s, %s, %s, %s, %s, %s)",
            [self.city_id, self.member_id, staff_id, kind, at, until, sealed.kek_id, sealed.wrapped, sealed.sealed],
        )
        self.owner.execute(
            "INSERT INTO vault_ground (city_id, member_id, staff_id, kind, until) VALUES (%s, %s, %s, 'push', %s)"
            " ON CONFLICT (city_id, member_id, staff_id, kind) DO NOTHING",
            [self.city_id, self.member_id, staff_id, until],
        )


def write(now: datetime) -> None:
    """Letters of the members whom the demo's consultant holds, the demo's own member first; all of it or nothing."""
    employee_no = next((number for _role, number, _password in sign_ins.sign_ins()), "")
    rng = Random(SEED)  # noqa: S311 # made up, the same each time
    with company.site().connect(OWNER) as owner, owner.transaction():
        held = owner.execute(_HELD, [employee_no, now, MEMBERS]).fetchall()
        for number, (city_id, member_id, staff_id) in enumerate(held):
            writer = _Writer(owner, int(str(city_id)), int(str(member_id)), now)
            last = _write_member(writer, rng, now)
            if number in {0, 1}:
                words = {"to": "A", "on": day_of(now - timedelta(days=1)).isoformat(), "text": blot(last)}
                writer.push(int(str(staff_id)), "message", json.dumps(words, ensure_ascii=False))
            if number in {1, 2}:
                card = cards.Card((1985, 1990), (170, 175), ("bachelor", "master"), ("徐汇区", "静安区"), "性格温和、爱笑就好")
                writer.push(int(str(staff_id)), "card", cards.written(card))


def _write_member(writer: _Writer, rng: Random, now: datetime) -> str:
    """Some dozen looks, most at people of a kind, so that a card can be suggested; the text that was sent last."""
    favourite = (rng.choice((1985, 1990)), rng.choice((165, 170, 175)), rng.choice(("bachelor", "college")), "徐汇区")
    references = [f"demo-{rng.randrange(10**6):06d}" for _ in range(rng.randint(12, 30))]
    moments = sorted(now - timedelta(minutes=rng.randrange(60, DAYS * 1440)) for _ in references)
    last = TEXTS[0]
    for reference, at in zip(references, moments, strict=True):
        usual = happens(rng, 0.8)
        other = (rng.choice((1980, 1995)), rng.choice((160, 180)), rng.choice(("", "master")), rng.choice(("静安区", "杨浦区")))
        writer.view(reference, at, favourite if usual else other)
        if happens(rng, 0.3):
            last = rng.choice(TEXTS)
            writer.send(reference, at + timedelta(minutes=20), last)
    return last
