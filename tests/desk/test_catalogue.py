"""/desk/catalogue/ and /desk/receipts/: what the privacy office sees of purposes, and signs."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from hongxian.consent.purposes import catalogue
from hongxian.kernel.clock import day_of
from tests import cast as casting
from tests.consent.conftest import assess, assessed

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.cast import Cast, Person

__all__ = ["assessed"]
FORM = {"necessity": "为什么非要这样做不可", "risks": "可能发生什么样的坏事情", "measures": "我们采取了哪些保护措施"}


@pytest.mark.usefixtures("assessed")
class TestCatalogue:
    def test_lists_every_purpose_with_how_it_stands(self, cast: Cast, sign_in: Callable[[Person], Client]) -> None:
        assess("outreach.sms", ended=True)
        assess("outreach.call", days=10)
        page = sign_in(cast.operations).get("/desk/catalogue/").content.decode()
        for purpose in catalogue().purposes.values():
            assert f"/desk/catalogue/{purpose.name}/" in page
            assert purpose.zh in page
        assert "影响评估已撤回，已暂停" in page
        assert "还有 10 天到期" in page
        assert "1 个用途已暂停" in page

    def test_gives_the_register_as_files(self, cast: Cast, sign_in: Callable[[Person], Client]) -> None:
        browser = sign_in(cast.auditor)
        sheet = load_workbook(io.BytesIO(browser.get("/desk/catalogue/register.xlsx").content)).active
        assert sheet is not None
        assert {row[0] for row in sheet.iter_rows(min_row=2, values_only=True)} == set(catalogue().purposes)
        text = browser.get("/desk/catalogue/register.md").content.decode()
        assert "## 处理活动记录" in text
        assert "## Register of processing" in text

    def test_of_one_purpose_shows_both_languages_and_what_no_assessment_names(
        self, cast: Cast, sign_in: Callable[[Person], Client]
    ) -> None:
        purpose = catalogue().purposes["outreach.sms"]
        assess("outreach.sms", fields=sorted(purpose.fields - {"district"}))
        page = sign_in(cast.auditor).get("/desk/catalogue/outreach.sms/").content.decode()
        assert purpose.notice_zh in page
        assert purpose.notice_en in page
        assert "影响评估没有包括的内容，暂不提供：所在区" in page
        assert "撤回这份评估" not in page  # the auditor signs nothing

    def test_of_an_unknown_purpose_is_not_found(self, cast: Cast, sign_in: Callable[[Person], Client]) -> None:
        browser = sign_in(cast.privacy_officer)
        for path in ("", "assessment/"):
            assert browser.get(f"/desk/catalogue/curiosity/{path}").status_code == 404


@pytest.mark.usefixtures("assessed")
class TestAssessment:
    def test_is_signed_at_the_desk(self, cast: Cast, sign_in: Callable[[Person], Client]) -> None:
        assess("outreach.sms", ended=True)
        browser, purpose = sign_in(cast.privacy_officer), catalogue().purposes["outreach.sms"]
        page = browser.get("/desk/catalogue/outreach.sms/assessment/").content.decode()
        assert purpose.notice_hash in page
        form = FORM | {"notice_hash": purpose.notice_hash, "until": (day_of(casting.now()) + timedelta(days=90)).isoformat()}
        ticked = {"field": sorted(purpose.fields), "role": sorted(purpose.roles)}
        answer = browser.post("/desk/catalogue/outreach.sms/assessment/", form | ticked)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/catalogue/outreach.sms/")
        page = browser.get("/desk/catalogue/outreach.sms/").content.decode()
        assert "privacy_officer老师" in page
        assert FORM["risks"] in page

    def test_that_is_incomplete_keeps_what_was_written(self, cast: Cast, sign_in: Callable[[Person], Client]) -> None:
        form = FORM | {"notice_hash": "0" * 32, "until": (day_of(casting.now()) + timedelta(days=90)).isoformat()}
        browser = sign_in(cast.privacy_officer)
        without = browser.post("/desk/catalogue/outreach.sms/assessment/", form)
        assert (without.status_code, FORM["risks"] in without.content.decode()) == (422, True)
        stale = browser.post("/desk/catalogue/outreach.sms/assessment/", {**form, "field": ["number"], "role": ["system"]})
        assert (stale.status_code, "请重新核对" in stale.content.decode()) == (409, True)

    def test_is_taken_back_at_the_desk(self, cast: Cast, sign_in: Callable[[Person], Client]) -> None:
        browser = sign_in(cast.privacy_officer)
        assert browser.post("/desk/catalogue/outreach.sms/end/", {"reason": ""}).status_code == 422
        assert browser.post("/desk/catalogue/outreach.sms/end/", {"reason": "供应商换了"}).status_code == 303
        page = browser.get("/desk/catalogue/outreach.sms/").content.decode()
        assert "供应商换了" in page
        assert browser.post("/desk/catalogue/outreach.sms/end/", {"reason": "再来"}).status_code == 409


class TestReceipts:
    def test_say_which_count_today_and_why_others_do_not(self, cast: Cast, sign_in: Callable[[Person], Client]) -> None:
        member = cast.member(held_by=cast.lan)
        casting.receipt(member, "pool.grading", notice_hash="0" * 32)
        casting.withdrawal(member, "outreach.sms")
        no = f"{cast.code}{member.member_id:09d}"
        answer = sign_in(cast.privacy_officer).get(f"/desk/receipts/?no={no}")
        page = answer.content.decode()
        assert answer.status_code == 200
        for words in ("有效", "已撤回", "告知文本已改，须重新同意", "电话联系", "短信联系"):
            assert words in page, words
        assert not [secret for secret in (*member.secrets, member.alias) if secret in page]
        trace = casting.traces(member)[-1]
        assert (trace[0], trace[1], trace[3], trace[6]) == (
            "consent.receipts",
            "audit",
            "allowed",
            ["resource_no", "consent_state"],
        )

    @pytest.mark.parametrize("no", ["x", "SH", "SH999999999", "SH99999999999999999999999", "SH１２"])
    def test_of_nobody_say_so(self, cast: Cast, sign_in: Callable[[Person], Client], no: str) -> None:
        answer = sign_in(cast.privacy_officer).get("/desk/receipts/", {"no": no})
        assert answer.status_code == 404

    def test_without_a_number_show_the_form_only(self, cast: Cast, sign_in: Callable[[Person], Client]) -> None:
        assert sign_in(cast.auditor).get("/desk/receipts/").status_code == 200
