"""`bin/hongxian gate --number N --channel call|sms`: may the person with this number be contacted, and if not, why."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils import timezone

from hongxian.cli import asked, company
from hongxian.cli.trouble import CannotStart
from hongxian.kernel.clock import COMPANY_ZONE
from hongxian.kernel.refusal import Refusal
from hongxian.outreach import gate

if TYPE_CHECKING:
    from argparse import ArgumentParser

UNANSWERED = "unavailable"


class Command(BaseCommand):
    """The privacy officer's probe, traced. Prints one JSON line; what cannot be answered is a no."""

    help = "现在能否联系此号码。 Whether the person with this number may be contacted."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The number, the channel, the moment."""
        parser.add_argument("--number", required=True, metavar="N", help="手机号码 | mobile number")
        parser.add_argument("--channel", required=True, choices=sorted(gate.PURPOSES), help="渠道 | channel")
        parser.add_argument(
            "--at", type=_moment, metavar="ISO", help="以这一时刻为准，默认现在 | as of this moment, now by default"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Ask the gate; end 1 when it could not be asked."""
        try:
            with company.prepared(say=self.stderr.write), company.running("keeper"):
                allowed, reason = _probe(options)
        except (CannotStart, Refusal) as trouble:
            self.stderr.write(asked.line_of(trouble))
            allowed, reason = False, UNANSWERED
        except DatabaseError:
            self.stderr.write("数据库无法回答。 | the database can't answer.")
            allowed, reason = False, UNANSWERED
        self.stdout.write(json.dumps({"allowed": allowed, "reason": reason}))
        if reason == UNANSWERED:
            sys.exit(1)


def _probe(options: dict[str, Any]) -> tuple[bool, str]:
    hashes = asked.hashes_of(options["number"])
    if hashes is None:
        return False, "phone"
    verdict = gate.probe(
        by=asked.privacy_officer(),
        number_hashes=hashes,
        channel=options["channel"],
        now=options["at"] or timezone.now(),
    )
    return verdict.allowed, verdict.reason


def _moment(text: str) -> datetime:
    """:raises ValueError: no moment; without a zone the company's is meant."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=COMPANY_ZONE)
