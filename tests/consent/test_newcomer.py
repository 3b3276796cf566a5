"""What the comment at the top of purposes.toml says, done step by step on a copy, as somebody new would."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command

from hongxian import retention
from hongxian.cli.management.commands import purposes as command
from hongxian.consent import assessing, purposes, register, signing
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission
from hongxian.vault import deciding
from tests import cast as casting

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cast import Cast, Someone

GOOD = """
[purposes.reunion]
zh = "老会员聚会"
en = "reunions"
fields = ["alias", "shoe_size"]
roles = ["consultant"]
grounds = ["claim"]
basis = "consent"
law = ""
kept = "1 year from the day it was given"
keep = { days = 365, after = "given" }
receipt = true
live = false
notice_zh = "我们可以邀请您参加聚会。"
notice_en = "We may invite you to reunions."
"""
FIELD = 'shoe_size = { zh = "鞋码", en = "shoe size" }\n'


@dataclass
class Copy:
    """The file as somebody edits it, and everything that reads it."""

    file: Path
    monkeypatch: pytest.MonkeyPatch

    def write(self, addition: str, *, field: str = "") -> None:
        text = purposes.FILE.read_text(encoding="utf-8")
        self.file.write_text(text.replace("number_hash = {", field + "number_hash = {", 1) + addition, encoding="utf-8")
        purposes.catalogue.cache_clear()

    def read(self) -> purposes.Catalogue:
        found = purposes.catalogue(self.file)
        for module in (assessing, command, deciding, register, retention, signing):
            self.monkeypatch.setattr(module, "catalogue", lambda: found)
        return found


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copy:
    return Copy(tmp_path / "purposes.toml", monkeypatch)


def decide(cast: Cast, member: Someone) -> deciding.Decision:
    by = cast.lan.actor()
    return deciding.may(
        by=by,
        permission=Permission.POOLS_HOLDING_WORK,
        purpose="reunion",
        fields=["alias", "shoe_size"],
        facts=deciding.facts_about(by=by, city_id=cast.city_id, member_id=member.member_id, now=casting.now()),
        city_id=cast.city_id,
    )


class TestFaults:
    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ('notice_en = "We may invite you to reunions."\n', "", "[reunion] has no line `notice_en`"),
            ('"shoe_size"]', '"shoesize"]', "[reunion] fields: 'shoesize' is not known"),
            ('["consultant"]', '["host"]', "[reunion] roles: 'host' is not known"),
            ('["claim"]', '["friendship"]', "[reunion] grounds: 'friendship' is not known"),
            ('["claim"]', "[]", "[reunion] fields: alias sealed, so `grounds` must say what ties consultant to the member"),
            ('days = 365, after = "given"', 'days = "365"', "[reunion] keep: must be"),
            ('days = 365, after = "given"', 'days = 0, after = "given"', "[reunion] keep: must be"),
            ("receipt = true", 'receipt = "yes"', "[reunion] receipt: must be true or false"),
            ('zh = "老会员聚会"', 'zh = ""', "[reunion] zh: must be words"),
            ("live = false", "live = false\nsecret = 1", "[reunion] secret: no such line is known"),
            ('fields = ["alias", "shoe_size"]', 'fields = "alias"', "[reunion] fields: must be a list"),
            ('en = "reunions"', "en = reunions", "purposes.toml: Invalid value"),
        ],
    )
    def test_are_told_by_purpose_and_line(self, copy: Copy, old: str, new: str, told: str) -> None:
        assert old in GOOD
        copy.write(GOOD.replace(old, new), field=FIELD)
        with pytest.raises(purposes.CatalogueUnreadable) as wrong:
            copy.read()
        assert told in str(wrong.value)

    def test_are_told_all_at_once(self, copy: Copy) -> None:
        copy.write(GOOD.replace('["consultant"]', '["host"]').replace("receipt = true\n", ""))
        with pytest.raises(purposes.CatalogueUnreadable) as wrong:
            copy.read()
        assert len(str(wrong.value).splitlines()) == 3


class TestSteps:
    def test_lead_from_a_line_in_the_file_to_a_purpose_in_use(self, copy: Copy, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        copy.write(GOOD, field=FIELD)
        found = copy.read()
        assert decide(cast, member).reason == "purpose_not_live"
        promised = {name for name, each in found.purposes.items() if each.live and each.keep.days is not None}
        assert promised == set(retention.SWEEPERS) | set(retention.NOTHING_YET), "not live: nothing to sweep yet"

        copy.write(GOOD.replace("live = false", "live = true"), field=FIELD)
        reunion = copy.read().purposes["reunion"]
        assert decide(cast, member).reason == "purpose_not_assessed"
        assert "reunion" not in set(retention.SWEEPERS) | set(retention.NOTHING_YET), "so that the test of retention fails"

        by, today = cast.privacy_officer.actor(), day_of(casting.now())
        texts = dict.fromkeys(("necessity", "risks", "measures"), "写得足够长的一段评估文字")
        given = {"purpose": "reunion", "notice_hash": reunion.notice_hash, "roles": ["consultant"], **texts}
        until = today + timedelta(days=30)
        signing.sign(by=by, draft=signing.Draft(**given, fields=["alias"], until=until), now=casting.now())  # type: ignore[arg-type]
        assert decide(cast, member).reason == "no_consent"
        casting.receipt(member, "reunion", notice_hash=reunion.notice_hash)
        decision = decide(cast, member)
        assert (decision.allowed, decision.fields) == (True, ("alias",)), "the field that no assessment names is left out"

        draft = signing.Draft(**given, fields=["alias", "shoe_size"], until=until)  # type: ignore[arg-type]
        signing.sign(by=by, draft=draft, now=casting.now())
        assert decide(cast, member).fields == ("alias", "shoe_size")
        signing.take_back(by=by, purpose="reunion", reason="试", now=casting.now())
        assert decide(cast, member).reason == "purpose_not_assessed"

    def test_the_command_says_what_waits_and_writes_the_register(
        self, copy: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        document = tmp_path / "purposes.md"
        document.write_text(command.DOCUMENT.read_text(encoding="utf-8"), encoding="utf-8")
        monkeypatch.setattr(command, "DOCUMENT", document)
        copy.write(GOOD.replace("live = false", "live = true"), field=FIELD)
        found = copy.read()
        told = io.StringIO()
        with pytest.raises(SystemExit, match="purposes write"):
            call_command("purposes", "check", stdout=told)
        assert "reunion: 等待隐私专员签署影响评估" in told.getvalue()
        monkeypatch.setattr("hongxian.consent.wording.catalogue", lambda: found)
        call_command("purposes", "write", stdout=told)
        assert "| reunion | 老会员聚会 | 称呼、鞋码 | 红娘顾问 | 认领 | 本人同意 |" in document.read_text(encoding="utf-8")

    def test_every_file_and_command_that_the_comment_names_is_there(self) -> None:
        comment = purposes.FILE.read_text(encoding="utf-8").split("\n[fields]\n")[0]
        root = command.DOCUMENT.parents[2]
        for name in (
            "hongxian/retention.py",
            "docs/privacy/purposes.md",
            "hongxian/kernel/permissions.py",
            "tests/contracts/test_labels.py",
        ):
            assert name in comment
            assert (root / name).exists(), name
        assert "bin/hongxian purposes check" in comment
        assert "assessments.toml" in comment
