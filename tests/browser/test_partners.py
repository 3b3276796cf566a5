"""Operations make a partner's key, hand it over, and end it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor
    from tests.cast import Cast

pytestmark = pytest.mark.browser
ON = pytest.mark.parametrize(("phone", "language"), [(True, "zh-hans"), (False, "en")], ids=["phone", "desk"])


@ON
def test_a_key(people: Cast, visit: Callable[..., Visitor], *, phone: bool, language: str) -> None:
    visitor = visit(phone=phone, language=language)
    visitor.sign_in(people.operations)
    visitor.open("/desk/partners/")
    visitor.look(f"partners-{language}")
    page = visitor.page
    page.select_option("#city", str(people.city_id))
    page.fill("#name", "缘来网")
    page.fill("#why", "接口合作")
    page.click("section form button[type=submit]")
    page.wait_for_url("**/desk/partners/*/")
    visitor.look(f"partner-new-{language}")
    page.check("input[value=registrations]")
    page.check("input[value=events]")
    page.fill("#why", "正式使用")
    page.click("form[action$='/keys/'] button")
    key = page.locator("#key").inner_text()
    assert key.startswith("hx_")
    visitor.look(f"partner-key-{language}")
    page.fill("#url", "https://dating.example.com/hooks")
    page.fill("#hook-why", "接口合作")
    page.click("form[action$='/hook/'] button")
    assert page.locator("#key").count() == 0
    visitor.look(f"partner-hook-{language}")
    page.fill("td input[name=why]", "泄露")
    page.click("form[action$='/end/'] button >> nth=0")
    visitor.look(f"partner-ended-{language}")
    assert "泄露" in page.content()
