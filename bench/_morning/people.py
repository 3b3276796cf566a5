"""The consultants of the morning: each a person at a browser, over real HTTP, with what a browser fetches by itself."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
import urllib.parse
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench._morning.city import CLAIMS, PASSWORD, tomorrow

if TYPE_CHECKING:
    from bench._morning.city import City, Consultant
    from bench._morning.meters import Clockwork

AT_ONCE = 10  # of the city pool in one press
TALK = 45.0  # seconds that a talk lasts on average, as people have them
OUTCOMES = (
    ("interested", 25),
    ("call_back", 35),
    ("visit", 10),
    ("no_answer", 18),
    ("refused", 9),
    ("married", 3),
)  # after a talk
MEMBER = re.compile(r"/desk/member/(\d+)/(\d+)/")
CLAIMED = re.compile(r"认领了 (\d+) 位会员")
WAS = re.compile(r"\?was=(\w*)")
CAUSE = re.compile(r'data-cause="(\w*)"')
ASKS = re.compile(r'hx-get="(/desk/texts/\d+/\d+/\d+/)"')


class Trouble(Exception):
    """A page did not say what it should; the consultant goes on with the next member."""


class Browser:
    """One person's browser: cookies, one kept connection, made anew when the server has closed it."""

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}
        self.received = 0  # bytes of bodies

    def get(self, path: str, *, htmx: bool = False) -> tuple[int, str, http.client.HTTPMessage]:
        return self._ask("GET", path, None, htmx=htmx)

    def post(self, path: str, form: dict[str, object], *, htmx: bool = False) -> tuple[int, str, http.client.HTTPMessage]:
        token = next((value for name, value in self._cookies.items() if name.endswith("_csrf")), "")
        return self._ask("POST", path, urllib.parse.urlencode({**form, "csrfmiddlewaretoken": token}), htmx=htmx)

    def follow(self, answer: tuple[int, str, http.client.HTTPMessage]) -> tuple[str, str]:
        """Where an answer leads to, and the page there."""
        status, _body, headers = answer
        place = headers.get("Location", "")
        if status != 302 or not place:
            raise Trouble(f"{status} instead of a way on")
        while True:
            status, body, headers = self.get(place)
            if status != 302:
                break
            place = headers["Location"]
        if status != 200:
            raise Trouble(f"{MEMBER.sub('/desk/member/', place)} {status}")
        return place, body

    def _ask(self, method: str, path: str, body: str | None, *, htmx: bool) -> tuple[int, str, http.client.HTTPMessage]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()), "Accept-Language": "zh-CN"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if htmx:
            headers["HX-Request"] = "true"
        for fresh in (False, True):
            if fresh:
                self._line.close()
            try:
                self._line.request(method, path, body, headers)
                answer = self._line.getresponse()
                break
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                if fresh:
                    raise
        text = answer.read().decode()
        self.received += len(text.encode())
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, value = line.split(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, text, answer.headers


@dataclass(slots=True)
class Told:
    """What the pages told the consultants: the audit compares it with the tables."""

    counts: Counter[str] = field(default_factory=Counter)
    texted: list[int] = field(default_factory=list)  # members who may answer
    planned: Counter[str] = field(default_factory=Counter)
    late: list[float] = field(default_factory=list)  # seconds after the planned moment
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, n: int = 1) -> None:
        with self._lock:
            self.counts[what] += n

    def plan(self, what: str, n: int = 1) -> None:
        with self._lock:
            self.planned[what] += n


class Worker:
    """A consultant at work. Seconds of the company's day pass `speed` times as fast as those of the clock."""

    def __init__(self, who: Consultant, city: City, *, port: int, speed: float, clock: Clockwork, told: Told) -> None:
        self.browser = Browser(port)
        self.clock = clock
        self._who, self._city, self._told, self._speed = who, city, told, speed
        self._dice = random.Random(who.staff_id)
        self._member = (0, 0)
        self._ahead = False  # the outcome has led to this member already
        self.refused = False  # by a nine in the newest call

    def sign_in(self) -> None:
        """To the page of the day, as everybody comes in."""
        with self.clock.timed("sign in"):
            self.browser.get("/login/")
            form: dict[str, object] = {"username": self._who.employee_no, "password": PASSWORD}
            _place, body = self.browser.follow(self.browser.post("/login/", form))
        if "/desk/claim/" not in body:
            raise Trouble("signed in, and no page of the day")
        self._told.note("sign in")

    def day(self) -> None:
        with self.clock.timed("day's page"):
            self.browser.get("/desk/")

    def claim(self, kind: str, n: int) -> None:
        """The best n of a pool. What was received stands on the page that follows."""
        pool = self._who.store_pool if kind == "store" else self._city.city_pool
        with self.clock.timed(f"claim {n}"):
            answer = self.browser.post("/desk/claim/", {"pool": pool, "n": n})
        place, body = self._page(answer)
        found = CLAIMED.search(body)
        self._told.note("claims", int(found[1]) if found else 0)
        self._see(place)

    def claim_all(self) -> None:
        """A day's quota."""
        self.claim("store", CLAIMS["store"])
        for _ in range(CLAIMS["city"] // AT_ONCE):
            self.claim("city", AT_ONCE)

    def next_member(self) -> None:
        """The next one to work on, with what the page fetches by itself: where the last outcome led, or by the button."""
        if self._ahead:
            self._ahead = False
            self.page()
            self.beside()
            self.centre()
            return
        place, _body = self._page(self.browser.get(f"/desk/next/?after={self._member[1]}"))
        self._see(place)

    def _page(self, answer: tuple[int, str, http.client.HTTPMessage]) -> tuple[str, str]:
        with self.clock.timed("member's page"):
            place, body = self.browser.follow(answer)
        self._told.note("pages")
        return place, body

    def _see(self, place: str) -> None:
        found = MEMBER.search(place)
        if found is None:
            raise Trouble(f"nobody to work on: {place}")
        self._member = int(found[1]), int(found[2])
        self.beside()
        self.centre()

    def beside(self) -> None:
        with self.clock.timed("worklist"):
            self.browser.get(f"/desk/list/?open={self._member[1]}", htmx=True)

    def centre(self) -> None:
        with self.clock.timed("centre's panel"):
            self.browser.get(self._here() + "centre/", htmx=True)

    def page(self) -> None:
        """The same member again."""
        self._told.note("pages")
        with self.clock.timed("member's page"):
            status, _body, _headers = self.browser.get(self._here())
        if status != 200:
            raise Trouble(f"member's page {status}")

    def _here(self) -> str:
        return f"/desk/member/{self._member[0]}/{self._member[1]}/"

    def work_on_next(self, *, text: bool) -> None:
        """One member: page, then a call with its outcome, or a text."""
        self.next_member()
        if text:
            self.write()
        else:
            cause = self.call()
            if cause == "nine":
                self._told.note("nines")
            else:
                self.file(self._outcome(cause))

    def _outcome(self, cause: str) -> str:
        if cause in {"no_answer", "busy", "invalid"}:
            return cause
        names, shares = zip(*OUTCOMES, strict=True)
        return str(self._dice.choices(names, shares)[0]) if cause == "desk_hung_up" else "no_answer"

    def call(self, *, watch: bool = True) -> str:
        """拨打 up to its end; the page asks every second of the company's day. Gives the cause of the end."""
        address, was = self._place()
        asks_every, ends_at, deadline = (1.0 / self._speed if watch else 1.0), 0.0, time.monotonic() + 90
        while time.monotonic() < deadline:
            time.sleep(asks_every)
            was, cause = self._state(address, was)
            if was == "over":
                self.refused = cause == "nine"
                return cause
            if was == "talking" and not ends_at:
                ends_at = time.monotonic() + (self._dice.expovariate(1 / TALK) / self._speed if watch else 0)
            if ends_at and time.monotonic() >= ends_at:
                self._hang_up(address)
                ends_at = deadline + 1
        raise Trouble("a call without an end")

    def call_and_ask(self, times: int) -> int:
        """A call whose page asks so often, one question after the other, while both phones ring and two talk."""
        address, was = self._place()
        time.sleep(3.0)
        for _ in range(times):
            was, _cause = self._state(address, was)
        self._hang_up(address)
        while True:
            was, cause = self._state(address, was)
            if was == "over":
                self.refused = cause == "nine"
                return times
            time.sleep(0.5)

    def _place(self) -> tuple[str, str]:
        """Presses; where to ask about the call, and how it stands."""
        key = uuid.uuid4()
        with self.clock.timed("call"):
            status, body, _headers = self.browser.post(self._here() + "call/", {"request_key": key}, htmx=True)
        if status != 200:
            raise Trouble(f"call {status}")
        self._told.note("calls")
        said = WAS.search(body)
        return f"{self._here()}call/{key}/", said[1] if said else ""

    def _state(self, address: str, was: str) -> tuple[str, str]:
        """How it stands now; when it is over, why."""
        with self.clock.timed("call's state"):
            status, body, headers = self.browser.get(f"{address}?was={was}", htmx=True)
        if headers.get("HX-Retarget"):
            cause = CAUSE.search(body)
            return "over", cause[1] if cause else ""
        said = WAS.search(body) if status == 200 else None
        return (said[1] if said else was), ""

    def _hang_up(self, address: str) -> None:
        with self.clock.timed("hang up"):
            self.browser.post(address + "hang-up/", {}, htmx=True)

    def file(self, outcome: str) -> None:
        """结果登记; the answer leads on to the next member."""
        form = {"outcome": outcome, "request_key": uuid.uuid4(), "at": tomorrow() if outcome in {"call_back", "visit"} else ""}
        with self.clock.timed("outcome"):
            status, _body, headers = self.browser.post(self._here() + "outcome/", form)
        if status != 302:
            raise Trouble(f"outcome {outcome} {status}")
        self._told.note("outcomes")
        self._told.note("refused", outcome in {"refused", "married"})
        place = MEMBER.search(headers.get("Location", ""))
        self._ahead = place is not None
        self._member = (int(place[1]), int(place[2])) if place else (0, 0)

    def write(self) -> None:
        """发短信: preview, press, and how it stands until it has gone."""
        form: dict[str, object] = {
            "version": self._city.version_id,
            "request_key": uuid.uuid4(),
            "alias": "",
            "date": "",
            "time": "",
        }
        with self.clock.timed("text's preview"):
            self.browser.post(self._here() + "texts/preview/", form, htmx=True)
        with self.clock.timed("text"):
            status, body, _headers = self.browser.post(self._here() + "texts/", form, htmx=True)
        if status != 200:
            raise Trouble(f"text {status}")
        self._told.note("texts")
        self._told.texted.append(self._member[1])
        deadline = time.monotonic() + 30
        while (asks := ASKS.search(body)) and time.monotonic() < deadline:
            time.sleep(1.0 / self._speed)
            with self.clock.timed("text's state"):
                _status, body, _headers = self.browser.get(asks[1], htmx=True)

    def morning(self, *, begins: float, ends: float, comes: float, claims: float, moments: list[tuple[float, bool]]) -> None:
        """Signs in, claims, and works on one member after the other, each at its moment of the company's day or as soon as may be."""
        self._wait(begins + comes / self._speed)
        self._try("sign in", self.sign_in)
        self._wait(begins + claims / self._speed)
        self._try("claim", self.claim_all)
        for moment, text in moments:
            due = begins + moment / self._speed
            self._wait(due)
            now = time.monotonic()
            if now >= ends:
                break
            self._told.late.append(now - due)
            self._try("text" if text else "call", lambda text=text: self.work_on_next(text=text))

    @staticmethod
    def _wait(until: float) -> None:
        time.sleep(max(0.0, until - time.monotonic()))

    def _try(self, what: str, work: object) -> None:
        try:
            assert callable(work)
            work()
            self._told.note(f"done {what}")
        except (Trouble, OSError, http.client.HTTPException) as trouble:
            self.clock.fail(what, f"{type(trouble).__name__}: {trouble}")


class Answers:
    """Members who answer T to a text: what a carrier brings, at the desk's door for machines."""

    def __init__(self, city: City, port: int, clock: Clockwork, told: Told) -> None:
        from hongxian.outreach.gateways import signing

        self._path = f"/api/gateways/kannel/reply/{signing.mac('reply', 'kannel', '')}/"
        self.clock = clock
        self._city, self._port, self._told = city, port, told

    def say_no(self, member_id: int) -> None:
        headers = {
            "X-Kannel-From": self._city.numbers[member_id],
            "X-Kannel-Time": str(time.time()),
            "Content-Type": "text/plain",
        }
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        with self.clock.timed("answer T"):
            line.request("POST", self._path, "T", headers)
            status = line.getresponse().status
        line.close()
        if status != 200:
            self.clock.fail("answer T", str(status))
            return
        self._told.note("answers")
