"""What changed between the text that somebody said yes to and today's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from hongxian.consent import differing
from hongxian.consent.purposes import FILE, Catalogue, catalogue
from tests import cast as casting

if TYPE_CHECKING:
    from pathlib import Path


def edited(tmp_path: Path, *pairs: tuple[str, str]) -> Catalogue:
    """The catalogue after edits to its file."""
    text = FILE.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    file = tmp_path / "purposes.toml"
    file.write_text(text, encoding="utf-8")
    return catalogue(file)


class TestBetween:
    def test_names_what_was_added_and_removed_and_which_words_changed(self, tmp_path: Path) -> None:
        old = catalogue().purposes["outreach.call"]
        new = edited(
            tmp_path,
            ('fields = ["alias", "number", "district", "best_time"', 'fields = ["alias", "number", "wechat", "best_time"'),
            ('roles = ["consultant", "system"]', 'roles = ["consultant", "store_manager", "system"]'),
            ("您可以随时撤回。", "您随时可以撤回。"),
        ).purposes["outreach.call"]
        found = differing.between(json.loads(old.shown), new)
        assert (found.fields_added, found.fields_removed) == (("wechat",), ("district",))
        assert (found.roles_added, found.roles_removed) == (("store_manager",), ())
        assert [(each.what, each.before[-8:], each.after[-8:]) for each in found.changed] == [
            ("notice_zh", "您可以随时撤回。", "您随时可以撤回。")
        ]
        assert not found.nothing

    def test_of_the_same_text_is_nothing(self) -> None:
        purpose = catalogue().purposes["outreach.call"]
        assert differing.between(json.loads(purpose.shown), purpose).nothing


@pytest.mark.usefixtures("home")
class TestDifference:
    def test_is_known_for_every_text_that_was_ever_shown(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Setting up writes each text down; later the file may change."""
        old = catalogue().purposes["pool.grading"]
        today = edited(
            tmp_path,
            ('fields = ["grade", "intent", "completeness", "contact_history"]', 'fields = ["grade", "intent", "completeness"]'),
        )
        monkeypatch.setattr(differing, "catalogue", lambda: today)
        found = differing.difference(purpose="pool.grading", old_hash=old.notice_hash)
        assert (found.known, found.fields_removed) == (True, ("contact_history",))

    def test_to_a_text_that_nobody_wrote_down_says_so(self) -> None:
        assert not differing.difference(purpose="pool.grading", old_hash="0" * 32).known

    def test_every_text_of_today_is_written_down_once(self) -> None:
        from hongxian.cli import catalogue as setting_up
        from hongxian.cli import company

        setting_up.ensure(company.site())
        known = set(casting.rows("SELECT purpose, notice_hash FROM consent_notice"))
        assert {(each.name, each.notice_hash) for each in catalogue().purposes.values()} <= known
        assert all(json.loads(row.shown)["notice_zh"] for row in differing.texts_of(purpose=None))
