"""Somebody new comes in: the list tried, the one-time code, the password they choose; and the pages of places and of all changes."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import PASSWORD
from tests.owner import rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor
    from tests.cast import Cast

pytestmark = pytest.mark.browser
ON = pytest.mark.parametrize(("phone", "language"), [(True, "zh-hans"), (False, "en")])


@ON
def test_somebody_new_comes_in(people: Cast, visit: Callable[..., Visitor], *, phone: bool, language: str) -> None:
    [(store,)] = rows("SELECT code FROM org_store WHERE id = %(id)s", id=people.east)
    [(team,)] = rows("SELECT name FROM org_team WHERE id = %(id)s", id=people.team)
    office = visit(phone=phone, language=language)
    office.sign_in(people.operations)
    for path, name in (("places/", "places"), ("history/", "changes"), ("people/", "people")):
        office.open(f"/desk/office/{path}")
        office.look(f"office-{name}-{language}")
    number = f"N{secrets.token_hex(4)}"
    page = office.page
    page.fill("#employee_no", number)
    page.fill("#name", "王新")
    page.fill("#alias", f"新新{number[-3:]}老师")
    page.select_option("#store", store)
    page.select_option("#team", f"{store} · {team}")
    page.click("form:has(#employee_no) button")
    page.fill("#why", "新同事")
    office.look(f"office-check-{language}")
    page.click("form:has(#why) button")
    code = page.locator("code").first.inner_text()
    office.look(f"office-codes-{language}")
    newcomer = visit(phone=phone, language=language)
    newcomer.open("/welcome/")
    newcomer.look(f"office-welcome-{language}")
    newcomer.page.fill("#employee_no", number)
    newcomer.page.fill("#code", code)
    newcomer.page.fill("#password", PASSWORD)
    newcomer.page.fill("#again", PASSWORD)
    newcomer.page.click("main button[type=submit]")
    newcomer.page.wait_for_url("**/login/")
    [(account,)] = rows("SELECT account_id FROM org_staff WHERE employee_no = %(n)s", n=number)
    assert account is not None
