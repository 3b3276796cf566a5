"""`bin/hongxian check`: the audit of invariants: what must be true of a company whatever was killed, cut off or restored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hongxian.audit import exporting
from hongxian.cli import asked, checking, company
from hongxian.cli.trouble import CannotStart

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from hongxian.cli.checking import Violation

BROKEN = 1
DAYS = 31


class Command(BaseCommand):
    """Reads only; a company at work may be checked. Ends 1 when something does not hold."""

    help = "核对不变量：公海、额度、流水、短信、许可、留痕、日志。 Checks what must be true of the company."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How far back, and as what."""
        parser.add_argument("--days", type=int, default=DAYS, help=f"核对最近多少天，默认 {DAYS} | how many days back ({DAYS})")
        parser.add_argument("--without-log", action="store_true", help="不核对封存日志 | without the sealed log")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出 | as one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        """One line for each that does not hold, with the first rows; ids and counts only."""
        with asked.plainly_said(), company.prepared(say=self.stderr.write):
            try:
                found = checking.check(now=timezone.now(), days=options["days"], with_log=not options["without_log"])
            except exporting.Unusable as error:
                raise CannotStart(f"无法使用检查点文件：{error}。", f"can't use the kept checkpoint: {error}.") from None
        if options["json"]:
            self.stdout.write(as_json(found))
        else:
            for line in as_lines(found):
                self.stdout.write(line)
        if found:
            raise SystemExit(BROKEN)


def as_lines(found: list[Violation]) -> list[str]:
    """For people."""
    if not found:
        count = len(checking.INVARIANTS) + 1
        return [f"{count} 条不变量全部成立。 | all {count} invariants hold."]
    lines = []
    for each in found:
        where = f" {each.city}" if each.city else ""
        lines.append(f"✗ {each.name}{where}：{each.chinese} | {each.english}: {each.count}")
        lines += ["    " + ", ".join(f"{name} {value}" for name, value in row.items()) for row in each.rows]
    return lines


def as_json(found: list[Violation]) -> str:
    """For machines."""
    rows = [{"name": each.name, "city": each.city, "count": each.count, "rows": each.rows} for each in found]
    return json.dumps({"sound": not found, "violations": rows}, default=str, ensure_ascii=False)
