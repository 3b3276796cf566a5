"""Live boards that are open at once, each asking every five seconds, while numbers change: how long answers take."""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from typing import TYPE_CHECKING

from bench import _home, _shape
from bench.pages import Browser, _desk, _free_port

if TYPE_CHECKING:
    import argparse

EVERY = 5.0  # seconds, as board.js asks
CHANGES_EVERY = 20.0  # seconds, in each store: 1,600 calls a day and some texts
SLOW = 1.0


class Boards:
    """So many screens, each with the mark of what it shows."""

    def __init__(self, *, port: int, cookies: list[str], many: int, until: float) -> None:
        self._port, self._cookies, self._many, self._until = port, cookies, many, until
        self.took: list[float] = []
        self.same = self.changed = self.failed = 0

    async def run(self) -> None:
        await asyncio.gather(*(self._one(number) for number in range(self._many)))

    async def _one(self, number: int) -> None:
        mark, cookie = "", self._cookies[number % len(self._cookies)]
        await asyncio.sleep(random.random() * EVERY)
        while time.monotonic() < self._until:
            begun = time.perf_counter()
            try:
                status, mark = await asyncio.wait_for(self._ask(cookie, mark), 20)
            except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError):
                self.failed += 1
            else:
                self.took.append(time.perf_counter() - begun)
                self.same, self.changed = self.same + (status == 304), self.changed + (status == 200)
                self.failed += status not in {200, 304}
            await asyncio.sleep(EVERY * (0.9 + 0.2 * random.random()))

    async def _ask(self, cookie: str, mark: str) -> tuple[int, str]:
        """A connection each: what a browser kept, the server has closed after five quiet seconds."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            head = f"GET /desk/board/live/ HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nAccept-Language: zh-CN\r\n"
            writer.write((head + f"If-None-Match: {mark}\r\nConnection: close\r\n\r\n").encode())
            answer = await reader.read()
        finally:
            writer.close()
        first, _, rest = answer.partition(b"\r\n")
        status = int(first.split(b" ")[1])
        for line in rest.split(b"\r\n\r\n", 1)[0].split(b"\r\n"):
            if line.lower().startswith(b"etag:"):
                mark = line.split(b":", 1)[1].strip().decode()
        return status, mark


def main() -> int:
    made = _shape.parser("boards", __doc__, rows=2_000, rounds=1, quick_rows=200)
    made.add_argument("--boards", type=int, help="screens (500)")
    made.add_argument("--seconds", type=int, help="for so long (30)")
    asked = _shape.parse(made)
    asked.boards = asked.boards or (20 if asked.quick else 500)
    asked.seconds = asked.seconds or (5 if asked.quick else 30)
    with _home.prepared():
        from hongxian.cli import company, processes
        from hongxian.cli.sample import fill, sign_ins

        port = _free_port()
        with company.running("keeper"):
            fill(lambda text, _share: print(text, file=sys.stderr), size=asked.rows)
            with _desk(processes.start("desk", {"HONGXIAN_PORT": str(port)}), port):
                named = ("store manager", "team manager", "运营")
                known = [(number, password) for role, number, password in sign_ins() if any(name in role for name in named)]
                browsers = [Browser(port, number, password) for number, password in known]
                cookies = ["; ".join(f"{name}={value}" for name, value in each._cookies.items()) for each in browsers]  # noqa: SLF001
                _measure(port, cookies, asked)
    return 0


def _measure(port: int, cookies: list[str], asked: argparse.Namespace) -> None:
    boards = Boards(port=port, cookies=cookies, many=asked.boards, until=time.monotonic() + asked.seconds)

    async def both() -> None:
        changing = asyncio.create_task(_change())
        await boards.run()
        changing.cancel()

    asyncio.run(both())
    took = sorted(boards.took)
    middle, slow, slowest = (took[min(len(took) - 1, len(took) * share // 100)] * 1000 for share in (50, 95, 99))
    print(f"{asked.boards} boards for {asked.seconds} s: {len(took)} answers ({boards.same} unchanged), {boards.failed} failed")
    print(f"median {middle:.0f} ms   95 % {slow:.0f} ms   99 % {slowest:.0f} ms")
    in_time = sum(each <= SLOW for each in took) / max(1, len(took) + boards.failed)
    ratio = round(in_time, 3)  # the share that was answered within a second
    medians = {"answer": {"product": round(middle, 1), "bare": None, "unit": "ms"}}
    told = _shape.shaped("boards", rows=asked.rows, rounds=1, ratio=ratio, medians=medians, ratios={"within a second": ratio})
    told |= {"boards": asked.boards, "answers": len(took), "unchanged": boards.same, "failed": boards.failed}
    print(json.dumps(told | {"median_ms": round(middle, 1), "p95_ms": round(slow, 1), "p99_ms": round(slowest, 1)}))


async def _change() -> None:
    """A number of every store changes, as often as in a busy one."""
    while True:
        await asyncio.to_thread(_count)
        await asyncio.sleep(CHANGES_EVERY)


def _count() -> None:
    from django.db import connections
    from django.utils import timezone

    from hongxian.org import queries as org
    from hongxian.outreach import tallying

    now = timezone.now()
    for store in org.stores():
        for staff in org.consultants_of_store(store_id=store.store_id, today=now.date())[:1]:
            tallying.rest(city_id=staff.city_id, staff_id=staff.staff_id, now=now)
    connections.close_all()


if __name__ == "__main__":
    sys.exit(main())
