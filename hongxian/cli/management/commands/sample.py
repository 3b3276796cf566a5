"""`bin/hongxian sample`: fills an empty database with the demo company."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from hongxian.cli import company
from hongxian.cli.sample import fill, sign_ins, telling
from hongxian.cli.trouble import CannotStart

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """For trying out and for measuring with another number of members than bin/demo's."""

    help = "在空数据库中生成示例公司。 Fills an empty database with the demo company."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many, and which."""
        parser.add_argument("--members", type=int, default=50_000, help="会员人数 | how many members (50000)")
        parser.add_argument("--seed", type=int, default=20_250_101, help="随机种子 | other people with another seed")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Say each step, and one sign-in a role at the end."""
        if options["members"] < 0:
            raise SystemExit("--members 不能是负数。 | --members can't be negative.")
        try:
            with company.prepared(say=self.stdout.write), company.running("keeper"):
                begun = time.monotonic()
                done = fill(telling.to(sys.stdout), size=options["members"], seed=options["seed"])
        except CannotStart as trouble:
            raise SystemExit(str(trouble)) from None
        except KeyboardInterrupt:
            raise SystemExit("\n已中断，未留下半份。 | interrupted: no half of it is left.") from None
        took = time.monotonic() - begun
        self.stdout.write(
            f"已生成，用时 {took:.0f} 秒 | filled in {took:.0f} s" if done else "已有数据，未改动 | not empty: left as it is"
        )
        for line in sign_ins():
            self.stdout.write("  " + "   ".join(line))
