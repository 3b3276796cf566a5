"""The demo's work groups: robots that lead to the stand-in on this machine and nowhere else, with four days of digests."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from hongxian.cli import company
from hongxian.cli.roles import OWNER
from hongxian.kernel.clock import hour_of
from hongxian.reports import robots
from hongxian.reports.channels import name_of
from hongxian.vault import files

if TYPE_CHECKING:
    from datetime import datetime

# Of each store: the whole store's group, a team's, and one that was stopped.
KINDS = (robots.WECOM, robots.DINGTALK, robots.FEISHU)
SECRET = "SEC0000000000000000"  # noqa: S105 # of nothing
_CHANNELS = """
INSERT INTO reports_channel (city_id, store_id, team_id, kind, fingerprint, hint, sealed, active, since, staff_id)
SELECT store.city_id, store.id, CASE WHEN kind.place = 1 THEN 0 ELSE team.id END, kind.name, kind.fingerprint, 'demo', kind.sealed,
       kind.place < 3, %(now)s::timestamptz - interval '33 days', manager.id
  FROM org_store AS store
 CROSS JOIN unnest(%(kinds)s::text[], %(fingerprints)s::bytea[], %(sealed)s::bytea[]) WITH ORDINALITY AS kind (name, fingerprint, sealed, place)
 CROSS JOIN LATERAL (SELECT min(id) AS id FROM org_staff WHERE store_id = store.id AND role = 'store_manager') AS manager
 CROSS JOIN LATERAL (SELECT id FROM org_team WHERE store_id = store.id ORDER BY id OFFSET kind.place - 1 LIMIT 1) AS team
 WHERE store.active AND manager.id IS NOT NULL
"""
# Of the hours of work; now and then no answer came, and whoever stopped the third group had met its robot's refusal.
_DIGESTS = """
INSERT INTO reports_digest (city_id, channel_id, hour, state, tries, retry_at, sending_at, ended_at, code)
SELECT channel.city_id, channel.id, told.hour, told.state, 1, told.hour + interval '1 hour', told.hour + interval '61 minutes',
       told.hour + interval '61 minutes', CASE told.state WHEN 'sent' THEN '0' WHEN 'unknown' THEN 'no_answer' ELSE '19021' END
  FROM reports_channel AS channel
 CROSS JOIN LATERAL (
       SELECT hour, CASE WHEN NOT channel.active AND hour > %(last)s::timestamptz - interval '72 hours' THEN 'failed'
                         WHEN mod(channel.id * 5 + extract(epoch FROM hour)::bigint / 3600, 41) = 0 THEN 'unknown' ELSE 'sent' END AS state
         FROM generate_series(%(last)s::timestamptz - interval '96 hours', %(last)s::timestamptz, '1 hour') AS hour
        WHERE extract(hour FROM hour AT TIME ZONE 'Asia/Shanghai') BETWEEN 9 AND 20
          AND (channel.active OR hour <= %(last)s::timestamptz - interval '48 hours')) AS told
"""


def write(now: datetime) -> None:
    """As the owner: nobody but the desk sets groups up."""
    addresses = {kind: robots.loopback(kind) for kind in KINDS}
    marks = [robots.fingerprint(address) for address in addresses.values()]
    contents = [{"address": address, "secret": "" if kind == robots.WECOM else SECRET} for kind, address in addresses.items()]
    sealed = [
        files.seal(folder=settings.HOME.keys, name=name_of(mark), content=json.dumps(content).encode())
        for mark, content in zip(marks, contents, strict=True)
    ]
    given = {"now": now, "last": hour_of(now) - timedelta(hours=1), "kinds": list(KINDS), "fingerprints": marks, "sealed": sealed}
    with company.site().connect(OWNER) as owner, owner.transaction():
        for statement in (_CHANNELS, _DIGESTS):
            owner.execute(statement, given)
