"""The demo's rooms, thirty weeks of visits to them with what is booked ahead, and the contracts that came of them; by set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

if TYPE_CHECKING:
    from datetime import datetime

SEED = 0.2026
_ROOMS = """
INSERT INTO visits_room (city_id, store_id, name, made_at)
SELECT store.city_id, store.id, room.name, %(now)s::timestamptz - interval '240 days'
  FROM org_store AS store, (VALUES ('桂花'), ('玉兰'), ('海棠'), ('茉莉')) AS room (name)
 WHERE store.active ORDER BY store.id
"""
# A room is used at seven times of a day; its n-th room is the n-th consultant's of that day, so that nobody is in two.
_VISITS = """
WITH room AS (
    SELECT visits_room.*, row_number() OVER (PARTITION BY store_id ORDER BY id) - 1 AS place FROM visits_room
), consultant AS (
    SELECT id, store_id, team_id, row_number() OVER (PARTITION BY store_id ORDER BY id) - 1 AS place,
           count(*) OVER (PARTITION BY store_id) AS many
      FROM org_staff WHERE role = 'consultant' AND active
), slot AS (
    SELECT room.city_id, room.store_id, room.id AS room_id, consultant.id AS staff_id, consultant.team_id, day.on_day, hour.at,
           (day.on_day + hour.at) AT TIME ZONE 'Asia/Shanghai' AS begins, random() AS dice, random() AS waits, random() AS fate,
           extract(isodow FROM day.on_day) >= 6 AS weekend, extract(week FROM day.on_day)::int AS week
      FROM room
     CROSS JOIN generate_series(date_trunc('day', %(now)s::timestamptz AT TIME ZONE 'Asia/Shanghai') - interval '210 days',
                                date_trunc('day', %(now)s::timestamptz AT TIME ZONE 'Asia/Shanghai') + interval '12 days', '1 day') AS day (on_day)
     CROSS JOIN (VALUES (interval '10 hours', 0), (interval '11 hours 30 minutes', 1), (interval '13 hours 30 minutes', 2),
                        (interval '15 hours', 3), (interval '16 hours 30 minutes', 4), (interval '18 hours', 5),
                        (interval '19 hours 30 minutes', 6)) AS hour (at, number)
      JOIN consultant ON consultant.store_id = room.store_id
           AND consultant.place = (room.place + hour.number * 3 + extract(doy FROM day.on_day)::int * 5) %% consultant.many
), wanted AS (
    SELECT slot.*, slot.begins - interval '3 hours' - interval '12 days' * slot.waits * slot.waits AS booked_at
      FROM slot WHERE slot.dice < CASE WHEN slot.weekend THEN 0.5 ELSE 0.12 END
), booked AS (
    SELECT wanted.*, wanted.begins + interval '90 minutes' < %(now)s::timestamptz AS over,
           wanted.fate < 0.5 + 0.22 * (wanted.week * 7 %% 5) / 4.0 AS came, wanted.fate > 0.93 AS called_off,
           row_number() OVER (PARTITION BY wanted.staff_id, wanted.begins + interval '90 minutes' < %(now)s::timestamptz ORDER BY wanted.begins) AS turn
      FROM wanted WHERE wanted.booked_at < %(now)s::timestamptz
), past_member AS (
    SELECT member.city_id, member.store_id, member.id, row_number() OVER (PARTITION BY member.store_id ORDER BY member.id) - 1 AS place,
           count(*) OVER (PARTITION BY member.store_id) AS many
      FROM members_member AS member WHERE member.state = 'live'
), held AS (
    SELECT holding.city_id, holding.staff_id, holding.member_id, holding.held_since, holding.held_until,
           row_number() OVER (PARTITION BY holding.staff_id ORDER BY holding.held_until DESC, holding.member_id) AS turn
      FROM pools_holding AS holding
)
INSERT INTO visits_visit (city_id, store_id, room_id, member_id, staff_id, team_id, begins, ends, state, booked_at, confirmed_at, confirmed_by,
                          arrived_at, settled_at, settled_by, cancelled_at, cancelled_by, why, request_key)
SELECT booked.city_id, booked.store_id, booked.room_id, coalesce(held.member_id, past_member.id), booked.staff_id, booked.team_id,
       booked.begins, booked.begins + interval '75 minutes',
       CASE WHEN NOT booked.over THEN CASE WHEN booked.fate < 0.4 THEN 'confirmed' ELSE 'booked' END
            WHEN booked.came THEN 'arrived' WHEN booked.called_off THEN 'cancelled' ELSE 'no_show' END,
       booked.booked_at,
       CASE WHEN NOT booked.over AND booked.fate < 0.4 THEN booked.booked_at + interval '5 minutes' END,
       CASE WHEN NOT booked.over AND booked.fate < 0.4 THEN booked.staff_id END,
       CASE WHEN booked.over AND booked.came THEN booked.begins + interval '20 minutes' * (booked.waits - 0.4) END,
       CASE WHEN booked.over AND (booked.came OR NOT booked.called_off) THEN booked.begins + interval '40 minutes' END,
       CASE WHEN booked.over AND (booked.came OR NOT booked.called_off) THEN booked.staff_id END,
       CASE WHEN booked.over AND NOT booked.came AND booked.called_off THEN booked.booked_at + (booked.begins - booked.booked_at) * 0.7 END,
       CASE WHEN booked.over AND NOT booked.came AND booked.called_off THEN booked.staff_id END,
       CASE WHEN booked.over AND NOT booked.came AND booked.called_off THEN 'member' ELSE '' END,
       gen_random_uuid()
  FROM booked
  LEFT JOIN held ON NOT booked.over AND held.staff_id = booked.staff_id AND held.turn = booked.turn
  LEFT JOIN past_member ON booked.over AND past_member.store_id = booked.store_id
       AND past_member.place = (booked.turn * 7919 + booked.room_id * 31 + booked.staff_id * 977) %% past_member.many
 WHERE coalesce(held.member_id, past_member.id) IS NOT NULL
   AND (booked.over OR NOT EXISTS (SELECT FROM held AS other WHERE other.member_id = held.member_id AND other.staff_id < held.staff_id))
"""
# One of nine who came signed; the last few wait for the manager.
_CONTRACTS = """
WITH came AS (
    SELECT DISTINCT ON (visit.member_id) visit.* FROM visits_visit AS visit
      JOIN members_member AS member ON member.city_id = visit.city_id AND member.id = visit.member_id AND member.suppressed_at IS NULL
     WHERE visit.state = 'arrived' ORDER BY visit.member_id, visit.begins
), signed AS (
    SELECT came.*, row_number() OVER (PARTITION BY came.store_id ORDER BY came.begins DESC) AS newest FROM came WHERE came.id %% 9 = 0
), manager AS (
    SELECT store_id, min(id) AS id FROM org_staff WHERE role = 'store_manager' AND active GROUP BY store_id
), package AS (
    SELECT sales_package.*, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS many FROM sales_package WHERE open
)
INSERT INTO sales_contract (city_id, store_id, team_id, staff_id, member_id, package_id, amount_fen, signed_on, ends_on, state, filed_at,
                            decided_at, decided_by, over_at, over_by, why, request_key)
SELECT signed.city_id, signed.store_id, signed.team_id, signed.staff_id, signed.member_id, package.id,
       package.price_fen - (signed.id %% 4) * 10000, made.on_day, made.until,
       CASE WHEN signed.newest <= 2 THEN 'filed' WHEN made.until < made.today THEN 'ended' ELSE 'signed' END, made.at,
       CASE WHEN signed.newest > 2 THEN made.at + interval '10 minutes' END, CASE WHEN signed.newest > 2 THEN manager.id END,
       CASE WHEN signed.newest > 2 AND made.until < made.today THEN (made.until + 1) AT TIME ZONE 'Asia/Shanghai' END,
       CASE WHEN signed.newest > 2 AND made.until < made.today THEN 0 END, '', gen_random_uuid()
  FROM signed
  JOIN manager ON manager.store_id = signed.store_id
  JOIN package ON package.place = signed.id / 9 %% package.many
 CROSS JOIN LATERAL (
       SELECT signed.ends AS at, (signed.ends AT TIME ZONE 'Asia/Shanghai')::date AS on_day,
              ((signed.ends AT TIME ZONE 'Asia/Shanghai')::date + make_interval(months => package.months))::date AS until,
              (%(now)s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date AS today) AS made
"""
_GROUNDS = """
INSERT INTO vault_ground (city_id, member_id, staff_id, kind, until)
SELECT contract.city_id, contract.member_id, contract.staff_id, 'contract', (contract.ends_on + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
  FROM sales_contract AS contract WHERE contract.state = 'signed'
"""


def write(now: datetime) -> None:
    """All of it, in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT setseed(%s)", [SEED])
        for statement in (_ROOMS, _VISITS, _CONTRACTS, _GROUNDS):
            cursor.execute(statement, {"now": now})
