"""The sample organisation: three cities, six stores, their agreements and pools. What is there already stays as it is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from hongxian.kernel.clock import day_of

if TYPE_CHECKING:
    from datetime import date

LOCK = 7_101  # two commands on a fresh home at the same time: one makes it, the other finds it
AGREEMENT_SINCE, AGREEMENT_UNTIL = timedelta(days=400), timedelta(days=700)

CITIES = (("SH", "上海", "Shanghai"), ("HZ", "杭州", "Hangzhou"), ("SZ", "苏州", "Suzhou"))
# code, 中文, English, franchise; the city is in the code
STORES = (
    ("SH01", "静安店", "Jing'an", False),
    ("SH02", "徐汇店", "Xuhui", False),
    ("SH03", "浦东店", "Pudong", True),
    ("HZ01", "西湖店", "West Lake", False),
    ("HZ02", "拱墅店", "Gongshu", True),
    ("SZ01", "姑苏店", "Gusu", False),
)

_CITY = "INSERT INTO org_city (code, name, name_en, timezone) VALUES (%s, %s, %s, 'Asia/Shanghai') ON CONFLICT DO NOTHING"
_STORE = """
INSERT INTO org_store (city_id, code, name, name_en, franchise, active)
SELECT city.id, %(code)s::text, %(name)s::text, %(name_en)s::text, %(franchise)s::boolean, true
  FROM org_city AS city WHERE city.code = left(%(code)s::text, 2)
    ON CONFLICT DO NOTHING
"""
# An agreement that has ended is not renewed by itself: only a store without any gets one.
_AGREEMENT = """
INSERT INTO org_agreement (store_id, signed_on, expires_on)
SELECT store.id, %(signed_on)s::date, %(expires_on)s::date FROM org_store AS store
 WHERE store.code = ANY (%(codes)s::text[])
   AND NOT EXISTS (SELECT FROM org_agreement AS agreement WHERE agreement.store_id = store.id)
"""
_POOLS = """
INSERT INTO pools_pool (city_id, store_id, kind)
SELECT store.city_id, store.id, 'store' FROM org_store AS store WHERE store.code = ANY (%(codes)s::text[])
 UNION ALL
SELECT city.id, NULL, 'city' FROM org_city AS city WHERE city.code = ANY (%(cities)s::text[])
    ON CONFLICT DO NOTHING
"""
_COMPLETE = """
SELECT (SELECT count(*) FROM org_store AS store
          JOIN org_agreement AS agreement ON agreement.store_id = store.id
          JOIN pools_pool AS of_store ON of_store.store_id = store.id
          JOIN pools_pool AS of_city ON of_city.city_id = store.city_id AND of_city.kind = 'city'
         WHERE store.code = ANY (%(codes)s::text[])) >= cardinality(%(codes)s::text[])
"""


def ensure(today: date | None = None) -> bool:
    """Make what is missing of the sample organisation; True when something was."""
    codes = [code for code, *_ in STORES]
    given = {"codes": codes, "cities": [code for code, *_ in CITIES]}
    with connection.cursor() as cursor:
        cursor.execute(_COMPLETE, given)
        if cursor.fetchone() == (True,):
            return False
        with transaction.atomic():
            cursor.execute("SELECT pg_advisory_xact_lock(%s::bigint)", [LOCK])
            for city in CITIES:
                cursor.execute(_CITY, city)
            for code, name, name_en, franchise in STORES:
                cursor.execute(_STORE, {"code": code, "name": name, "name_en": name_en, "franchise": franchise})
            day = today or day_of(timezone.now())
            cursor.execute(_AGREEMENT, {**given, "signed_on": day - AGREEMENT_SINCE, "expires_on": day + AGREEMENT_UNTIL})
            cursor.execute(_POOLS, given)
    return True
