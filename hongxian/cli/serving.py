"""What the processes without web pages do: worker, dialer, keeper."""

from __future__ import annotations

import fcntl
import logging
import signal
import threading
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from procrastinate.contrib.django import app
from psycopg.conninfo import make_conninfo

from hongxian.cli import dialer, folders, lists, metrics, minder, partners, sealer, sender
from hongxian.cli.roles import PROCESSES_WITH_TOKEN
from hongxian.cli.spreading import watch
from hongxian.cli.trouble import CannotStart
from hongxian.outreach.gateways import carrying
from hongxian.vault import listening
from hongxian.vault.lately import Lately

if TYPE_CHECKING:
    from types import FrameType

log = logging.getLogger("hongxian.cli")
JOBS_AT_ONCE = 4
HEARTBEAT = 30.0
LOOKS_AT_CLOCK = 10.0


def work() -> None:
    """
    Do the jobs of all queues until told to stop, seal the log, keep the lists, send texts and serve partners beside them; a job
    that is being done is finished first. Jobs that are done go: their arguments are ids, and nobody needs them any more.
    """
    with (
        sealer.Sealer(),
        lists.Lister(),
        minder.Minder(_conninfo),
        watch.Watch(_conninfo),
        sender.Texts(),
        metrics.served(),
        partners.Partners(),
        app.replace_connector(app.connector.get_worker_connector()) as worker,  # type: ignore[attr-defined] # Django's connector has it
    ):
        worker.run_worker(concurrency=JOBS_AT_ONCE, shutdown_graceful_timeout=10, delete_jobs="successful")


def dial() -> None:
    """
    Carry calls until told to stop; without a call gateway sign in as the dialer and say now and then that all is well.

    SIGTERM hangs up and ends; SIGUSR1 drains: no new call, and the end when the last one is over (docs/running/server.md).
    """
    ended = _until_told()
    draining = threading.Event() if settings.CALL_GATEWAY else ended
    signal.signal(signal.SIGUSR1, lambda _number, _frame: draining.set())
    if settings.CALL_GATEWAY:
        try:
            dialer.Dialer(conninfo=_conninfo, ended=ended, draining=draining).run()
        except carrying.BadSetting as error:
            raise CannotStart(f"电话线路设置有误：{error}。", f"calls can't be carried: {error}.") from None
        return
    well: bool | None = None
    while True:
        now_well = _database_answers()
        if now_well is not well:
            log.log(logging.INFO if now_well else logging.ERROR, "dialer", extra={"database": now_well})
        well = now_well
        if ended.wait(HEARTBEAT):
            return


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        return False
    return True


def keep() -> None:
    """
    Answer for sealed fields until told to stop.

    One keeper answers at a time: a second one waits here and takes over the moment the first has ended, however it ended.
    """
    with (settings.HOME.run / "keeper.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lately = Lately(settings.HOME.run / "keeper-clock")
        server = listening.serve(
            socket=settings.KEEPER_SOCKET,
            keys_folder=settings.HOME.keys,
            conninfo=_conninfo(),
            tokens={process: folders.secret(settings.HOME.secrets / f"{process}.token") for process in PROCESSES_WITH_TOKEN},
            gateway=bool(getattr(settings, "CALL_GATEWAY", False)),
            lately=lately,
            portal=settings.PORTAL_ADDRESS,
        )
        ended = _until_told()
        with server:
            threading.Thread(target=server.serve_forever, name="keeper", daemon=True).start()
            lately.went_back(timezone.now())
            while not ended.wait(LOOKS_AT_CLOCK):  # also while nobody asks
                lately.went_back(timezone.now())
            server.shutdown()


def _conninfo() -> str:
    database: dict[str, Any] = settings.DATABASES["default"]
    return make_conninfo(
        host=database["HOST"],
        port=database["PORT"],
        dbname=database["NAME"],
        user=database["USER"],
        password=database["PASSWORD"],
        application_name=database["OPTIONS"]["application_name"],
    )


def _until_told() -> threading.Event:
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    return ended
