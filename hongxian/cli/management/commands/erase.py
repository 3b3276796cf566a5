"""`bin/hongxian erase --number N` or `--city CODE --member ID`: erases one member. The number's "no" stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hongxian.cli import asked, company
from hongxian.cli.trouble import CannotStart
from hongxian.intake import erasing
from hongxian.members import records
from hongxian.org import queries as org

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
        if bool(options["number"]) == bool(options["city"] and options["member"]):
            raise SystemExit("请写明 --number，或 --city 和 --member。 | name either --number, or --city and --member.")
        with asked.plainly_said(), company.prepared(say=self.stderr.write), company.running("keeper"):
            home = _home(options)
            erasing.erase(by=asked.privacy_officer(), city_id=home.city_id, member_id=home.member_id, now=timezone.now())
        self.stdout.write("已删除。 | erased.")


def _home(options: dict[str, Any]) -> records.Home:
    """:raises CannotStart: nobody is meant by this."""
    nobody = CannotStart("没有找到此会员。", "no such member.")
    if options["number"]:
        hashes = asked.hashes_of(options["number"])
        home = records.home_of(hashes) if hashes else None
        if home is None:
            raise nobody
        return home
    city = next((city for city in org.cities() if city.code == options["city"]), None)
    if city is None:
        raise nobody
    return records.Home(city_id=city.city_id, member_id=options["member"])
