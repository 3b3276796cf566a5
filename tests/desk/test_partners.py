"""/desk/partners/: keys that are shown once, ended at once, with who and why."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from hongxian.kernel.clock import day_of
from hongxian.partners import taking
from tests.owner import now, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]


def partner_of(cast: Cast, client: Client, name: str = "缘来网") -> str:
    answer = client.post("/desk/partners/", {"city": cast.city_id, "name": name, "why": "接口合作"})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def key_form(**more: Any) -> dict[str, Any]:
    until = day_of(now()) + timedelta(days=90)
    return {"scopes": ["events", "consents"], "a_minute": "60", "expires_on": until.isoformat(), "why": "接口合作"} | more


def secret_in(page: str, name: str) -> str:
    found = re.search(rf'id="{name}">([^<]+)<', page)
    assert found is not None
    return found[1]


class TestKeys:
    def test_are_shown_once_and_open_what_they_are_good_for(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.operations)
        page = partner_of(cast, client)
        answer = client.post(f"{page}keys/", key_form())
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        shown = secret_in(answer.content.decode(), "key")
        found = taking.key_of(shown=shown, now=now())
        assert (found.city_id, list(found.scopes), found.a_minute) == (cast.city_id, ["consents", "events"], 60)
        assert shown not in client.get(page).content.decode()
        end = f"{page}keys/{found.key_id}/end/"
        assert client.post(end, {"why": "泄露"}).status_code == 303
        with pytest.raises(taking.NoKey):
            taking.key_of(shown=shown, now=now())
        assert client.post(end, {"why": "再次"}).status_code == 409
        told = client.get(page).content.decode()
        assert "泄露" in told
        assert "停用密钥" in told
        changes = rows(
            "SELECT action, why FROM audit_change WHERE staff_id = %(s)s AND action LIKE 'partners.%%' ORDER BY id",
            s=cast.operations.staff_id,
        )
        assert changes == [("partners.partner.add", "接口合作"), ("partners.key.add", "接口合作"), ("partners.key.end", "泄露")]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"scopes": []},
            {"scopes": ["everything"]},
            {"a_minute": "0"},
            {"a_minute": "99999"},
            {"expires_on": "2020-01-01"},
            {"expires_on": "2199-01-01"},
            {"why": " "},
        ],
    )
    def test_that_make_no_sense_are_refused(self, cast: Cast, sign_in: SignIn, wrong: dict[str, Any]) -> None:
        client = sign_in(cast.operations)
        page = partner_of(cast, client)
        assert client.post(f"{page}keys/", key_form(**wrong)).status_code == 422
        assert rows("SELECT 1 FROM partners_key WHERE made_by = %(s)s", s=cast.operations.staff_id) == []

    def test_of_a_partner_that_was_ended_are_dead_and_no_new_one_is_made(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.operations)
        page = partner_of(cast, client)
        shown = secret_in(client.post(f"{page}keys/", key_form()).content.decode(), "key")
        assert client.post(f"{page}end/", {"why": "合同到期"}).status_code == 303
        with pytest.raises(taking.NoKey):
            taking.key_of(shown=shown, now=now())
        assert client.post(f"{page}keys/", key_form()).status_code == 409
        assert client.post(f"{page}end/", {"why": "再次"}).status_code == 409


class TestPartners:
    def test_have_a_name_of_their_own_in_their_city(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.operations)
        partner_of(cast, client)
        form = {"city": cast.city_id, "name": "缘来网", "why": "x"}
        assert client.post("/desk/partners/", form).status_code == 422
        assert client.post("/desk/partners/", form | {"city": 2**30, "name": "别的"}).status_code == 404
        assert client.post("/desk/partners/", form | {"name": "x" * 60}).status_code == 422


class TestHooks:
    @pytest.mark.parametrize(
        "url",
        [
            "http://dating.example.com/",
            "https://127.0.0.1/",
            "https://10.0.0.8/hook",
            "https://[::1]/",
            "https://localhost/",
            "https://db.internal/",
            "https://user:pw@dating.example.com/",
            "ftp://dating.example.com/",
            "https://dating.example.com:0/",
            "https://",
            "https://dating.example.com/#x",
            "javascript:alert(1)",
        ],
    )
    def test_lead_out_of_the_house_alone(self, cast: Cast, sign_in: SignIn, url: str) -> None:
        client = sign_in(cast.operations)
        page = partner_of(cast, client)
        assert client.post(f"{page}hook/", {"url": url, "why": "x"}).status_code == 422
        assert rows("SELECT 1 FROM partners_hook WHERE made_by = %(s)s", s=cast.operations.staff_id) == []

    def test_are_one_at_a_time_sealed_and_ended(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.operations)
        page = partner_of(cast, client)
        for host in ("dating.example.com", "www.example.org"):
            answer = client.post(f"{page}hook/", {"url": f"https://{host}/secret-path", "why": "接口合作"})
            secret = secret_in(answer.content.decode(), "hook-secret")
            assert secret not in client.get(page).content.decode()
        kept = rows(
            "SELECT host, ended_at IS NULL, sealed FROM partners_hook WHERE made_by = %(s)s ORDER BY id",
            s=cast.operations.staff_id,
        )
        assert [(host, runs) for host, runs, _ in kept] == [("dating.example.com", False), ("www.example.org", True)]
        assert all(b"secret-path" not in bytes(sealed) for _, _, sealed in kept)
        assert client.post(f"{page}hook/end/", {"why": "不再需要"}).status_code == 303
        assert client.post(f"{page}hook/end/", {"why": "再次"}).status_code == 409
