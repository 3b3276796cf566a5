"""`bin/hongxian restore --from FOLDER --keys FILE`: a backup into a fresh home. See docs/running/one-machine.md."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hongxian.cli import asked, backup, checking, restoring
from hongxian.cli.management.commands import check

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Data, keys, lists, and at last the audit of invariants; until all is done nothing starts. Ends 1 when the audit finds something."""

    help = "把备份恢复到新的 HONGXIAN_HOME，重放删除和拒绝名单，再核对。 Restores a backup into a fresh home."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """From where."""
        parser.add_argument(
            "--from", dest="data", type=Path, required=True, metavar="FOLDER", help="备份文件夹 | the backup's folder"
        )
        keys = parser.add_mutually_exclusive_group(required=True)
        keys.add_argument("--keys", type=Path, metavar="FILE", help="密钥备份 keys.dump | the archive of people's keys")
        keys.add_argument("--without-keys", action="store_true", help="没有密钥：封存的内容打不开 | what is sealed stays shut")
        parser.add_argument(
            "--lists", type=Path, metavar="FOLDER", help="原机器最新的 lists 文件夹 | the newest lists of the old machine"
        )
        parser.add_argument("--without-lists", action="store_true", help="从未有人删除或拒绝 | nobody was ever erased or said no")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Says what was done and what to look at."""
        keys = options["keys"]
        if keys is not None and keys.is_dir():
            keys /= backup.KEYS
        sources = restoring.Sources(options["data"], keys, options["lists"], options["without_lists"])
        with asked.plainly_said(), restoring.restored(sources, now=timezone.now(), say=self.stderr.write) as manifest:
            found = checking.check(now=timezone.now(), days=check.DAYS)
        self.stdout.write(f"已恢复到 {manifest.taken_at} | restored as of {manifest.taken_at}")
        for line in check.as_lines(found):
            self.stdout.write(line)
        self.stdout.write(
            "备份之后离职的人、撤回的同意不在名单里，请人工核对；群发已暂停，等待的短信已作废。"
            " | who left and what consents were withdrawn since the backup is on no list: look at them by hand;"
            " campaigns are paused, texts that waited were dropped."
        )
        if found:
            raise SystemExit(check.BROKEN)
