"""`bin/hongxian import FILE --store CODE`: brings a store's workbook in."""
# ruff: noqa: N999 - the command's name

from __future__ import annotations

import argparse
import json
import os
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hongxian.cli import asked, company, organisation
from hongxian.cli.trouble import CannotStart, plainly
from hongxian.intake import importing, runs
from hongxian.kernel.clock import day_of

if TYPE_CHECKING:
    from hongxian.intake.importing import Worked
    from hongxian.org.queries import StoreRow


class Command(BaseCommand):
    """Ends 0 when the file was read through, 1 with one line when not."""

    help = "导入门店的表格（.xlsx、.csv）。 Brings a store's workbook in (.xlsx, .csv)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The file, the store, and how."""
        parser.add_argument("file", type=Path, metavar="FILE", help="表格文件 | the workbook")
        parser.add_argument("--store", required=True, metavar="CODE", help="门店编号，例如 SH01 | the store's code")
        parser.add_argument("--dry-run", action="store_true", help="只比对和报告，不保存 | compare and report, store nothing")
        parser.add_argument(
            "--as-of",
            type=_day,
            metavar="DATE",
            help="以这一天为准判断年龄和授权，默认今天 | the day that ages and consents are judged by",
        )
        parser.add_argument(
            "--report", type=Path, metavar="OUT.json", help="把结果写成 JSON（仅本人可读） | write the result as JSON"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Set up what is missing, import, write the report."""
        with asked.plainly_said():
            _must_be_readable(options["file"])
            if options["report"] is not None:
                _must_be_writable(options["report"])
            with company.prepared(say=self._say):
                organisation.ensure()
                store = asked.store(options["store"])
                with company.running("keeper"):
                    done = self._import(store, options)
            if options["report"] is not None:
                write_report(options["report"], done)
        self._sum_up(done)

    def _import(self, store: StoreRow, options: dict[str, Any]) -> Worked:
        now = timezone.now()
        by = runs.system_for(store)
        with plainly(options["file"]):
            content = options["file"].read_bytes()
        run = importing.start(
            by=by,
            store=store,
            content=content,
            file_name=options["file"].name,
            as_of=options["as_of"] or day_of(now),
            dry=options["dry_run"],
            mapping={},
            now=now,
        )
        return importing.work(by=by, run=run, content=content, now=timezone.now(), progress=self._progress)

    def _progress(self, done: int, rows: int) -> None:
        self._say(f"{done}/{rows}")

    def _say(self, line: str) -> None:
        self.stderr.write(line)

    def _sum_up(self, done: Worked) -> None:
        figures = done.summary
        dry = "（试运行，未保存） (dry run, nothing stored)" if done.dry else ""
        self.stdout.write(
            f"{figures.rows} 行：接收 {figures.accepted}，合并 {figures.merged}，拒收 {figures.refused}；"
            f"拒绝联系 {figures.suppressed_people} 人，可联系 {figures.contactable_people} 人{dry} | "
            f"{figures.rows} rows: {figures.accepted} accepted, {figures.merged} merged, {figures.refused} refused; "
            f"{figures.suppressed_people} said no, {figures.contactable_people} may be contacted"
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}：日期应写作 2026-11-23 | a day is written 2026-11-23") from None


def _must_be_readable(file: Path) -> None:
    """:raises CannotStart: there is no such file, or it may not be read."""
    if not file.is_file():
        raise CannotStart(f"没有这个文件：{file}", f"no such file: {file}")
    if not os.access(file, os.R_OK):
        raise CannotStart(f"没有权限读取：{file}", f"may not be read: {file}")


def _must_be_writable(report: Path) -> None:
    """Found out before the import, not after it. :raises CannotStart: there is no such folder, or it may not be written."""
    if report.is_dir() or not report.parent.is_dir() or not os.access(report.parent, os.W_OK):
        raise CannotStart(f"无法写入报告：{report}", f"the report can't be written: {report}")


def write_report(file: Path, done: Worked) -> None:
    """
    Writes the report as a whole or not at all, for its owner alone: it holds names and birth dates.

    :raises CannotStart: it cannot be written there.
    """
    summary = asdict(done.summary)
    rows = [{**asdict(row), "birth": row.birth.isoformat() if row.birth else None} for row in done.rows]
    with plainly(file):
        descriptor, draft = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as out:
                json.dump({"summary": summary, "rows": rows}, out, ensure_ascii=False, indent=1)
                out.flush()
                os.fsync(out.fileno())
            Path(draft).replace(file)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
