"""`replay`: what preparing the company runs, as the worker, when the database comes from a backup. Not meant for the console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone

from hongxian.org import queries as org
from hongxian.outreach import restoring
from hongxian.rights import replaying

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Erases again and suppresses again whatever the lists outside the database say and the database has forgotten."""

    help = "重放库外名单。 Replays the lists outside the database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether the database has just come from a backup."""
        parser.add_argument("--restored", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Says how many."""
        erased, noes = replaying.replay(_ask, now=timezone.now())
        self.stdout.write(f"erased {erased}, suppressed {noes}")
        for city in org.cities() if options["restored"] else ():
            texts, paused = restoring.settle(city_id=city.city_id, now=timezone.now())
            self.stdout.write(f"{city.code}: texts {texts}, campaigns {paused}")


def _ask(text: str, parameters: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        return [int(row[0]) for row in cursor.fetchall()]
