"""A campaign planned, and sent at what share of the rate at which Kannel takes texts from a bare client."""

from __future__ import annotations

import json
import statistics
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bench import _home, _shape

if TYPE_CHECKING:
    from hongxian.cli.kannel import Kannel
    from tests.cast import Cast
    from tests.gateways.crowds import Crowd

# One in five has no receipt, one in fifty rests.
MEMBERS = """
INSERT INTO members_member (city_id, person_id, state, number_hashes, store_id, origin, source, created_at, sex, birth_year, height_cm,
    education, income_band, marital, housing, car, home_city, district, occupation, intends, has_criteria, grade, grade_score, grade_inputs,
    profiling_off, contact_until, contacts)
SELECT %(city)s, nextval('members_member_id_seq'), 'live', ARRAY[sha256(('bench' || n)::bytea)], %(store)s, 'bench/' || n, '', now(), 'female',
       1970 + n %% 35, 150 + n %% 40, 'bachelor', '5k_10k', 'never_married', '', '', '', 'd' || n %% 16, '', false, false, 'C', 0, '{}', false,
       '2099-01-01', 0
  FROM generate_series(1, %(members)s) AS n
"""
ENTRIES = """
INSERT INTO pools_entry (city_id, member_id, pool_id, rank, sex, birth_year, height_cm, education, income_band, marital, district, since)
SELECT city_id, id, %(pool)s, 2::bigint << 40 | id, sex, birth_year, height_cm, 5, 3, 1, district, now()
  FROM members_member WHERE city_id = %(city)s
"""
RECEIPTS = """
INSERT INTO consent_receipt (city_id, member_id, purpose, given_on, valid_until, evidence, notice_hash, origin, recorded_at)
SELECT city_id, id, 'outreach.sms', current_date - 10, current_date + 700, 'signature', %(hash)s, 'bench', now() - interval '10 days'
  FROM members_member WHERE city_id = %(city)s AND id %% 5 > 0
"""
RESTING = """
INSERT INTO pools_resting (city_id, member_id, pool_id, until, reason)
SELECT city_id, id, %(pool)s, now() + interval '9 days', 'no_answer' FROM members_member WHERE city_id = %(city)s AND id %% 50 = 2
"""


def main() -> int:
    made = _shape.parser("campaign", __doc__, rows=100_000, rounds=3, quick_rows=5_000)
    made.add_argument("--members", type=int, dest="rows", help="the same as --rows: members of the audience that is planned")
    made.add_argument("--texts", type=int, help="texts sent in a round, either way; 0: none (2000)")
    made.add_argument("--outlook", action="store_true", help="the same audience tried out as well")
    asked = _shape.parse(made)
    if asked.texts is None:
        asked.texts = 200 if asked.quick else 2_000
    with _home.prepared():
        planned = _plan(asked.rows, tries=asked.outlook)
        sent = _send(asked.texts, asked.rounds) if asked.texts else {}
        ratio = sent.get("ratio")
        medians = {"planned": {"product": planned["planned_per_second"], "bare": None, "unit": "/s"}}
        if ratio is not None:
            medians["sent"] = {"product": sent["texts_per_second"], "bare": sent["bare_per_second"], "unit": "/s"}
        ratios = {} if ratio is None else {"sent": ratio}
        told = _shape.shaped("campaign", rows=asked.rows, rounds=asked.rounds, ratio=ratio, medians=medians, ratios=ratios)
        print(json.dumps(told | planned | sent))
    return 0


def _plan(members: int, *, tries: bool) -> dict[str, Any]:
    """Planned as the worker does it, batch after batch, every one a transaction."""
    from hongxian.consent.purposes import catalogue
    from hongxian.kernel.actor import Actor
    from hongxian.outreach import audiences, campaigns, planning
    from hongxian.pools.filtering import EVERYBODY
    from tests.cast import Cast, owner, run

    cast = Cast()
    print(f"filling a pool with {members:,} members …", file=sys.stderr)
    about = {"city": cast.city_id, "store": cast.east, "pool": cast.east_pool, "members": members}
    for statement in (MEMBERS, ENTRIES, RECEIPTS, RESTING):
        run(statement, hash=catalogue().purposes["outreach.sms"].notice_hash, **about)
    owner().execute("VACUUM ANALYZE members_member, pools_entry, consent_receipt, pools_resting")
    by = cast.chen.actor()
    audience = campaigns.audience_for(by=by, kind=audiences.UNHELD, pool_id=cast.east_pool, filters=EVERYBODY)
    campaign_id = _approved(cast, audience)
    begun = time.perf_counter()
    walked = planning.plan(
        by=Actor.system("bench", city_id=cast.city_id),
        city_id=cast.city_id,
        campaign_id=campaign_id,
        clock=lambda: datetime.now(UTC),
    )
    seconds = time.perf_counter() - begun
    print(f"{walked:,} members planned in {seconds:.1f} s")
    figures = {"planned": walked, "plan_seconds": round(seconds, 1), "planned_per_second": round(walked / seconds)}
    if tries:
        begun = time.perf_counter()
        now, version_id = datetime.now(UTC), _version()
        outlook = audiences.outlook(by=by, audience=audience, purpose="outreach.sms", version_id=version_id, now=now)
        figures["try_seconds"] = round(time.perf_counter() - begun, 1)
        print(f"tried out in {figures['try_seconds']} s: {outlook.reached:,} of {outlook.audience:,}, {dict(outlook.left_out)}")
    return figures


def _version() -> int:
    from tests.outreach.messages import version_of

    return version_of(body="{alias}您好，本周六{store}有交友活动，欢迎参加。")


def _approved(cast: Cast, audience: Any) -> int:
    from hongxian.outreach import campaigns
    from tests.conftest import signed_in_as

    now = datetime.now(UTC)
    with signed_in_as("desk"):
        campaign_id = campaigns.ask(
            by=cast.chen.actor(), name="速", why="速", audience=audience, version_id=_version(), request_key=uuid4(), now=now
        )
        campaigns.approve(by=cast.zheng.actor(), city_id=cast.city_id, campaign_id=campaign_id, now=now)
    return campaign_id


def _send(texts: int, rounds: int) -> dict[str, Any]:
    """Rounds of either kind in turn: a campaign through the company's own worker, and the same texts by a bare client."""
    from django.conf import settings

    from hongxian.cli import kannel, processes
    from hongxian.cli.company import running
    from tests.outreach.conftest import zone_at_noon

    if kannel.programs() is None:
        print("Kannel is not installed: nothing sent")
        return {}
    product, alone = [], []
    with running("keeper"), kannel.Kannel(folder=settings.HOME.run / "kannel") as box:
        settings.SMS_GATEWAY = "kannel"
        time.sleep(2)  # its boxes have found each other
        with processes.running("worker", box.environment()):
            for _ in range(rounds):
                alone.append(bare(box, texts))
                product.append(through(crowd(texts, zone_at_noon())))
                print(f"  bare {alone[-1]:8,.0f} texts/s   campaign {product[-1]:8,.0f} texts/s")
    return {
        "ratio": round(statistics.median(product) / statistics.median(alone), 3),
        "texts_per_second": round(statistics.median(product)),
        "bare_per_second": round(statistics.median(alone)),
        "texts": texts,
    }


def crowd(texts: int, timezone: str) -> Crowd:
    from tests.cast import Cast
    from tests.gateways.crowds import Crowd

    cast = Cast(timezone=timezone)
    crowd = Crowd(cast, cast.lan)
    crowd.grow(texts)
    return crowd


def through(crowd: Crowd) -> float:
    """A campaign to all of them: asked, approved, planned and sent by the worker; texts a second from the first to the last."""
    from hongxian.outreach import audiences, campaigns
    from hongxian.pools.filtering import EVERYBODY
    from tests.cast import rows

    cast = crowd.cast
    audience = campaigns.audience_for(by=cast.chen.actor(), kind=audiences.LIBRARY, pool_id=None, filters=EVERYBODY)
    campaign_id = _approved(cast, audience)
    query = (
        "SELECT count(*) FILTER (WHERE state IN ('waiting', 'handing')), count(handed_at),"
        " extract(epoch FROM max(handed_at) - min(handing_at))::float8 FROM outreach_message"
        " WHERE city_id = %(c)s AND campaign_id = %(i)s"
    )
    for _ in range(1_200):
        left, handed, seconds = rows(query, c=cast.city_id, i=campaign_id)[0]
        if handed and not left:
            return float(handed / seconds)
        time.sleep(0.1)
    message = f"{left} texts never left"
    raise RuntimeError(message)


def bare(box: Kannel, texts: int) -> float:
    """Nothing but HTTP: as many connections as the product has, each posting one text after another."""
    from hongxian.cli import kannel
    from hongxian.outreach.gateways.kannel import Kannel
    from hongxian.outreach.gateways.port import TAKEN, Outgoing, Ref

    now = datetime.now(UTC)
    text = "【红线·门店】会员女士您好，本周六门店有交友活动，欢迎参加。 回T退订，停止一切联系：http://localhost:8001/s/abcdefgh"
    batch = [Outgoing(ref=Ref(1, now, place), number="+8613800138000", text=text) for place in range(texts)]
    client = Kannel(url=box.url, user=kannel.USER, password=box.password, stand_in=True)
    try:
        begun = time.perf_counter()
        answers = client.hand_over(batch, now=now)
        seconds = time.perf_counter() - begun
    finally:
        client.close()
    if any(each.answer != TAKEN for each in answers):
        message = "Kannel did not take every text"
        raise RuntimeError(message)
    return texts / seconds


if __name__ == "__main__":
    raise SystemExit(main())
