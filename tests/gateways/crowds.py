"""Many members with everything that a text needs, and texts to them; made as fast as the tables take it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.conf import settings

from hongxian.consent.purposes import catalogue
from hongxian.kernel.clock import day_of
from hongxian.outreach import texting
from hongxian.vault.sealing import Sealer
from tests.cast import Cast, Someone, insert, now, owner, private_keys, rows, run
from tests.drawing import fresh_number
from tests.outreach.messages import version_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.cast import Person

BODY = "{alias}您好，{consultant}想和您约个时间聊聊。"
VARIABLES = {"consultant": "兰老师"}


@dataclass(slots=True)
class Crowd:
    """Members of one city, all in one consultant's hands, with a campaign to them."""

    cast: Cast
    holder: Person
    members: list[Someone] = field(default_factory=list)
    campaign_id: int = 0
    version_id: int = 0

    def grow(self, count: int) -> list[Someone]:
        """So many members more."""
        cast, today = self.cast, day_of(now())
        numbers = [fresh_number() for _ in range(count)]
        hashes = [private_keys().hash_number(number) for number in numbers]
        made = rows(
            "INSERT INTO members_member (city_id, person_id, state, number_hashes, store_id, origin, source, created_at, sex, birth_year,"
            " height_cm, education, income_band, marital, district, housing, car, home_city, occupation, intends, has_criteria, grade,"
            " grade_score, grade_inputs, profiling_off, contact_until, contacts)"
            " SELECT %(city)s, (random() * 1e15)::bigint, 'live', ARRAY[each.hash], %(store)s, %(origin)s || each.place, 'test', %(now)s,"
            " 'female', 1993, 165, 'bachelor', '', 'never', '静安区', '', '', '', '', false, false, 'B', 50, '{}', false, %(until)s, 0"
            " FROM unnest(%(hashes)s::bytea[]) WITH ORDINALITY AS each (hash, place) ORDER BY each.place RETURNING id",
            city=cast.city_id,
            store=cast.east,
            origin=f"crowd {secrets.token_hex(4)} ",
            now=now(),
            until=today + timedelta(days=100),
            hashes=[each[0] for each in hashes],
        )
        ids = sorted(row[0] for row in made)
        sealer = Sealer(settings.HOME.keys)
        fresh = [
            Someone(cast.city_id, member_id, cast.east, number, f"会员{place}女士", "", "", "", "")
            for place, (member_id, number) in enumerate(zip(ids, numbers, strict=True))
        ]
        sealed = [sealer.seal(each.member_id, {"alias": each.alias, "number": each.number}) for each in fresh]
        envelopes = rows(
            "INSERT INTO vault_envelope (city_id, member_id, held, sealed_at, alias, number)"
            " SELECT %(city)s, each.id, '{alias,number}', %(now)s, each.alias, each.number"
            " FROM unnest(%(ids)s::bigint[], %(aliases)s::bytea[], %(numbers)s::bytea[]) AS each (id, alias, number) RETURNING id, member_id",
            city=cast.city_id,
            now=now(),
            ids=ids,
            aliases=[each.fields["alias"] for each in sealed],
            numbers=[each.fields["number"] for each in sealed],
        )
        keys = {each.member_id: key for each, key in zip(fresh, sealed, strict=True)}
        with owner().cursor() as cursor:
            cursor.executemany(
                "INSERT INTO vault_datakey (city_id, member_id, envelope_id, kek_id, wrapped) VALUES (%s, %s, %s, %s, %s)",
                [(cast.city_id, member, envelope, keys[member].kek_id, keys[member].wrapped) for envelope, member in envelopes],
            )
            cursor.executemany(
                "INSERT INTO members_number (number_hash, city_id, member_id) VALUES (%s, %s, %s)",
                [(each[0], cast.city_id, member_id) for each, member_id in zip(hashes, ids, strict=True)],
            )
        for purpose in ("outreach.sms", "outreach.call"):
            run(
                "INSERT INTO consent_receipt (city_id, member_id, purpose, given_on, valid_until, evidence, notice_hash, origin, recorded_at)"
                " SELECT %(city)s, each, %(purpose)s, %(on)s, %(until)s, 'signature', %(hash)s, 'crowd', %(at)s FROM unnest(%(ids)s::bigint[]) AS each",
                city=cast.city_id,
                purpose=purpose,
                on=today - timedelta(days=10),
                until=today + timedelta(days=700),
                hash=catalogue().purposes[purpose].notice_hash,
                at=now() - timedelta(days=10),
                ids=ids,
            )
        self._hold(ids)
        self.members += fresh
        return fresh

    def _hold(self, ids: Sequence[int]) -> None:
        who = {"city": self.cast.city_id, "staff": self.holder.staff_id, "ids": list(ids), "until": now() + timedelta(days=7)}
        run(
            "INSERT INTO pools_hand (city_id, staff_id, held, cap) VALUES (%(city)s, %(staff)s, cardinality(%(ids)s::bigint[]), 30000)"
            " ON CONFLICT (city_id, staff_id) DO UPDATE SET held = pools_hand.held + excluded.held, cap = 30000",
            **who,
        )
        run(
            "INSERT INTO pools_holding (city_id, staff_id, member_id, pool_id, rank, how, held_since, held_until, last_outcome, silent_slots)"
            " SELECT %(city)s, %(staff)s, each, %(pool)s, 1000 + each, 'claimed', now(), %(until)s, '', '{}' FROM unnest(%(ids)s::bigint[]) AS each",
            pool=self.cast.east_pool,
            **who,
        )
        run(
            "INSERT INTO vault_ground (city_id, member_id, staff_id, kind, until)"
            " SELECT %(city)s, each, %(staff)s, 'claim', %(until)s FROM unnest(%(ids)s::bigint[]) AS each",
            **who,
        )

    def campaign(self, *, body: str = BODY, state: str = "sending") -> int:
        """A campaign to the own library, approved, with a wording of its own."""
        self.version_id = version_of(body=body)
        self.campaign_id = insert(
            "outreach_campaign",
            city_id=self.cast.city_id,
            store_id=self.cast.east,
            name=f"群发 {uuid4().hex[:6]}",
            audience="library",
            filters="{}",
            version_id=self.version_id,
            state=state,
            asked_by=self.cast.chen.staff_id,
            asked_at=now(),
            why="测试",
            decided_by=self.cast.zheng.staff_id,
            decided_at=now(),
            variables="{}",
            asked_role="team_manager",
            walked_to=0,
            walked=0,
            request_key=uuid4(),
        )
        return self.campaign_id

    def queue(self, members: Sequence[Someone] | None = None) -> texting.Queued:
        """A text of the campaign to each."""
        return texting.queue(
            by=self.holder.actor("worker"),
            city_id=self.cast.city_id,
            member_ids=[each.member_id for each in (self.members if members is None else members)],
            version_id=self.version_id,
            how="campaign",
            campaign_id=self.campaign_id,
            variables=VARIABLES,
            request_key=uuid4(),
            now=now(),
        )

    def states(self) -> dict[str, int]:
        """How many texts of this city are in which state."""
        found = rows("SELECT state, count(*) FROM outreach_message WHERE city_id = %(city)s GROUP BY 1", city=self.cast.city_id)
        return dict(found)

    def texts(self, columns: str = "state, reason") -> dict[int, list[tuple[Any, ...]]]:
        """The texts by member."""
        found: dict[int, list[tuple[Any, ...]]] = {}
        for member_id, *rest in rows(
            f"SELECT member_id, {columns} FROM outreach_message WHERE city_id = %(city)s ORDER BY at, id", city=self.cast.city_id
        ):
            found.setdefault(member_id, []).append(tuple(rest))
        return found
