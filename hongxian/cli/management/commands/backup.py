"""`bin/hongxian backup --to FOLDER`: the data, and apart from it the keys of people. See docs/running/one-machine.md."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hongxian.cli import asked, backup, company

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Two archives of one moment: data.dump may be kept as long as you like, keys.dump for 30 days and elsewhere."""

    help = "备份数据，密钥另存一份；到期的密钥备份可删除。 Backs the data up, and people's keys apart from it; deletes old keys."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and what goes."""
        parser.add_argument("--to", type=Path, metavar="FOLDER", help="目标文件夹 | the folder to write to")
        parser.add_argument("--keys-to", type=Path, metavar="FOLDER", help="密钥的目标文件夹 | another folder for the keys")
        parser.add_argument(
            "--expire",
            type=Path,
            metavar="FOLDER",
            help="删除其下超过 30 天的 keys.dump | delete every keys.dump below it older than 30 days",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Says what was written, what to do with it, and what has gone."""
        if not options["to"] and not options["expire"]:
            raise SystemExit("请写明 --to 或 --expire。 | name --to or --expire.")
        with asked.plainly_said():
            if options["to"]:
                self._dump(options["to"], options["keys_to"])
            for gone in backup.expire(options["expire"], now=timezone.now()) if options["expire"] else ():
                self.stdout.write(f"{gone}：已过 30 天，已删除 | past 30 days, deleted")

    def _dump(self, folder: Path, keys_to: Path | None) -> None:
        with company.prepared(say=self.stderr.write):
            data, keys = backup.dump(company.site(), folder, keys_to=keys_to)
        needs = ", ".join(f"kek-{each}.key" for each in backup.manifest_of(folder).kek_ids) or "—"
        self.stdout.write(f"{data}：数据 | the data")
        self.stdout.write(f"{keys}：请另存他处，30 天后删除 | store it elsewhere and delete it after 30 days")
        self.stdout.write(f"恢复需要的根密钥 | root keys that a restore needs: {needs}")
