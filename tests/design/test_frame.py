"""The frame around every page: closed headers, a menu of what somebody may do, and nothing from elsewhere."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from hongxian.design import context, menu, security, sprite
from hongxian.kernel.actor import Actor
from hongxian.kernel.permissions import Role

DESIGN = Path(security.__file__).parent
TEMPLATES = sorted([*DESIGN.glob("templates/**/*.html"), *DESIGN.parent.glob("desk/templates/**/*.html")])


def somebody(role: Role, *, trained: bool = True) -> Actor:
    return Actor(staff_id=1, role=role, alias="兰", city_id=1, store_name="东店", trained=trained, agreement_live=True)


def a_request(path: str = "/desk/", actor: Actor | None = None) -> HttpRequest:
    request = RequestFactory().get(path)
    request.session = {}  # type: ignore[assignment]  # only the fallback storage of messages looks at it
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]  # what the messages middleware sets
    if actor:
        request.actor = actor  # type: ignore[attr-defined]  # set by the desk's sign-in
    return request


class TestHeaders:
    def answer(self, path: str) -> HttpResponse:
        loose = HttpResponse(headers={"Content-Security-Policy": "default-src *", "Cache-Control": "public"})
        return security.ContentSecurityPolicy(lambda _request: loose)(RequestFactory().get(path))

    def test_cannot_be_loosened_by_a_page(self) -> None:
        policy = self.answer("/desk/")["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert "*" not in policy

    def test_keep_pages_out_of_every_cache_but_not_static_files(self) -> None:
        assert self.answer("/desk/")["Cache-Control"] == "no-store"
        assert self.answer("/static/hongxian/app.css")["Cache-Control"] == "public"


class TestMenu:
    def test_shows_only_what_the_actor_may_open(self) -> None:
        assert [item.path for item in menu.menu_of(somebody(Role.CONSULTANT), path="/")] == [
            "/desk/",
            "/desk/pools/",
            "/desk/visits/",
            "/desk/contracts/",
            "/desk/texts/",
            "/desk/templates/",
            "/desk/training/",
        ]

    def test_leaves_nothing_about_members_before_the_training_is_passed(self) -> None:
        items = menu.menu_of(somebody(Role.CONSULTANT, trained=False), path="/desk/training/")
        assert [(item.path, item.current) for item in items] == [("/desk/templates/", False), ("/desk/training/", True)]

    def test_marks_the_closest_entry(self) -> None:
        items = menu.menu_of(somebody(Role.CONSULTANT), path="/desk/pools/7/")
        assert [item.path for item in items if item.current] == ["/desk/pools/"]

    def test_names_icons_that_exist(self) -> None:
        assert {entry.icon for entry in menu.ENTRIES} <= sprite.names()


class TestBase:
    def test_says_who_is_signed_in_in_the_language_of_the_page(self) -> None:
        request = a_request(actor=somebody(Role.TEAM_MANAGER))
        with translation.override("en"):
            english = render_to_string("design/base.html", request=request)
        with translation.override("zh-hans"):
            chinese = render_to_string("design/base.html", request=request)
        assert 'lang="en"' in english
        assert "Team manager · 东店" in english
        assert 'lang="zh-Hans"' in chinese
        assert "团队主管 · 东店" in chinese

    def test_offers_no_menu_and_no_name_to_a_stranger(self) -> None:
        page = render_to_string("design/base.html", request=a_request())
        assert "hx-account" not in page
        assert "hx-menu-entry" not in page

    @pytest.mark.parametrize("code", [400, 403, 404, 500])
    def test_shows_errors_without_any_context(self, code: int) -> None:
        assert f">{code}<" in render_to_string(f"{code}.html")

    @pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
    def test_holds_nothing_that_the_policy_forbids(self, path: Path) -> None:
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:|hx-on|hx-vals='js", source)
        assert not re.search(r"<script(?![^>]*\ssrc=)", source)
        assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", source)

    def test_ships_files_that_load_nothing_from_elsewhere(self) -> None:
        for path in [*DESIGN.glob("static/**/*.css"), *DESIGN.glob("static/**/*.js")]:
            source = path.read_text(encoding="utf-8")
            assert "sourceMappingURL" not in source, path
            assert not re.search(r"""@import|url\(["']?(?:https?:)?//""", source), path


class TestTags:
    def render(self, source: str, language: str = "zh-hans", **values: object) -> str:
        frame = context.company(a_request())["company"]
        with translation.override(language):
            return Template("{% load design %}" + source).render(Context({"company": frame, **values}))

    def test_refuses_an_icon_that_does_not_exist(self) -> None:
        with pytest.raises(sprite.NoSuchIcon):
            self.render("{% icon 'no-such-thing' %}")

    def test_a_moment_is_of_the_companys_day(self) -> None:
        """Ten past midnight in Shanghai is another day than in Greenwich."""
        at = datetime(2026, 11, 26, 16, 10, tzinfo=UTC)
        assert "11月27日 周五" in self.render("{% day at %}", at=at)

    def test_hides_decoration_from_screen_readers_and_names_the_rest(self) -> None:
        assert 'aria-hidden="true"' in self.render("{% icon 'phone' %}")
        assert 'aria-label="&lt;b&gt;"' in self.render("{% icon 'phone' label=label %}", label="<b>")

    @pytest.mark.parametrize(
        ("letter", "shown"), [("A", "hx-grade-a"), ("E", "hx-grade-e"), ("", "hx-grade-none"), ("AB", "hx-grade-none")]
    )
    def test_shows_a_grade(self, letter: str, shown: str) -> None:
        assert shown in self.render("{% grade letter %}", letter=letter)

    @pytest.mark.parametrize(("used", "state"), [(0, "fine"), (16, "low"), (20, "spent"), (25, "spent")])
    def test_colours_a_quota_by_what_is_left(self, used: int, state: str) -> None:
        assert f"hx-quota-{state}" in self.render("{% quota '店内公海' used 20 %}", used=used)

    def test_survives_a_share_of_nothing(self) -> None:
        assert "0%" in self.render("{% percent_bar '接通率' 0 0 %}")

    def test_writes_a_time_for_people_and_for_machines(self) -> None:
        text = self.render("{% moment at %}", "en", at=datetime(2020, 1, 2, 3, 4, tzinfo=UTC))
        assert text == '<time datetime="2020-01-02T03:04:00+00:00">Thu 2 Jan 2020 11:04</time>'

    def test_has_an_english_text_for_every_chinese_one_of_its_own(self) -> None:
        chinese = re.compile(r"[一-鿿]")
        page = render_english("design/base.html", somebody(Role.STORE_MANAGER)).replace("红线", "").replace("中文", "")
        assert not chinese.search(page.replace("兰", "").replace("东店", ""))


def render_english(name: str, actor: Actor) -> str:
    with translation.override("en"):
        return render_to_string(name, request=a_request(actor=actor))
