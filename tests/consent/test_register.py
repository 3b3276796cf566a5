"""The register of processing comes out of the catalogue, and the document holds what the catalogue says today."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command

from hongxian.cli.management.commands import purposes as command
from hongxian.consent import register, wording
from hongxian.consent.purposes import catalogue

if TYPE_CHECKING:
    from pathlib import Path


class TestRegister:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_has_every_purpose_with_everything_about_it(self, language: str) -> None:
        lines = {line.code: line for line in register.lines(language)}
        assert set(lines) == set(catalogue().purposes)
        for name, purpose in catalogue().purposes.items():
            line = lines[name]
            assert line.notice == (purpose.notice_zh if language == "zh-hans" else purpose.notice_en)
            assert all(wording.field(each, language) in line.fields for each in purpose.fields)
            assert all((line.name, line.roles, line.basis, line.kept)), name

    def test_says_everything_in_chinese(self) -> None:
        """A word without Chinese in consent/wording.py would show in English to members."""
        for line in register.lines("zh-hans"):
            for text in (line.name, line.fields, line.roles, line.grounds, line.basis, line.law, line.kept, line.notice):
                assert not set("abcdefghijklmnopqrstuvwxyz") & set(text.replace("WeChat", "")), (line.code, text)

    def test_in_the_document_is_the_one_of_today(self) -> None:
        """bin/hongxian purposes write"""
        text = command.DOCUMENT.read_text(encoding="utf-8")
        assert register.renewed(text) == text

    def test_is_not_written_into_a_document_without_its_marks(self) -> None:
        with pytest.raises(ValueError, match="register ends"):
            register.renewed("# something else")


class TestCommand:
    def test_says_what_each_purpose_waits_for(self) -> None:
        told = io.StringIO()
        call_command("purposes", "check", stdout=told)
        assert "introduction: 未启用" in told.getvalue()

    def test_fails_over_a_document_that_is_out_of_date(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        copy = tmp_path / "purposes.md"
        copy.write_text(command.DOCUMENT.read_text(encoding="utf-8").replace("| account |", "| an account |"), encoding="utf-8")
        monkeypatch.setattr(command, "DOCUMENT", copy)
        with pytest.raises(SystemExit, match="purposes write"), redirect_stdout(io.StringIO()):
            call_command("purposes", "check")
        call_command("purposes", "write", stdout=io.StringIO())
        call_command("purposes", "check", stdout=io.StringIO())
        assert copy.read_text(encoding="utf-8") == command.DOCUMENT.read_text(encoding="utf-8")
