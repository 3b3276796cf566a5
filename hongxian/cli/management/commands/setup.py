"""`bin/hongxian setup`: sets up what is missing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from hongxian.cli import company
from hongxian.cli.trouble import CannotStart


class Command(BaseCommand):
    """Folders, database, roles, tables, grants, keys."""

    help = "建立缺少的一切：文件夹、数据库、角色、表、权限、密钥。 Sets up what is missing: folders, database, roles, tables, grants, keys."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Say where the company lives when it is done."""
        from django.conf import settings

        try:
            with company.prepared(say=self.stdout.write):
                self.stdout.write(f"已就绪：{settings.HOME.path} | ready: {settings.HOME.path}")
        except CannotStart as trouble:
            raise SystemExit(str(trouble)) from None
