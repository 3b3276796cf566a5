"""`bin/demo`: sets up and runs the demo company until Ctrl-C."""

from __future__ import annotations

import errno
import http.client
import os
import socket
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand

from hongxian.cli import company, demo_groups, demo_phones, kannel, processes, sample, web
from hongxian.cli.sample import telling
from hongxian.cli.supervisor import Supervisor
from hongxian.cli.trouble import CannotStart
from hongxian.outreach import outbox

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

READY = "/health/ready"
PATIENCE = 60.0


class Command(BaseCommand):
    """Everything on one machine: database, keeper, worker, dialer, desk, portal."""

    help = "建立并运行演示公司，直到 Ctrl-C。 Sets up and runs the demo company until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Only how to begin empty."""
        parser.add_argument("--empty", action="store_true", help="不生成示例数据 | without sample data")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Stay until somebody asks to stop."""
        os.environ["HONGXIAN_DEMO"] = "1"
        supervisor = Supervisor(say=self._say)
        try:
            want_port(settings.PORT)
            want_port(settings.PORTAL_PORT)
            self._say(f"准备中：{settings.HOME.path} … | setting up …")
            with company.prepared(say=self._say):
                if not options["empty"]:
                    self._fill()
                with self._texts(), self._calls(), self._groups(), supervisor.on_duty():
                    supervisor.watch(until=_deadline_or_ready())
                    if not supervisor.asked_to_stop:
                        self._welcome(with_sample=not options["empty"])
                        supervisor.watch()
                    self._say("正在停止 … | stopping …")
        except CannotStart as trouble:
            raise SystemExit(str(trouble)) from None
        except KeyboardInterrupt:
            self._say("\n已停止，数据保留。 | stopped, the data is kept.")
            raise SystemExit(130) from None
        self._say("已停止，数据保留。 | stopped, the data is kept.")

    @contextmanager
    def _texts(self) -> Iterator[None]:
        """What carries texts: Kannel where its Debian package is there, with its own loopback behind it; else our stand-in."""
        carrier = kannel.for_demo()
        if carrier is None:
            self._say("短信：演示通道，只写入本机。 | texts: a stand-in, they stay on this machine.")
            yield
            return
        with carrier:
            os.environ.update(carrier.environment())
            self._say("短信：本机的 Kannel，到其回环接口为止。 | texts: Kannel on this machine, as far as its own loopback.")
            yield

    @contextmanager
    def _calls(self) -> Iterator[None]:
        """Who carries calls: our SIP, with sipp as everybody's phones where it is there; else a stand-in that plays the states."""
        if os.environ.get("HONGXIAN_CALL_GATEWAY"):
            yield
            return
        phones = demo_phones.for_demo()
        if phones is None:
            os.environ["HONGXIAN_CALL_GATEWAY"] = "loopback"
            self._say("电话：演示通道，只演示过程。 | calls: a stand-in that only plays what happens.")
            yield
            return
        with phones:
            os.environ.update(phones.environment())
            self._say("电话：SIP，话机由本机的 sipp 扮演，不会真的响铃。 | calls: SIP, with sipp on this machine as every phone.")
            yield

    @contextmanager
    def _groups(self) -> Iterator[None]:
        """Who takes the hourly digests: never the companies whose robots somebody may enter here."""
        with demo_groups.Groups() as groups:
            os.environ.update(groups.environment())
            self._say("每小时简报：演示通道，只到本机。 | hourly digests: a stand-in, they stay on this machine.")
            yield

    def _fill(self) -> None:
        with company.running("keeper"):
            sample.fill(telling.to(sys.stdout))

    def _welcome(self, *, with_sample: bool) -> None:
        self._say(f"\n工作台 desk    http://localhost:{settings.PORT}/")
        self._say(f"会员端 portal  http://localhost:{settings.PORTAL_PORT}/")
        for line in sample.sign_ins() if with_sample else ():
            self._say("  " + "   ".join(line))
        if with_sample and (number := outbox.demo_number()):
            texts = f"http://localhost:{settings.PORTAL_PORT}/demo/outbox/"
            self._say(f"  会员 member   {number}   验证码 code: {texts}")
        self._say("\nCtrl-C 停止 | Ctrl-C stops")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def want_port(port: int) -> None:
    """
    Make sure that the port is free before anything heavy is done.

    :raises CannotStart: it is in use or not ours to use.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as knock:
        knock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            knock.bind((web.ADDRESS, port))
        except (OSError, OverflowError) as error:
            if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
                raise CannotStart(
                    f"端口 {port} 已被占用。请停掉占用它的程序，或另选端口：HONGXIAN_PORT=8100 bin/demo",
                    f"port {port} is in use: stop what uses it, or choose another: HONGXIAN_PORT=8100 bin/demo",
                ) from None
            raise CannotStart(f"端口 {port} 不可用：{error}。", f"port {port} can't be used: {error}.") from None


def ready(port: int) -> bool:
    """Whether the desk answers and says that it is ready."""
    connection = http.client.HTTPConnection(web.ADDRESS, port, timeout=5)
    try:
        connection.request("GET", READY, headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _deadline_or_ready() -> Any:
    deadline = time.monotonic() + PATIENCE

    def done() -> bool:
        if ready(settings.PORT):
            return True
        if time.monotonic() > deadline:
            log = processes.log_file("desk")
            raise CannotStart(f"工作台没有就绪，详见 {log}。", f"the desk has not become ready; see {log}.")
        return False

    return done
