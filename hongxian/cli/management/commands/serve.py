"""`bin/hongxian serve PROCESS`: runs one of the company's processes, signed in to the database as itself."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand

from hongxian.cli import company, processes, serving, web
from hongxian.cli.trouble import CannotStart

if TYPE_CHECKING:
    from argparse import ArgumentParser

SERVED = {
    "desk": lambda: web.serve("desk"),
    "portal": lambda: web.serve("portal"),
    "worker": serving.work,
    "dialer": serving.dial,
    "keeper": serving.keep,
}


class Command(BaseCommand):
    """One process in the foreground; bin/demo runs all of them."""

    help = "运行公司的一个进程。 Runs one of the company's processes."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The process, and for the supervisor's children who their parent is."""
        parser.add_argument("process", choices=sorted(SERVED))
        parser.add_argument("--parent", type=int, help="end with this process, which has set everything up")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Serve until told to stop."""
        process, parent = str(options["process"]), options["parent"]
        if process != settings.PROCESS:  # the settings belong to another role: begin anew as the right one
            os.execve(  # noqa: S606 # our own program again
                sys.executable, [sys.executable, "-m", processes.PROGRAM, *sys.argv[1:]], processes.environment(process)
            )
        if parent is not None:
            processes.end_with(parent)
        try:
            company.refuse_half_restored(settings.HOME)  # also where the parent has set everything up, long ago
            with company.prepared() if parent is None else contextlib.nullcontext():
                SERVED[process]()
        except CannotStart as trouble:
            raise SystemExit(str(trouble)) from None
        except KeyboardInterrupt:
            raise SystemExit(0) from None
        if process == "dialer":
            _end_at_once()


def _end_at_once() -> None:
    """
    Without Python's own tidying up. By now calls are over, what happened to them is written and the database is left; what would
    be tidied are the threads and the C code of the SIP library, in no order of theirs, and that once ended in a segmentation fault,
    which a supervisor takes for a dialer that died.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
