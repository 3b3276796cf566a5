"""`bin/hongxian backup --to FOLDER`: the data, and apart from it the keys of people. See docs/running/one-machine.md."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from hongxian.cli import asked, backup, company

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Two files: data.dump may be kept as long as you like, keys.dump for 30 days and elsewhere."""

    help = "备份数据，密钥另存一份。 Backs the data up, and people's keys apart from it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="目标文件夹 | the folder to write to")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Says what was written, and what to do with it."""
        with asked.plainly_said(), company.prepared(say=self.stderr.write):
            data, keys = backup.dump(company.site(), options["to"])
        self.stdout.write(f"{data}：数据 | the data")
        self.stdout.write(f"{keys}：请另存他处，30 天后删除 | store it elsewhere and delete it after 30 days")
