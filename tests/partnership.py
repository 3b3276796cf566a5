"""A partner of a city with its key, as a test has it: through the door in the desk's role, and what the worker then does."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client

from hongxian.consent.purposes import catalogue
from hongxian.kernel.clock import day_of
from hongxian.partners import doing, keeping, telling
from hongxian.partners.scopes import PURPOSES, Scope
from tests.cast import Cast, now, rows
from tests.conftest import signed_in_as

ALL = tuple(scope.value for scope in Scope)


def number() -> str:
    return f"+861380013{secrets.randbelow(10_000):04d}"


@dataclass(slots=True)
class Partner:
    """A partner of the cast's city."""

    cast: Cast
    scopes: tuple[str, ...] = ALL
    a_minute: int = 6_000
    partner_id: int = 0
    key: str = ""
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True, raise_request_exception=True))

    def __post_init__(self) -> None:
        by = self.cast.operations.actor()
        with signed_in_as("desk"):
            self.partner_id = keeping.add(
                by=by, city_id=self.cast.city_id, name=f"缘来网 {secrets.token_hex(4)}", why="接口合作", now=now()
            )
        self.key = self.new_key()

    def new_key(self, *, scopes: tuple[str, ...] = (), a_minute: int = 0) -> str:
        with signed_in_as("desk"):
            shown = keeping.add_key(
                by=self.cast.operations.actor(),
                partner_id=self.partner_id,
                scopes=scopes or self.scopes,
                a_minute=a_minute or self.a_minute,
                expires_on=day_of(now()) + timedelta(days=90),
                why="接口合作",
                now=now(),
            )
        return shown.secret

    def post(self, path: str, body: object, *, key: str | None = None, idem: str = "", **headers: str) -> HttpResponse:
        given = {"Authorization": f"Bearer {self.key if key is None else key}", "Idempotency-Key": idem or uuid4().hex} | headers
        raw = body if isinstance(body, (bytes, str)) else json.dumps(body)
        headers = {name: value for name, value in given.items() if value}
        return self.client.post(f"/api/v1/{path}", data=raw, content_type="application/json", headers=headers)  # type: ignore[return-value] # Django's test response

    def get(self, path: str, *, key: str | None = None) -> HttpResponse:
        shown = self.key if key is None else key
        return self.client.get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {shown}"})  # type: ignore[return-value] # see above

    def registration(self, number: str, *, consents: tuple[str, ...] = ("outreach.call", "outreach.sms"), **person: Any) -> Any:
        return {
            "store": f"{self.cast.code}E",
            "person": {"number": number, "name": "欧阳晓晓", "sex": "female", "birth": "1990-03-05"} | person,
            "consents": [yes(purpose) for purpose in consents],
        }

    def work(self) -> int:
        """What the worker does: everything that waits in the city."""
        with signed_in_as("worker"):
            done = 0
            while some := doing.do_city(city_id=self.cast.city_id, now=now()):
                done += some
            return done

    def tell(self, *, later: timedelta = timedelta(0)) -> int:
        with signed_in_as("worker"):
            return telling.tell_due(city_id=self.cast.city_id, now=now() + later)

    def states(self) -> list[tuple[str, str, str]]:
        query = "SELECT kind, state, reason FROM partners_request WHERE city_id = %(c)s AND partner_id = %(p)s ORDER BY id"
        return [tuple(row) for row in rows(query, c=self.cast.city_id, p=self.partner_id)]


def yes(purpose: str = "outreach.call", **other: str) -> dict[str, str]:
    assert purpose in PURPOSES
    notice = catalogue().purposes[purpose].notice_hash
    return {"purpose": purpose, "notice": notice, "given_on": day_of(now()).isoformat(), "how": "ticked"} | other
