"""Cap hits and rests of the sample company: in its hours as a few consultants would have them, in its days the sum of these."""

from __future__ import annotations

from django.db import connection

# One rest for every four no-answers that came together in an hour; a cap hit now and then, oftener with who calls most.
_HOURS = """
UPDATE outreach_tally SET rests = no_answers / 4, cap_hits = CASE WHEN calls > 8 AND (staff_id + calls) % 5 = 0 THEN 1 ELSE 0 END
 WHERE span = 'hour'
"""
_DAYS = """
UPDATE outreach_tally AS day SET rests = found.rests, cap_hits = found.cap_hits
  FROM (SELECT city_id, staff_id, date_trunc('day', begins, 'Asia/Shanghai') AS begins, sum(rests) AS rests, sum(cap_hits) AS cap_hits
          FROM outreach_tally WHERE span = 'hour' GROUP BY 1, 2, 3) AS found
 WHERE day.span = 'day' AND (day.city_id, day.staff_id, day.begins) = (found.city_id, found.staff_id, found.begins)
"""


def count() -> None:
    """In the surrounding transaction, once the calls' counts are there."""
    with connection.cursor() as cursor:
        cursor.execute(_HOURS)
        cursor.execute(_DAYS)
