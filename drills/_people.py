"""
People at work in a drill, over real HTTP: consultants, a manager who imports, members in the portal, and who answers texts.

Each notes what a page confirmed to them; after the drill all of it must be there, once.
"""

from __future__ import annotations

import http.client
import random
import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
from django.conf import settings

from hongxian.cli.trouble import CannotStart
from hongxian.kernel.clock import COMPANY_ZONE
from hongxian.outreach.gateways import signing
from hongxian.portal import door
from tests.cast import now
from tests.conftest import signed_in_as
from tests.visitors import open_visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cast import Cast, Person, Someone

KINDS = {0: "silent", 503: "closed"}
OUTCOMES = ("no_answer", "no_answer", "busy", "interested", "call_back", "invalid", "refused")
BOUNDARY = "hongxian-drill"
HEADINGS = "会员编号,姓名,性别,出生日期,手机号码,学历,授权依据,授权日期"
MAPPING = {"label": "会员编号", "name": "姓名", "sex": "性别", "birth": "出生日期", "phone": "手机号码", "education": "学历"}
MAPPING |= {"basis": "授权依据", "basis_date": "授权日期"}


@dataclass
class Told:
    """What pages said: how often what, and the keys of what they confirmed."""

    counts: Counter[str] = field(default_factory=Counter)
    keys: dict[str, list[Any]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, status: int, key: Any = None) -> None:
        """3xx and 2xx are a yes, 4xx a no, 503 a page that says what to do; the rest nobody meant."""
        kind = "yes" if status in {200, 302, 303} else "no" if 400 <= status < 500 else KINDS.get(status, "error")
        with self.lock:
            self.counts[f"{what} {kind}"] += 1
            if kind == "error":
                self.errors.append(f"✗ {what} was answered by {status}")
            if kind == "yes" and key is not None:
                self.keys.setdefault(what, []).append(key)


@dataclass
class Browser:
    """Cookies and a port."""

    port: int
    cookies: dict[str, str]
    csrf: str = field(default_factory=lambda: secrets.token_hex(16))
    line: http.client.HTTPConnection | None = None
    patience: float = 20.0

    def ask(
        self, method: str, path: str, form: dict[str, Any] | None = None, *, body: bytes = b"", kind: str = ""
    ) -> tuple[int, str, str]:
        """Status (0: no answer), where to, and the page. A line that broke is opened anew; nothing is asked twice."""
        headers = {"Host": f"localhost:{self.port}", "Accept-Language": "zh-hans", "Cookie": self._cookie()}
        if form is not None:
            body, kind = (
                urlencode(form | {"csrfmiddlewaretoken": self.csrf}, doseq=True).encode(),
                "application/x-www-form-urlencoded",
            )
        if kind:
            headers["Content-Type"] = kind
        try:
            if self.line is None:
                self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience)
            self.line.request(method, path, body or None, headers)
            answer = self.line.getresponse()
            page = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            self.close()
            return 0, "", ""
        return answer.status, answer.headers.get("Location") or "", page

    def close(self) -> None:
        """Hang up."""
        if self.line is not None:
            self.line.close()
        self.line = None

    def _cookie(self) -> str:
        name = "hongxian_desk_csrf" if "hongxian_desk" in self.cookies else "hongxian_portal_csrf"
        return "; ".join(f"{key}={value}" for key, value in {**self.cookies, name: self.csrf}.items())


def browser_of(person: Person, port: int) -> Browser:
    """Signed in, as the sign-in page would have done it."""
    with signed_in_as("desk"):
        session = person.browser().cookies[settings.SESSION_COOKIE_NAME].value
    return Browser(port, {"hongxian_desk": session})


class People:
    """Everybody at work until told to stop."""

    def __init__(self, cast: Cast, *, seed: int, desk: int, portal: int, version_id: int, members: list[Someone]) -> None:
        self.cast, self.told, self.ended = cast, Told(), threading.Event()
        self._seed, self._desk, self._portal, self._version = seed, desk, portal, version_id
        self._members = {each.member_id: each for each in members}
        self._imports = 0
        self._free = list(members)
        self._visits = {each.member_id: open_visit(each) for each in members}
        holders = [person for name, person in cast.people.items() if person.role == "consultant" and name != "wu"]
        works: list[Callable[[random.Random], None]] = [self._consultant(person) for person in holders]
        works += [self._manager(), self._visitor, self._replier()]
        self._threads = [
            threading.Thread(target=self._for_ever, args=(work, random.Random(seed * 1000 + place)), daemon=True)
            for place, work in enumerate(works)
        ]
        self._sessions = {person.staff_id: browser_of(person, desk) for person in [*holders, cast.zheng]}

    def start(self) -> None:
        """Everybody begins."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Everybody ends what they are at."""
        self.ended.set()
        for thread in self._threads:
            thread.join(40)

    def _for_ever(self, work: Callable[[random.Random], None], dice: random.Random) -> None:
        while not self.ended.is_set():
            try:
                work(dice)
            except (psycopg.Error, CannotStart):  # the drill's own look into the database, which was killed
                self.told.note("look", 0)
                time.sleep(0.3)
            self.ended.wait(dice.uniform(0.02, 0.25))

    def _consultant(self, person: Person) -> Callable[[random.Random], None]:
        def work(dice: random.Random) -> None:
            browser = self._sessions[person.staff_id]
            held = self._held(person)
            if len(held) < 5 or dice.random() < 0.15:
                form = {"pool": self.cast.east_pool, "n": dice.randint(1, 4)}
                status, where, _ = browser.ask("POST", "/desk/claim/", form)
                parts = [part for part in where.split("/") if part.isdigit()]
                self.told.note("claim", status, (person.staff_id, int(parts[-1])) if len(parts) > 1 else None)
                return
            page = f"/desk/member/{self.cast.city_id}/{dice.choice(held)}/"
            do = dice.choice(
                (self._look, self._outcome, self._outcome, self._text, self._text, self._call, self._visit, self._let_go)
            )
            do(browser, page, dice)

        return work

    def _held(self, person: Person) -> list[int]:
        from hongxian.cli import company

        with company.site().connect("owner") as mine:
            query = b"SELECT member_id FROM pools_holding WHERE city_id = %s AND staff_id = %s"
            found: list[Any] = mine.execute(query, [self.cast.city_id, person.staff_id]).fetchall()
            return [int(member_id) for (member_id,) in found]

    def _look(self, browser: Browser, page: str, dice: random.Random) -> None:
        self.told.note("look at", browser.ask("GET", page)[0])

    def _outcome(self, browser: Browser, page: str, dice: random.Random) -> None:
        key, outcome = str(uuid4()), dice.choice(OUTCOMES)
        form = {"outcome": outcome, "request_key": key, "note": "", "minutes": "3"}
        if outcome == "call_back":
            form["at"] = (now().astimezone(COMPANY_ZONE) + timedelta(days=1)).strftime("%Y-%m-%dT14:00")
        self.told.note("outcome", browser.ask("POST", f"{page}outcome/", form)[0], key)

    def _text(self, browser: Browser, page: str, dice: random.Random) -> None:
        key = str(uuid4())
        status, _, _ = browser.ask("POST", f"{page}texts/", {"version": self._version, "request_key": key})
        self.told.note("text", status, key)

    def _call(self, browser: Browser, page: str, dice: random.Random) -> None:
        key = str(uuid4())
        status, _, _ = browser.ask("POST", f"{page}call/", {"request_key": key})
        self.told.note("call", status, key)
        if status in {200, 302, 303}:
            self.ended.wait(dice.uniform(0.5, 4))
            browser.ask("POST", f"{page}call/{key}/hang-up/", {})

    def _visit(self, browser: Browser, page: str, dice: random.Random) -> None:
        at = (now().astimezone(COMPANY_ZONE) + timedelta(days=1)).strftime(f"%Y-%m-%dT{dice.randint(10, 18)}:00")
        key = str(uuid4())
        form = {"at": at, "minutes": "60", "room": "", "request_key": key}
        self.told.note("visit", browser.ask("POST", f"{page}visit/", form)[0], key)

    def _let_go(self, browser: Browser, page: str, dice: random.Random) -> None:
        if dice.random() < 0.3:
            member_id = int(page.split("/")[-2])
            self.told.note("no to the consultant", browser.ask("POST", f"{page}refuse/", {"reason": "refused"})[0], member_id)
        else:
            self.told.note("release", browser.ask("POST", f"{page}release/", {"reason": "not_now"})[0])

    def _manager(self) -> Callable[[random.Random], None]:
        def work(dice: random.Random) -> None:
            self.ended.wait(6)  # a store's imports are done one after the other
            browser = self._sessions[self.cast.zheng.staff_id]
            self._imports += 1
            rows = [
                f"D{self._seed}-{self._imports}-{place},王小{place},女,1995-03-02,{_number(dice)},本科,会员服务合同签署授权书,2026-10-01"
                for place in range(dice.randint(3, 12))
            ]
            status, where, _ = browser.ask(
                "POST",
                "/desk/imports/",
                body=_upload("\n".join((HEADINGS, *rows)), browser.csrf),
                kind=f"multipart/form-data; boundary={BOUNDARY}",
            )
            self.told.note("upload", status)
            if status == 303:
                form = {f"field-{name}": heading for name, heading in MAPPING.items()} | {"as_of": "2026-11-24", "dry": "0"}
                self.told.note("import", browser.ask("POST", where, form)[0], int(where.split("/")[3]))

        return work

    def _visitor(self, dice: random.Random) -> None:
        someone = dice.choice(list(self._members.values()))
        browser = Browser(self._portal, {door.COOKIE: self._visits[someone.member_id]})
        self.told.note("portal page", browser.ask("GET", dice.choice(("/me/", "/consents/", "/looks/")))[0])
        if dice.random() < 0.12 and someone in self._free:
            self._free.remove(someone)
            self.told.note("no in the portal", browser.ask("POST", "/stop/", {})[0], someone.member_id)
        browser.close()
        self.ended.wait(0.3)

    def _replier(self) -> Callable[[random.Random], None]:
        path = "/" + signing.reply_address().split("/", 3)[3]

        def work(dice: random.Random) -> None:
            self.ended.wait(1.5)
            if not self._free:
                return
            someone = self._free.pop(dice.randrange(len(self._free)))
            line = http.client.HTTPConnection("127.0.0.1", self._desk, timeout=10)
            headers = {"Content-Type": 'text/plain; charset="UTF-16BE"', "X-Kannel-From": someone.number}
            headers |= {"X-Kannel-Time": now().strftime("%Y-%m-%d %H:%M:%S"), "Host": f"localhost:{self._desk}"}
            try:
                line.request("POST", path, "退订".encode("utf-16-be"), headers)
                status = line.getresponse().status
            except (OSError, http.client.HTTPException):
                status = 0
            finally:
                line.close()
            self.told.note("no by answer", status, someone.member_id)

        return work


def _number(dice: random.Random) -> str:
    return f"1380013{dice.randint(0, 9999):04d}"


def _upload(text: str, csrf: str) -> bytes:
    fields = {"csrfmiddlewaretoken": csrf, "as_of": "2026-11-24"}
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    ]
    parts.append(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="list.csv"\r\nContent-Type: text/csv\r\n\r\n{text}\r\n'
    )
    return ("".join(parts) + f"--{BOUNDARY}--\r\n").encode()
