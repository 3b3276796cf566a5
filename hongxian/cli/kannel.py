"""
Kannel on this machine, for the demo and for tests: its programs, configured by us, on 127.0.0.1 and nowhere else.

They run as an account without rights of its own (the Debian package's), die with us, and write no log but that of their own
fall: at any other level Kannel writes numbers and texts in clear. Nothing is stored either; what is inside when it falls is
reported by nobody and becomes unknown. A company's own Kannel is configured by whoever runs it (docs/running/texts.md) and
reached by HONGXIAN_KANNEL_URL.
"""

from __future__ import annotations

import http.client
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from hongxian.cli import folders, processes
from hongxian.cli.trouble import CannotStart, plainly
from hongxian.outreach.gateways import signing

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

ADDRESS = "127.0.0.1"
ACCOUNT = "kannel"
USER, SENDER = "hongxian", "10690000"
PLACES = ("/usr/sbin", "/usr/local/sbin", "/usr/bin")
PATIENCE, ENDS_WITHIN = 15.0, 1.5
SILENT = 4  # panics alone
LONGEST_TEXT = 10  # parts
REPORTS_AT_ONCE = 4  # of the desk's threads: the rest are for people, and for what they answer
RETRY = "http-request-retry = 360\nhttp-queue-delay = 10\n"
# Nothing is sent again by Kannel itself: what a carrier would not take for now has failed, and is seen to have.
LOOPBACK = """group = smsc
smsc = loopback
smsc-id = "carrier"
"""


@dataclass(frozen=True, slots=True)
class Ports:
    """Three that are free."""

    admin: int
    boxes: int
    sendsms: int

    @classmethod
    def free(cls) -> Ports:
        """Chosen by the system; somebody else may still be quicker."""
        plugs = [socket.socket() for _ in range(3)]
        try:
            for plug in plugs:
                plug.bind((ADDRESS, 0))
            return cls(*(plug.getsockname()[1] for plug in plugs))
        finally:
            for plug in plugs:
                plug.close()


def programs() -> tuple[str, str] | None:
    """Bearerbox and smsbox; None where Kannel is not installed."""
    where = os.pathsep.join([os.environ.get("PATH", ""), *PLACES])
    bearerbox, smsbox = shutil.which("bearerbox", path=where), shutil.which("smsbox", path=where)
    return (bearerbox, smsbox) if bearerbox and smsbox and shutil.which("setpriv", path=where) else None


def account() -> pwd.struct_passwd | None:
    """As whom they run: Debian's account for a root, oneself otherwise; None where a root has none to hand."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for name in (ACCOUNT, "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


@dataclass(slots=True)
class Kannel:
    """A Kannel that runs for the length of a block, and is started again when it falls. `smsc` is its group of carriers."""

    folder: Path
    smsc: str = LOOPBACK
    ports: Ports = field(default_factory=Ports.free)
    password: str = field(default_factory=lambda: secrets.token_hex(16))
    admin: str = field(default_factory=lambda: secrets.token_hex(16))
    _boxes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)
    _watching: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where texts are handed over."""
        return f"http://{ADDRESS}:{self.ports.sendsms}/cgi-bin/sendsms"

    @property
    def status_url(self) -> str:
        """Where it says how it is."""
        return f"http://{ADDRESS}:{self.ports.admin}/status.xml?password={self.admin}"

    def environment(self) -> dict[str, str]:
        """What the worker must know of it."""
        return {
            "HONGXIAN_SMS_GATEWAY": "kannel",
            "HONGXIAN_KANNEL_URL": self.url,
            "HONGXIAN_KANNEL_STATUS_URL": self.status_url,
            "HONGXIAN_KANNEL_USER": USER,
            "HONGXIAN_KANNEL_PASSWORD": self.password,
            "HONGXIAN_KANNEL_STAND_IN": "1" if self.smsc is LOOPBACK else "",
        }

    def __enter__(self) -> Self:
        """:raises CannotStart: it is not installed, or does not answer."""
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        self._watching = threading.Thread(target=self._watch, name="kannel", daemon=True)
        self._watching.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._ended.set()
        if self._watching is not None:
            self._watching.join()
        self._stop()

    def _start(self) -> None:
        found, who = programs(), account()
        if found is None or who is None:
            raise CannotStart("没有安装 Kannel。", "Kannel is not installed.")
        bearerbox, smsbox = found
        config = self._write(who, "kannel.conf", self.config())
        answers = self._write(who, "answers.conf", self.config_of_answers())
        ready: list[tuple[str, Path, Callable[[], bool]]] = [
            (bearerbox, config, lambda: _listens(self.ports.boxes)),
            (smsbox, config, lambda: _listens(self.ports.sendsms)),
            (smsbox, answers, lambda: b"<id>answers</id>" in self._state()),
        ]
        for program, file, there in ready:
            self._boxes.append(_run([program, "-v", str(SILENT), str(file)], who, self.folder))
            self._wait_for(there, self._boxes[-1])

    def _wait_for(self, there: Callable[[], bool], box: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not there():
            if box.poll() is not None or time.monotonic() > deadline:
                raise CannotStart(f"Kannel 没有启动，详见 {self.folder}。", f"Kannel has not started; see {self.folder}.")
            time.sleep(0.05)

    def _stop(self) -> None:
        for box in reversed(self._boxes):
            if box.poll() is None:
                box.terminate()
        for box in self._boxes:
            try:
                box.wait(ENDS_WITHIN)
            except subprocess.TimeoutExpired:
                processes.kill(box)
                box.wait()
        self._boxes.clear()

    def _watch(self) -> None:
        while not self._ended.wait(0.5):
            if any(box.poll() is not None for box in self._boxes):
                self._stop()
                try:
                    self._start()
                except CannotStart:
                    self._ended.wait(5)

    def fall(self) -> None:
        """For tests: both programs, at once."""
        for box in self._boxes:
            processes.kill(box)

    def bound(self) -> bool:
        """Whether its way to the carriers is open."""
        return b"<status>online" in self._state().partition(b"<smscs>")[2]

    def _state(self) -> bytes:
        connection = http.client.HTTPConnection(ADDRESS, self.ports.admin, timeout=2)
        try:
            connection.request("GET", f"/status.xml?password={self.admin}")
            return connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return b""
        finally:
            connection.close()

    def _write(self, who: pwd.struct_passwd, name: str, text: str) -> Path:
        file = self.folder / name
        with plainly(self.folder):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folders.write_private(file, text)
            for path in (self.folder, file):
                os.chown(path, who.pw_uid, who.pw_gid)
        return file

    def config(self) -> str:
        """
        The configuration; read by its account alone.

        Reports come back to the box that sent, a few at a time; answers have a box of their own (config_of_answers), so
        that an opt-out does not wait behind the reports of a campaign.
        """
        return f"""group = core
admin-port = {self.ports.admin}
admin-interface = "{ADDRESS}"
admin-password = "{self.admin}"
status-password = "{self.admin}"
admin-allow-ip = "{ADDRESS}"
admin-deny-ip = "*.*.*.*"
smsbox-port = {self.ports.boxes}
smsbox-interface = "{ADDRESS}"
box-allow-ip = "{ADDRESS}"
box-deny-ip = "*.*.*.*"
log-level = {SILENT}
dlr-storage = internal
sms-resend-retry = 0

group = smsbox
smsbox-id = "hongxian"
bearerbox-host = "{ADDRESS}"
bearerbox-port = {self.ports.boxes}
sendsms-port = {self.ports.sendsms}
sendsms-interface = "{ADDRESS}"
sendsms-chars = "0123456789 +-"
log-level = {SILENT}
mo-recode = true
max-pending-requests = {REPORTS_AT_ONCE}
{RETRY}
group = smsbox-route
smsbox-id = "answers"
smsc-id = "carrier"

group = sendsms-user
username = "{USER}"
password = "{self.password}"
default-sender = "{SENDER}"
max-messages = {LONGEST_TEXT}
concatenation = true
user-allow-ip = "{ADDRESS}"
user-deny-ip = "*.*.*.*"

{self.smsc}"""

    def config_of_answers(self) -> str:
        """The configuration of the box that brings what people answer."""
        return f"""group = core
admin-port = {self.ports.admin}
admin-password = "{self.admin}"
smsbox-port = {self.ports.boxes}
log-level = {SILENT}

group = smsbox
smsbox-id = "answers"
bearerbox-host = "{ADDRESS}"
bearerbox-port = {self.ports.boxes}
log-level = {SILENT}
mo-recode = true
{RETRY}
group = sms-service
keyword = default
catch-all = true
post-url = "{signing.reply_address()}"
send-sender = true
max-messages = 0
"""


def _run(command: list[str], who: pwd.struct_passwd, folder: Path) -> subprocess.Popen[bytes]:
    """As that account, and dead when we are."""
    as_whom = ["setpriv", "--pdeathsig", "KILL"]
    if os.geteuid() == 0:
        as_whom += [f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups"]
    with (folder / "falls.log").open("ab") as log:
        return subprocess.Popen(
            [*as_whom, *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
            start_new_session=True,
        )


def _listens(port: int) -> bool:
    with socket.socket() as knock:
        return knock.connect_ex((ADDRESS, port)) == 0


def for_demo() -> Kannel | None:
    """The demo's Kannel, with its own loopback behind it; None where it isn't installed or the settings say otherwise."""
    if os.environ.get("HONGXIAN_SMS_GATEWAY") or programs() is None or account() is None:
        return None
    return Kannel(folder=settings.HOME.run / "kannel")
