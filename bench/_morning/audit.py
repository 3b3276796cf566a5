"""The audit after the morning: what pages told, what tables say, and what a recount says, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.owner import rows

if TYPE_CHECKING:
    from bench._morning.city import City
    from bench._morning.people import Told


@dataclass(frozen=True, slots=True)
class Check:
    """One line: two counts that must be the same."""

    what: str
    left: int
    right: int

    @property
    def sound(self) -> bool:
        return self.left == self.right


# Each gives one number that has to be nought.
NOUGHT = {
    "members in a pool and in a hand at once": """
        SELECT count(*) FROM pools_entry JOIN pools_holding USING (city_id, member_id) WHERE city_id = %(city)s""",
    "hands whose count is not what they hold": """
        SELECT count(*) FROM (SELECT hand.staff_id FROM pools_hand AS hand
          LEFT JOIN pools_holding AS held ON held.city_id = hand.city_id AND held.staff_id = hand.staff_id
         WHERE hand.city_id = %(city)s GROUP BY hand.staff_id, hand.held HAVING hand.held <> count(held.member_id)) AS wrong""",
    "holdings without their ground": """
        SELECT count(*) FROM pools_holding AS held WHERE held.city_id = %(city)s AND NOT EXISTS (
          SELECT FROM vault_ground AS ground WHERE ground.city_id = held.city_id AND ground.member_id = held.member_id
             AND ground.staff_id = held.staff_id AND ground.kind = 'claim')""",
    "quotas whose use is not in the ledger": """
        SELECT count(*) FROM (SELECT quota.staff_id FROM pools_quota AS quota
          LEFT JOIN pools_ledger AS line ON line.city_id = quota.city_id AND line.staff_id = quota.staff_id AND line.kind = quota.kind
           AND line.day = quota.day
         WHERE quota.city_id = %(city)s GROUP BY quota.staff_id, quota.kind, quota.used
        HAVING quota.used <> coalesce(sum(line.charged), 0)) AS wrong""",
    "texts that left without a used permit of their own": """
        SELECT count(*) FROM outreach_message AS text
         WHERE text.city_id = %(city)s AND text.handed_at IS NOT NULL AND NOT EXISTS (
          SELECT FROM vault_permit AS permit WHERE permit.city_id = text.city_id AND permit.id = text.permit_id
             AND permit.message_id = text.id AND permit.used_at IS NOT NULL)""",
    "calls without a permit of their own": """
        SELECT count(*) FROM outreach_placedcall AS placed WHERE placed.city_id = %(city)s AND NOT EXISTS (
          SELECT FROM vault_permit AS permit WHERE permit.city_id = placed.city_id AND permit.id = placed.permit_id
             AND permit.channel = 'call')""",
    "calls in which a member was rung without a used permit": """
        SELECT count(*) FROM outreach_placedcall AS placed JOIN vault_permit AS permit ON permit.city_id = placed.city_id
           AND permit.id = placed.permit_id
         WHERE placed.city_id = %(city)s AND placed.member_at IS NOT NULL AND permit.used_at IS NULL""",
    "lines still busy": "SELECT count(*) FROM outreach_busyline WHERE city_id = %(city)s",
    "people who said no and are still in a pool or a hand": """
        SELECT count(*) FROM members_member AS member WHERE member.city_id = %(city)s AND member.suppressed_at IS NOT NULL
           AND (EXISTS (SELECT FROM pools_entry AS entry WHERE entry.city_id = member.city_id AND entry.member_id = member.id)
             OR EXISTS (SELECT FROM pools_holding AS held WHERE held.city_id = member.city_id AND held.member_id = member.id))""",
    "texts handed over, or members rung, after their no": """
        SELECT count(*) FROM members_member AS member WHERE member.city_id = %(city)s AND member.suppressed_at IS NOT NULL
           AND (EXISTS (SELECT FROM outreach_message AS text WHERE text.city_id = member.city_id AND text.member_id = member.id
                           AND text.handing_at > member.suppressed_at)
             OR EXISTS (SELECT FROM outreach_placedcall AS placed WHERE placed.city_id = member.city_id
                           AND placed.member_id = member.id AND placed.member_at > member.suppressed_at))""",
    "consultants' hours and days whose counts are not what calls say": """
        WITH counted AS (
            SELECT staff_id, span, begins, sum(calls) AS calls, sum(connects) AS connects, sum(refusals) AS refusals, sum(placed) AS placed
              FROM (SELECT staff_id, at, 1 AS calls, (outcome NOT IN ('no_answer', 'busy', 'invalid'))::int AS connects,
                           (outcome IN ('refused', 'married'))::int AS refusals, 0 AS placed FROM outreach_call WHERE city_id = %(city)s
                     UNION ALL
                    SELECT staff_id, at, 0, 0, 0, 1 FROM outreach_placedcall WHERE city_id = %(city)s) AS happened
             CROSS JOIN LATERAL (VALUES ('day', date_trunc('day', at, 'Asia/Shanghai')),
                                        ('hour', date_trunc('hour', at, 'Asia/Shanghai'))) AS step (span, begins)
             GROUP BY 1, 2, 3
        ), kept AS (SELECT staff_id, span, begins, calls, connects, refusals, placed FROM outreach_tally WHERE city_id = %(city)s)
        SELECT count(*) FROM kept FULL JOIN counted USING (staff_id, span, begins)
         WHERE (kept.calls, kept.connects, kept.refusals, kept.placed)
               IS DISTINCT FROM (counted.calls, counted.connects, counted.refusals, counted.placed)""",
}


def _count(query: str, city: City) -> int:
    return int(rows(query, city=city.city_id)[0][0] or 0)


def audit(city: City, told: Told, *, members: int) -> list[Check]:
    """Everything; a morning whose figures count has no line that is not sound."""
    from hongxian.kernel.clock import day_of
    from hongxian.outreach import counting

    claimed = _count("SELECT count(*) FROM pools_ledger WHERE city_id = %(city)s AND move = 'claimed'", city)
    placed = _count("SELECT count(*) FROM outreach_placedcall WHERE city_id = %(city)s", city)
    texts = _count("SELECT count(*) FROM outreach_message WHERE city_id = %(city)s", city)
    in_place = _count(
        "SELECT (SELECT count(*) FROM pools_entry WHERE city_id = %(city)s) + (SELECT count(*) FROM pools_holding WHERE city_id = %(city)s)"
        " + (SELECT count(*) FROM pools_resting WHERE city_id = %(city)s)"
        " + (SELECT count(*) FROM members_member WHERE city_id = %(city)s AND suppressed_at IS NOT NULL)",
        city,
    )
    noes = _count("SELECT count(*) FROM members_member WHERE city_id = %(city)s AND suppressed_at IS NOT NULL", city)
    counts, today = told.counts, day_of(datetime.now(UTC))
    found = [
        Check("claims that pages told = lines of the ledger", counts["claims"], claimed),
        Check("claims = quota used", claimed, _count("SELECT sum(used) FROM pools_quota WHERE city_id = %(city)s", city)),
        Check("members = in a pool, in a hand, resting, or never again", members, in_place),
        Check("calls that pages told = calls placed", counts["calls"], placed),
        Check("calls placed = permits for calls", placed, _permits("call", city)),
        Check("outcomes that pages told = outcomes filed by hand", counts["outcomes"], _filed("hand", city)),
        Check("nines that pages told = nines filed", counts["nines"], placed and _nines(city)),
        Check("texts that pages told = texts queued", counts["texts"], texts),
        Check("texts handed over = permits for texts", _handed(city), _permits("sms", city)),
        Check("noes: refused, nines, answers = people never again", _noes(told, city), noes),
        Check(
            "hours and days of texts that a recount has otherwise",
            len(counting.recount(city_id=city.city_id, since=today, until=today)),
            0,
        ),
    ]
    found += [Check(f"{what} = 0", _count(query, city), 0) for what, query in NOUGHT.items()]
    return [*found, *_log()]


def _permits(channel: str, city: City) -> int:
    return int(
        rows("SELECT count(*) FROM vault_permit WHERE city_id = %(c)s AND channel = %(ch)s", c=city.city_id, ch=channel)[0][0]
    )


def _filed(how: str, city: City) -> int:
    return int(
        rows("SELECT count(*) FROM outreach_call WHERE city_id = %(c)s AND filed = %(how)s", c=city.city_id, how=how)[0][0]
    )


def _nines(city: City) -> int:
    return _count("SELECT count(*) FROM outreach_placedcall WHERE city_id = %(city)s AND nine_at IS NOT NULL", city)


def _handed(city: City) -> int:
    return _count("SELECT count(*) FROM outreach_message WHERE city_id = %(city)s AND handed_at IS NOT NULL", city)


def _noes(told: Told, city: City) -> int:
    """Of those who said it in two ways only one counts: by the list of noes, a hash once."""
    said = told.counts["refused"] + told.counts["nines"] + told.counts["answers"]
    twice = _count(
        "SELECT count(*) - count(DISTINCT number_hash) FROM consent_suppression WHERE number_hash IN"
        " (SELECT number_hash FROM members_number WHERE city_id = %(city)s)",
        city,
    )
    return said - twice


def _log() -> list[Check]:
    """Each trace has its leaf for each member it names (one at least), and the verifier finds the log sound."""
    from hongxian.audit import verifying
    from hongxian.cli import company
    from hongxian.cli.sealer import signing_keys

    keys = [each.public_key().public_bytes_raw() for each in signing_keys()]
    leaves = rows("SELECT coalesce(sum(greatest(1, cardinality(member_ids))), 0)::bigint FROM audit_trace")[0][0]
    size = rows("SELECT size FROM audit_head")[0][0]
    with company.site().connect("auditor") as auditor:
        report = verifying.verify(connection=auditor, keys=keys, kept=None, now=datetime.now(UTC))
    return [
        Check("rows that traces ask for = rows in the log", int(leaves), int(size)),
        Check("findings of the log's verifier = 0", len(report.findings), 0),
    ]
