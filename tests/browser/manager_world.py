"""A store with a past: three months of calls and texts, thirty weekends of visits, days of looks; each put down in one statement."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from hongxian.kernel.clock import day_of, start_of
from hongxian.visits.forecasting import saturday_of
from tests.contracts.dealing_pages import review_of
from tests.contracts.visit_pages import cast_room
from tests.outreach.messages import version_of
from tests.owner import insert, now, run
from tests.reports.standing import anomaly_of

if TYPE_CHECKING:
    from datetime import datetime

    from tests.cast import Cast, Someone

_CALLS = """
INSERT INTO outreach_tally (city_id, staff_id, span, begins, store_id, team_id, calls, connects, no_answers, interested, visits, refusals,
                            placed, talked, talk_seconds)
SELECT %(c)s, who.id, span.name, CASE span.name WHEN 'hour' THEN day.begins + interval '10 hours' ELSE day.begins END, %(store)s, who.team,
       n.calls, n.calls / 2, 3, 4, 2, who.place - 1, n.calls, n.calls / 2, n.calls * 60
  FROM unnest(%(people)s::bigint[], %(teams)s::bigint[]) WITH ORDINALITY AS who (id, team, place)
 CROSS JOIN generate_series(0, 95) AS back
 CROSS JOIN LATERAL (SELECT %(today)s::timestamptz - make_interval(days => back) AS begins) AS day
 CROSS JOIN LATERAL (SELECT 40 + (back * 7 + who.place::int * 11) %% 30 AS calls) AS n
 CROSS JOIN (VALUES ('hour'), ('day')) AS span (name)
"""
_TEXTS = """
INSERT INTO outreach_texttally (city_id, staff_id, version_id, how, span, begins, store_id, team_id, handed, parts, delivered, failed, unknown,
                                dropped, opted_out)
SELECT %(c)s, who.id, %(version)s, 'hand', 'day', %(today)s::timestamptz - make_interval(days => back), %(store)s, who.team, 20, 25, 18, 1, 0, 1, 1
  FROM unnest(%(people)s::bigint[], %(teams)s::bigint[]) AS who (id, team) CROSS JOIN generate_series(0, 95) AS back
"""
# Each room has its consultant; nothing near this hour, so that whoever is expected now finds room.
_VISITS = """
INSERT INTO visits_visit (city_id, store_id, room_id, member_id, staff_id, team_id, begins, ends, state, booked_at, arrived_at, settled_at,
                          settled_by, request_key)
SELECT %(c)s, %(store)s, slot.room, 100000000 + row_number() OVER (), slot.staff, slot.team, slot.begins, slot.begins + interval '75 minutes',
       slot.state, slot.booked_at, CASE slot.state WHEN 'arrived' THEN slot.begins END,
       CASE WHEN slot.state <> 'booked' THEN slot.begins + interval '40 minutes' END, CASE WHEN slot.state <> 'booked' THEN slot.staff END,
       gen_random_uuid()
  FROM (SELECT place.room, place.staff, place.team, at.begins, least(at.begins, %(now)s::timestamptz) - interval '20 hours' * (1 + dice.n %% 5) AS booked_at,
               CASE WHEN at.begins > %(now)s::timestamptz THEN 'booked' WHEN dice.n %% 10 < 6 THEN 'arrived' ELSE 'no_show' END AS state, dice.n
          FROM unnest(%(rooms)s::bigint[], %(people)s::bigint[], %(teams)s::bigint[]) WITH ORDINALITY AS place (room, staff, team, number)
         CROSS JOIN generate_series(0, 30) AS week CROSS JOIN generate_series(0, 1) AS sunday CROSS JOIN generate_series(10, 18, 2) AS hour
         CROSS JOIN LATERAL (SELECT %(saturday)s::timestamptz - make_interval(weeks => week) + make_interval(days => sunday, hours => hour) AS begins) AS at
         CROSS JOIN LATERAL (SELECT week * 7 + sunday * 3 + hour * 5 + place.number::int * 11 + week * hour AS n) AS dice) AS slot
 WHERE slot.n %% 3 > 0 AND slot.begins NOT BETWEEN %(now)s::timestamptz - interval '4 hours' AND %(now)s::timestamptz + interval '4 hours'
"""
_LOOKS = """
INSERT INTO reports_watched (city_id, staff_id, day, role, store_id, team_id, viewed, night, denied, texted)
SELECT %(c)s, %(staff)s, %(day)s::date - back, 'consultant', %(store)s, %(team)s, CASE back WHEN 0 THEN 96 ELSE 26 + back %% 9 END, 0, 0, 12
  FROM generate_series(0, 20) AS back
"""


def furnish(cast: Cast) -> int:
    """Everything that has happened in store East before its manager signs in; the number of the room in which somebody is expected."""
    today, moment = day_of(now()), now()
    people = (cast.lan, cast.mei, cast.liu)
    given = {
        "c": cast.city_id,
        "store": cast.east,
        "people": [each.staff_id for each in people],
        "teams": [cast.team, cast.team, cast.other_team],
        "today": start_of(today),
        "now": moment,
        "saturday": start_of(saturday_of(today)),
        "rooms": [cast_room(cast) for _ in people],
        "version": version_of(f"见面提醒 {cast.code}"),
    }
    for statement in (_CALLS, _TEXTS, _VISITS):
        run(statement, **given)
    run(_LOOKS, c=cast.city_id, staff=cast.liu.staff_id, day=today, store=cast.east, team=cast.other_team)
    anomaly_of(cast, cast.liu, day=today)
    review_of(cast, cast.lan)
    return cast_room(cast)


def expected_now(cast: Cast, someone: Someone, room: int) -> None:
    """Somebody of 梅's who is to come at this moment."""
    begins: datetime = now() - timedelta(minutes=5)
    insert(
        "visits_visit",
        city_id=cast.city_id,
        store_id=cast.east,
        room_id=room,
        member_id=someone.member_id,
        staff_id=cast.mei.staff_id,
        begins=begins,
        ends=begins + timedelta(hours=1),
        state="booked",
        booked_at=begins - timedelta(days=1),
        request_key=uuid4(),
    )
