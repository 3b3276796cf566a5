"""`bin/hongxian lift --number N` or `--city CODE --member ID`: refuses, always. Only the person lifts a "no", in the portal."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hongxian.cli import asked, company
from hongxian.cli.trouble import CannotStart
from hongxian.consent import suppressing

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """There is no way around the person, not even here; the try is in the traces, where the member sees it."""

    help = "不能解除“不要联系”：只有本人可以。 Refuses: only the person lifts a no."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who is meant."""
        parser.add_argument("--number", metavar="N", help="手机号码 | mobile number")
        parser.add_argument("--city", metavar="CODE", help="城市代码 | the city's code")
        parser.add_argument("--member", type=int, metavar="ID", help="会员编号的数字部分 | the digits of the resource number")

    def handle(self, *_args: Any, **options: Any) -> None:
        """End 1 with one line."""
        with asked.plainly_said(), company.prepared(say=self.stderr.write), company.running("keeper"):
            city_id, member_ids = None, []
            with suppress(CannotStart):  # nobody's record: the try is recorded all the same
                home = asked.home_of(options)
                city_id, member_ids = home.city_id, [home.member_id]
            by = asked.privacy_officer()
            raise suppressing.refuse_lift(by=by, way="console", city_id=city_id, member_ids=member_ids, now=timezone.now())
