"""`replay`: what preparing the company runs, as the worker, when the database comes from a backup. Not meant for the console."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone

from hongxian.rights import replaying


class Command(BaseCommand):
    """Erases again and suppresses again whatever the lists outside the database say and the database has forgotten."""

    help = "重放库外名单。 Replays the lists outside the database."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Says how many."""
        erased, noes = replaying.replay(_ask, now=timezone.now())
        self.stdout.write(f"erased {erased}, suppressed {noes}")


def _ask(text: str, parameters: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        return [int(row[0]) for row in cursor.fetchall()]
