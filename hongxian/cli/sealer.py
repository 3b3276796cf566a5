"""The worker's thread that seals the log: about once a second, for as long as the process runs, whatever goes wrong."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.utils import timezone

from hongxian.audit import checkpoints, sealing
from hongxian.cli.keeping import Keeper
from hongxian.vault import keys

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


log = logging.getLogger("hongxian.cli")
PERIOD = 1.0
LONGEST_WAIT = 4.0


class Sealer:
    """Seals, signs and keeps for the length of a block."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sealer", daemon=True)
        self._keeper = Keeper(settings.HOME.checkpoints)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join(10)

    def _run(self) -> None:
        wait = PERIOD
        while not self._ended.wait(wait):
            try:
                self.once()
                wait = PERIOD
            except Exception:  # a thread that ends would leave the log unsealed and say nothing
                wait = min(wait * 2, LONGEST_WAIT)
                log.exception("sealing failed", extra={"code": "sealing_failed", "again_in": wait})
                connection.close()

    def once(self) -> None:
        """One pass: everything new is sealed, signed for, and now and then kept as a file."""
        more = True
        while more and not self._ended.is_set():
            more = sealing.seal_batch(now=timezone.now()).more
        known = signing_keys()
        checkpoints.sign_if_due(private=known[-1], now=timezone.now())
        self._keeper.keep_if_due(keys=known, now=timezone.now())


def signing_keys() -> list[Ed25519PrivateKey]:
    """
    What checkpoints were signed with, and last what they are signed with now; read anew each time, for it may be rotated.

    :raises keys.KeysMissing: before the first set-up.
    """
    return list(keys.checkpoint_private(settings.HOME.keys).values())
