"""The demo company's partner: a dating site with a key that was ended and one in use, and a week of what it asked for, all done."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from hongxian.cli import company
from hongxian.cli.roles import OWNER
from hongxian.kernel.clock import day_of

if TYPE_CHECKING:
    from datetime import datetime

NAME = "缘来网（示例）"
_PARTNER = """
INSERT INTO partners_partner (city_id, name, made_by, made_at, why)
SELECT (SELECT min(id) FROM org_city), %(name)s, staff.id, %(made_at)s, '会员在网站勾选同意后，由网站登记到门店'
  FROM (SELECT min(id) AS id FROM org_staff WHERE role = 'operations') AS staff
 WHERE staff.id IS NOT NULL
RETURNING id, city_id, made_by
"""
_KEY = """
INSERT INTO partners_key (partner_id, digest, scopes, a_minute, expires_on, made_by, made_at, why, ended_by, ended_at, ended_why)
VALUES (%(partner)s, %(digest)s, %(scopes)s, %(a_minute)s, %(expires_on)s, %(by)s, %(made_at)s, %(why)s, %(ended_by)s, %(ended_at)s, %(ended_why)s)
RETURNING id
"""
# More by day than by night, fewer of what is rarer; the last hour has some.
_REQUESTS = """
INSERT INTO partners_request (city_id, public_id, partner_id, key_id, idem, digest, kind, sealed, taken_at, state, reason, done_at)
SELECT %(city)s, gen_random_uuid(), %(partner)s, %(key)s, sha256(('i' || n)::bytea), sha256(('d' || n)::bytea),
       (ARRAY['register', 'register', 'register', 'register', 'profile', 'consent', 'withdraw', 'no', 'intent'])[1 + n %% 9], NULL,
       made.at, 'done', '', made.at + interval '400 milliseconds'
  FROM generate_series(1, 1200) AS n
 CROSS JOIN LATERAL (SELECT %(now)s::timestamptz - interval '7 days' * (power(n / 1200.0, 1.5)) AS at) AS made
"""
_MINUTES = """
INSERT INTO partners_minute (city_id, key_id, minute, used, cap)
SELECT request.city_id, request.key_id, date_trunc('minute', request.taken_at), count(*), key.a_minute
  FROM partners_request AS request JOIN partners_key AS key ON key.id = request.key_id
 WHERE request.city_id = %(city)s GROUP BY 1, 2, 3, key.a_minute
"""


def write(now: datetime) -> None:
    """As the owner: no process that serves makes keys but the desk."""
    with company.site().connect(OWNER) as owner:
        found = owner.execute(_PARTNER, {"name": NAME, "made_at": now - timedelta(days=40)}).fetchone()
        if found is None:
            return
        partner, city, by = found
        about = {"partner": partner, "by": by, "expires_on": day_of(now) + timedelta(days=200)}
        owner.execute(
            _KEY,
            about
            | {"digest": secrets.token_bytes(32), "scopes": ["events", "registrations"], "a_minute": 120}
            | {"made_at": now - timedelta(days=40), "why": "联调"}
            | {"ended_by": by, "ended_at": now - timedelta(days=32), "ended_why": "联调结束，换正式密钥"},
        )
        made = owner.execute(
            _KEY,
            about
            | {"digest": secrets.token_bytes(32), "a_minute": 600, "made_at": now - timedelta(days=32), "why": "正式使用"}
            | {
                "scopes": ["consents", "events", "profiles", "registrations"],
                "ended_by": None,
                "ended_at": None,
                "ended_why": "",
            },
        ).fetchone()
        if made is not None:
            owner.execute(_REQUESTS, {"city": city, "partner": partner, "key": made[0], "now": now})
            owner.execute(_MINUTES, {"city": city})
