"""`bin/hongxian register --store CODE --number N`: one person joins in a store."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hongxian.cli import asked, company, organisation
from hongxian.intake import registering, runs

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """By the same rules as an import of one row; prints what came of it as one JSON line."""

    help = "登记一位会员。 Registers one member."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What the person tells."""
        parser.add_argument("--store", required=True, metavar="CODE", help="门店编号 | the store's code")
        parser.add_argument("--number", required=True, metavar="N", help="手机号码 | mobile number")
        parser.add_argument("--name", default="", help="姓名 | name")
        parser.add_argument("--sex", default="", help="性别：男、女 | male or female")
        parser.add_argument("--birth", default="", metavar="DATE", help="出生日期 | date of birth")
        parser.add_argument("--basis", default="", help="授权依据，例如 到店签署纸质授权书 | basis of consent")
        parser.add_argument("--basis-date", type=date.fromisoformat, metavar="DATE", help="授权日期 | the day it was given")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Set up what is missing and register."""
        with asked.plainly_said(), company.prepared(say=self.stderr.write):
            organisation.ensure()
            store = asked.store(options["store"])
            with company.running("keeper"):
                done = registering.register(
                    by=runs.system_for(store),
                    store=store,
                    number=options["number"],
                    name=options["name"],
                    sex=options["sex"],
                    birth=options["birth"],
                    basis=options["basis"],
                    basis_date=options["basis_date"],
                    now=timezone.now(),
                )
        self.stdout.write(json.dumps(asdict(done), ensure_ascii=False))
