"""`bin/hongxian purposes check|write`: what is wrong with the catalogue of purposes; the register written anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from hongxian.consent import founding, register
from hongxian.consent.purposes import FILE, CatalogueUnreadable, catalogue

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

    from hongxian.consent.purposes import Purpose

DOCUMENT = Path(__file__).resolve().parents[4] / "docs" / "privacy" / "purposes.md"


class Command(BaseCommand):
    """Reads files only; no database is asked."""

    help = "核对用途目录，或重写处理活动记录。 Checks the catalogue of purposes, or writes the register anew."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Look, or write."""
        parser.add_argument("do", choices=("check", "write"), help="check 只核对，write 重写文档 | only look, or write")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Every fault on a line of its own; then, for each purpose, what it still waits for."""
        try:
            purposes = catalogue().purposes
        except CatalogueUnreadable as wrong:
            raise SystemExit(f"{FILE.name}:\n{wrong}") from None
        for purpose in purposes.values():
            for line in _waits_for(purpose):
                self.stdout.write(f"{purpose.name}: {line}")
        text = DOCUMENT.read_text(encoding="utf-8")
        if options["do"] == "write":
            DOCUMENT.write_text(register.renewed(text), encoding="utf-8")
        elif register.renewed(text) != text:
            raise SystemExit(
                "文档已过时：运行 bin/hongxian purposes write。 | the register is out of date: bin/hongxian purposes write."
            )
        self.stdout.write(f"用途 {len(purposes)} 个。 | {len(purposes)} purposes.")


def _waits_for(purpose: Purpose) -> Iterator[str]:
    shipped = {each.purpose: each for each in founding.assessments()}.get(purpose.name)
    if not purpose.live:
        yield "未启用（live = false）。 | not in use (live = false)."
    elif purpose.needs_assessment and shipped is None:
        yield "等待隐私专员签署影响评估：/desk/catalogue/。 | waits for its assessment to be signed at /desk/catalogue/."
    elif shipped is not None:
        for each in sorted(purpose.fields - set(shipped.fields)):
            yield f"{each}：影响评估还没有包括。 | {each}: no assessment that comes with the program covers it."
