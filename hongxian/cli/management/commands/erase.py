"""`bin/hongxian erase --number N` or `--city CODE --member ID`: erases one member. The number's "no" stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hongxian.cli import asked, company
from hongxian.rights import erasing

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Shreds the member's keys and sealed fields, empties the record; traced as the privacy officer's act."""

    help = "删除一位会员的资料。 Erases one member."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who is meant."""
        parser.add_argument("--number", metavar="N", help="手机号码 | mobile number")
        parser.add_argument("--city", metavar="CODE", help="城市代码 | the city's code")
        parser.add_argument("--member", type=int, metavar="ID", help="会员编号的数字部分 | the digits of the resource number")

    def handle(self, *_args: Any, **options: Any) -> None:
        """End 1 with one line when nobody is found."""
        with asked.plainly_said(), company.prepared(say=self.stderr.write), company.running("keeper"):
            home = asked.home_of(options)
            erasing.erase(by=asked.privacy_officer(), city_id=home.city_id, member_id=home.member_id, now=timezone.now())
        self.stdout.write("已删除。 | erased.")
