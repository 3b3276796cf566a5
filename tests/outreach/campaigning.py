"""A city with many members, managers who ask for campaigns, and a wording that campaigns may use."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from hongxian.kernel.permissions import Role
from hongxian.outreach import audiences, campaigns, planning
from hongxian.pools.filtering import EVERYBODY, Filters
from tests.conftest import signed_in_as
from tests.outreach.messages import version_of
from tests.owner import now, rows, run
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hongxian.kernel.actor import Actor

SERVICE = "outreach.sms"


class Company:
    """One store's managers, a consultant in each team, headquarters' operations, and another store's manager."""

    def __init__(self, *, kind: str = "service") -> None:
        self.world = World(now=now())
        self.zheng = self.world.store_manager()
        self.chen = self.world.team_manager()
        self.lan = self.world.consultant()
        self.liu = self.world.consultant(team=self.world.stores[0].teams[1])
        self.xu = self.world.store_manager(store=self.world.stores[1])
        self.operations = self.headquarters(Role.OPERATIONS)
        self.version_id = version_of(body="{alias}，{store}周六开放。", kind=kind)

    def headquarters(self, role: Role) -> Actor:
        """Somebody of headquarters: of no store and no city."""
        found = self.world.staff(role=role)
        run("UPDATE org_staff SET city_id = NULL WHERE id = %(id)s", id=found.staff_id)
        return replace(found, city_id=0)

    @property
    def city_id(self) -> int:
        return self.world.city_id

    def hold(self, by: Actor, member_ids: Sequence[int]) -> None:
        """Puts members into a consultant's hands."""
        until = "now() + interval '5 days'"
        run(
            "INSERT INTO pools_holding (city_id, member_id, staff_id, pool_id, rank, how, held_since, held_until, last_outcome, silent_slots)"
            f" SELECT %(city)s, id, %(staff)s, %(pool)s, id, 'claimed', now(), {until}, '', '{{}}' FROM unnest(%(ids)s::bigint[]) AS id",
            city=self.city_id,
            staff=by.staff_id,
            pool=self.world.stores[0].pool_id,
            ids=list(member_ids),
        )
        run(
            "INSERT INTO vault_ground (city_id, member_id, staff_id, kind, until)"
            f" SELECT %(city)s, id, %(staff)s, 'claim', {until} FROM unnest(%(ids)s::bigint[]) AS id",
            city=self.city_id,
            staff=by.staff_id,
            ids=list(member_ids),
        )

    def held(self, by: Actor, n: int, **more: Any) -> list[int]:
        """New members in a consultant's hands."""
        ids = self.world.members(n, **more)
        self.hold(by, ids)
        return ids

    def pooled(self, n: int, *, consents: bool = True, **more: Any) -> list[int]:
        """New members whom nobody holds, in the store's pool."""
        ids = self.world.entries(n, **more)
        if consents:
            self.world.consent(ids)
        return ids

    def audience(self, by: Actor, *, unheld: bool = False, filters: Filters = EVERYBODY) -> audiences.Audience:
        return campaigns.audience_for(
            by=by,
            kind=audiences.UNHELD if unheld else audiences.LIBRARY,
            pool_id=self.world.stores[0].pool_id if unheld else None,
            filters=filters,
        )

    def ask(self, by: Actor | None = None, **more: Any) -> int:
        by = by or self.chen
        audience = more.pop("audience", None) or self.audience(
            by, unheld=more.pop("unheld", False), filters=more.pop("filters", EVERYBODY)
        )
        given: dict[str, Any] = {
            "name": "周末活动",
            "why": "请来看看",
            "version_id": self.version_id,
            "request_key": uuid4(),
            "now": now(),
        } | more
        with signed_in_as("desk"):
            return campaigns.ask(by=by, audience=audience, **given)

    def approve(self, campaign_id: int, by: Actor | None = None) -> None:
        self.step("approve", campaign_id, by)

    def step(self, what: str, campaign_id: int, by: Actor | None = None) -> None:
        """Approve, pause, resume or stop, as the desk."""
        with signed_in_as("desk"):
            getattr(campaigns, what)(by=by or self.zheng, city_id=self.city_id, campaign_id=campaign_id, now=now())

    def approved(self, by: Actor | None = None, **more: Any) -> int:
        campaign_id = self.ask(by, **more)
        self.approve(campaign_id, self.operations if by is self.zheng else self.zheng)
        return campaign_id

    def plan(self, campaign_id: int) -> int:
        return planning.plan(by=self.world.system(), city_id=self.city_id, campaign_id=campaign_id, clock=now)

    def planned(self, by: Actor | None = None, **more: Any) -> int:
        campaign_id = self.approved(by, **more)
        self.plan(campaign_id)
        return campaign_id

    def state(self, campaign_id: int) -> str:
        return str(self.row(campaign_id)[0])

    def row(self, campaign_id: int) -> tuple[Any, ...]:
        """State, how many were walked past."""
        return rows(
            "SELECT state, walked FROM outreach_campaign WHERE city_id = %(c)s AND id = %(id)s", c=self.city_id, id=campaign_id
        )[0]

    def texts(self, campaign_id: int, state: str = "%") -> list[int]:
        """Who has a text of this campaign in a state."""
        found = rows(
            "SELECT member_id FROM outreach_message WHERE city_id = %(c)s AND campaign_id = %(id)s AND state LIKE %(s)s ORDER BY 1",
            c=self.city_id,
            id=campaign_id,
            s=state,
        )
        return [member_id for (member_id,) in found]

    def left_out(self, campaign_id: int) -> dict[str, int]:
        found = rows(
            "SELECT reason, members FROM outreach_leftout WHERE city_id = %(c)s AND campaign_id = %(id)s",
            c=self.city_id,
            id=campaign_id,
        )
        return dict(found)

    def rest(self, member_id: int) -> None:
        run(
            "INSERT INTO pools_resting (city_id, member_id, pool_id, until, reason)"
            " VALUES (%(c)s, %(m)s, %(p)s, now() + interval '9 days', 'no_answer')",
            c=self.city_id,
            m=member_id,
            p=self.world.stores[0].pool_id,
        )

    def withdraw(self, member_id: int, purpose: str = SERVICE) -> None:
        run(
            "INSERT INTO consent_withdrawal (city_id, member_id, purpose, via, recorded_at)"
            " VALUES (%(c)s, %(m)s, %(p)s, 'test', now())",
            c=self.city_id,
            m=member_id,
            p=purpose,
        )

    def jobs(self, campaign_id: int) -> list[str]:
        """What waits for the worker about a campaign."""
        found = rows(
            "SELECT task_name FROM procrastinate_jobs WHERE (args->>'campaign_id')::bigint = %(id)s AND (args->>'city_id')::int = %(c)s"
            " ORDER BY id",
            id=campaign_id,
            c=self.city_id,
        )
        return [name for (name,) in found]
