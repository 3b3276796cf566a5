"""`bin/hongxian traces`: the auditor reads who looked at or contacted whom, when and why; denied tries too."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from psycopg.rows import class_row

from hongxian.cli import company
from hongxian.cli.trouble import CannotStart
from hongxian.kernel.clock import COMPANY_ZONE
from hongxian.kernel.sql import text_of

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

SHOWN_IDS = 8


@dataclass(frozen=True, slots=True)
class Trace:
    """One trace as the auditor reads it: ids and words, nothing sealed."""

    at: datetime
    city: str
    staff: str
    role: str
    store: str
    process: str
    action: str
    purpose: str
    ground: str
    outcome: str
    reason: str
    member_ids: list[int] | None
    fields: list[str] | None
    permit_id: int | None


class Command(BaseCommand):
    """Signed in to the database as the auditor, who can read traces and alter nothing."""

    help = "审计查看记录，新的在前。 The auditor's view of the traces, the newest first."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to look for; all given must hold."""
        parser.add_argument("--city", metavar="CODE", help="城市代码 | a city's code")
        parser.add_argument("--staff", metavar="EMPLOYEE_NO", help="工号 | an employee number")
        parser.add_argument("--member", metavar="ID", type=int, help="会员编号的数字部分 | the digits of a resource number")
        parser.add_argument("--since", metavar="ISO", type=_moment, help="日期或时间 | a date or a moment")
        parser.add_argument("--limit", metavar="N", type=int, default=200, help="最多几行，默认 200 | at most so many lines")
        parser.add_argument("--json", action="store_true", help="每行一个 JSON | one JSON object a line")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the traces, the newest first."""
        try:
            with company.prepared():
                for trace in _read(options):
                    self.stdout.write(_as_json(trace) if options["json"] else _as_line(trace))
        except CannotStart as trouble:
            raise SystemExit(str(trouble)) from None


def _moment(text: str) -> datetime:
    """A date is its first moment; a time without a zone is the company's."""
    if len(text) == len("2026-01-01"):
        return datetime.combine(date.fromisoformat(text), time(), COMPANY_ZONE)
    known = datetime.fromisoformat(text)
    return known if known.tzinfo else known.replace(tzinfo=COMPANY_ZONE)


def _read(options: dict[str, Any]) -> Iterator[Trace]:
    asked = {
        "city": options["city"],
        "staff": options["staff"],
        "member_id": options["member"],
        "since": options["since"],
        "most": max(1, options["limit"]),
    }
    with company.site().connect("auditor") as connection, connection.cursor(row_factory=class_row(Trace)) as cursor:
        yield from cursor.execute(text_of("audit", "traces").encode(), asked)


def _as_json(trace: Trace) -> str:
    return json.dumps(asdict(trace) | {"at": trace.at.astimezone(COMPANY_ZONE).isoformat()}, ensure_ascii=False)


def _as_line(trace: Trace) -> str:
    ids = trace.member_ids or []
    more = f" … ({len(ids)})" if len(ids) > SHOWN_IDS else ""
    members = ",".join(map(str, ids[:SHOWN_IDS])) + more if ids else "-"
    return "  ".join(
        (
            trace.at.astimezone(COMPANY_ZONE).strftime("%Y-%m-%d %H:%M:%S"),
            f"{trace.outcome:7}",
            f"{trace.city or '-':2} {trace.store or '-':5}",
            f"{trace.staff or trace.process:10} {trace.role:15}",
            f"{trace.action:18} {trace.purpose:14} {trace.ground or '-':8}",
            f"[{members}]",
            ",".join(trace.fields or []) or "-",
            trace.reason or "-",
        )
    )
