"""`bin/hongxian leave --employee NO --why TEXT`: somebody leaves; sessions dead, account shut, members back, grounds gone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hongxian.cli import asked, company
from hongxian.cli.trouble import CannotStart
from hongxian.kernel.clock import day_of
from hongxian.org import staffing
from hongxian.pools import leaving

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """As operations would at /desk/staff/, by the console; written down as a change with its reason."""

    help = "办理员工离职。 Somebody leaves the company."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, and why."""
        parser.add_argument("--employee", required=True, metavar="NO", help="工号 | employee number")
        parser.add_argument("--why", required=True, metavar="TEXT", help="原因，最多 200 字 | why, at most 200 characters")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print what ended as one JSON line; end 1 with one line when there is nobody."""
        now = timezone.now()
        with asked.plainly_said(), company.prepared(say=self.stderr.write):
            staff_id = staffing.number_of_record(employee_no=options["employee"], today=day_of(now))
            if staff_id is None:
                raise CannotStart(f"没有工号 {options['employee']}。", f"no employee {options['employee']}.")
            gone = leaving.leave(by=asked.operations(), staff_id=staff_id, why=options["why"], now=now)
        self.stdout.write(json.dumps({"returned": gone.returned, "grounds": gone.grounds}))
