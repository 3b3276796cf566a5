"""The addresses of partners for test_urls.py: headquarters' operations alone."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from hongxian.kernel.clock import day_of
from tests import owner as casting

if TYPE_CHECKING:
    from tests.cast import Cast, Someone

PARTNER = "desk/partners/<int:partner_id>/"
#       no   gone untr expi lan  mei  chen zhen wu   xu   oper priv frau audi trai
RUN = "302  302  403  403  403  403  403  403  403  403  {0}  403  403  403  403"
TABLE = {
    ("desk/partners/", "GET"): RUN.format(200),
    ("desk/partners/", "POST"): RUN.format(422),
    (PARTNER, "GET"): RUN.format(200),
    (PARTNER + "keys/", "POST"): RUN.format(422),
    (PARTNER + "keys/<int:key_id>/end/", "POST"): RUN.format(422),
    (PARTNER + "hook/", "POST"): RUN.format(422),
    (PARTNER + "hook/end/", "POST"): RUN.format(422),
    (PARTNER + "end/", "POST"): RUN.format(422),
}
FOREIGN = {key: "operations" for key in TABLE if "partner_id" in key[0]}
COMPLETE = {
    "keys/": {"scopes": ["events"], "a_minute": "60", "expires_on": str(day_of(casting.now()) + timedelta(days=9)), "why": "x"},
    "hook/": {"url": "https://dating.example.com/hook", "why": "x"},
    "end/": {"why": "x"},
}


def plant(cast: Cast, _member: Someone) -> dict[str, int]:
    """A partner with a key."""
    about = {"made_by": cast.operations.staff_id, "made_at": casting.now(), "why": "x"}
    partner_id = casting.insert("partners_partner", city_id=cast.city_id, name=f"合作方 {secrets.token_hex(4)}", **about)
    key_id = casting.insert(
        "partners_key",
        partner_id=partner_id,
        digest=secrets.token_bytes(32),
        scopes=["events"],
        a_minute=60,
        expires_on=day_of(casting.now()) + timedelta(days=9),
        **about,
    )
    return {"partner_id": partner_id, "key_id": key_id}


def others(_cast: Cast, _elsewhere: Cast, _who: str) -> list[dict[str, int]]:
    """Partners are the company's: nobody's is foreign, so that only numbers that nobody has are asked for."""
    return [{"partner_id": number, "key_id": number} for number in (2**53, 2**53 + 1, 2**62, 2**53 + 7, 2**80)]
