"""The pages of all day at 50,000 members: time at the server, and what of it database and keeper take."""

from __future__ import annotations

import http.client
import re
import socket
import statistics
import sys
import time
import urllib.parse
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from bench import _home, _shape

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from hongxian.kernel.actor import Actor


def main() -> int:
    made = _shape.parser("pages", __doc__, rows=50_000, rounds=3, quick_rows=500)
    made.add_argument("--times", type=int, help="requests a page and round (100)")
    asked = _shape.parse(made)
    asked.times = asked.times or (20 if asked.quick else 100)
    with _home.prepared():
        from hongxian.cli import company, processes
        from hongxian.cli.sample import fill, sign_ins

        port = _free_port()
        with company.running("keeper"):
            fill(lambda text, _share: print(text, file=sys.stderr), size=asked.rows)
            with _desk(processes.start("desk", {"HONGXIAN_PORT": str(port)}), port):
                _role, number, password = sign_ins()[0]
                _bench(Browser(port, number, password), asked)
    return 0


def _bench(browser: Browser, asked: argparse.Namespace) -> None:
    from hongxian.outreach import queries

    by = _consultant(browser.employee_no)
    found = queries.next_member(by=by, now=_now())
    assert found is not None, "the consultant holds nobody"
    city_id, member_id = found.city_id, found.member_id
    member = f"/desk/member/{found.city_id}/{found.member_id}/"
    pages = {"worklist": "/desk/list/", "member": member, "day": "/desk/", "pool": browser.follow("/desk/pools/")}

    def own() -> object:
        return queries.member_page(by=by, city_id=city_id, member_id=member_id, now=_now())

    took: dict[str, list[float]] = {name: [] for name in (*pages, "own")}

    def a_round(name: str, work: Callable[[], object]) -> float:
        each = _shape.each_ms(work, asked.times)
        took[name] += each
        return statistics.median(each)

    measures = [
        _shape.Measure(
            name, partial(a_round, name, partial(browser.get, path)), partial(a_round, "own", own) if name == "member" else None,
            unit=_shape.MS, at_most=30,
        )
        for name, path in pages.items()
    ]  # fmt: skip
    measures.sort(key=lambda measure: measure.name != "member")
    _shape.in_turn(measures, asked.rounds)
    for name, each in took.items():
        print(f"{name:9} median {statistics.median(each):6.1f} ms   95 % {_shape.slowest_of(each, 0.95):6.1f} ms")
    print("own: the member page's own reads, trace and keeper; ratio: what of the page they take")
    _shape.table(measures)
    middle = {f"{measure.name}_ms": round(statistics.median(measure.products), 1) for measure in measures}
    slow = {f"{name}_p95_ms": round(_shape.slowest_of(each, 0.95), 1) for name, each in took.items()}
    _shape.tell("pages", asked, measures, **middle, **slow)


class Browser:
    """Somebody signed in, over one kept connection."""

    def __init__(self, port: int, employee_no: str, password: str) -> None:
        self.employee_no = employee_no
        self._line = http.client.HTTPConnection("127.0.0.1", port)
        self._cookies: dict[str, str] = {}
        token = re.search(rb'csrfmiddlewaretoken" value="([^"]+)"', self.get("/login/"))
        assert token is not None
        form = {"username": employee_no, "password": password, "csrfmiddlewaretoken": token[1].decode()}
        self._ask("POST", "/login/", urllib.parse.urlencode(form))
        assert any(name.startswith("hongxian_desk") for name in self._cookies)

    def get(self, path: str) -> bytes:
        answer, body = self._ask("GET", path)
        assert answer.status == 200, (path, answer.status)
        return body

    def follow(self, path: str) -> str:
        answer, _body = self._ask("GET", path)
        return str(answer.headers["Location"])

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[http.client.HTTPResponse, bytes]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()), "Accept-Language": "zh-CN"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._line.request(method, path, body, headers)
            answer = self._line.getresponse()
        except http.client.RemoteDisconnected:  # a desk closes what was quiet for some seconds; the line opens anew
            self._line.request(method, path, body, headers)
            answer = self._line.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, value = line.split(";")[0].partition("=")
            self._cookies[name] = value
        return answer, answer.read()


@contextmanager
def _desk(child: object, port: int) -> Iterator[None]:
    from hongxian.cli import processes

    try:
        for _ in range(1_200):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield
    finally:
        processes.stop(child)  # type: ignore[arg-type] # what processes.start gave


def _consultant(employee_no: str) -> Actor:
    """The same consultant in this process; it is the worker, so its traces say so."""
    from django.db import connection

    from hongxian.kernel.clock import day_of
    from hongxian.org import queries as org

    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM org_staff WHERE employee_no = %s", [employee_no])
        (staff_id,) = cursor.fetchone()
    found = org.actor(staff_id=staff_id, today=day_of(_now()), process="worker")
    assert found is not None
    return found


def _now() -> datetime:
    from django.utils import timezone

    return timezone.now()


def _free_port() -> int:
    with socket.socket() as knock:
        knock.bind(("127.0.0.1", 0))
        return int(knock.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
