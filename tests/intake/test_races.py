"""Imports beside noes, beside other imports, and killed in mid-sentence."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from hongxian.cli import processes
from hongxian.intake import batches, importing, queries, runs
from hongxian.org import queries as org
from hongxian.outreach import refusing
from hongxian.vault import asking
from hongxian.vault import storing as sealed
from tests import world
from tests.intake import books

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hongxian.intake.importing import Worked

pytestmark = [pytest.mark.usefixtures("company"), pytest.mark.timeout(300)]

KILLS = 4


@pytest.fixture
def city() -> world.World:
    return world.World(now=timezone.now())


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "AT_ONCE", 40)


def together(*works: Callable[[], Any]) -> list[Any]:
    """Runs all at the same time, each on a connection of its own."""
    gate = threading.Barrier(len(works))

    def one(work: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return work()
        finally:
            connections.close_all()
            asking.forget()

    with ThreadPoolExecutor(len(works)) as pool:
        return [each.result() for each in [pool.submit(one, work) for work in works]]


def hashed(city: world.World, *numbers: str) -> list[list[bytes]]:
    return asking.hash_numbers(
        by=city.system(), numbers=[f"+86{each}" for each in numbers], purpose="suppression", now=timezone.now()
    )


def people(count: int) -> list[dict[str, Any]]:
    """Rows of people who may be contacted, some of them twice."""
    rows = [
        {
            "label": f"M{place:05d}",
            "name": "王小明",
            "phone": books.number(),
            "height": 150 + place % 50,
            **books.signed(place % 700),
        }
        for place in range(count)
    ]
    again = [{**row, "label": f"{row['label']}x", "education": "本科"} for row in rows[:: max(1, count // 20)]]
    return rows + again


class TestNoes:
    def test_leave_no_entry_behind_whoever_comes_first(self, city: world.World, small_batches: None) -> None:
        rows = people(400)
        refusing_these = random.sample(rows, 60)
        by = city.system()
        hashes = hashed(city, *(row["phone"] for row in refusing_these))

        def refuse() -> None:
            for each in hashes:
                refusing.refuse_number(by=by, number_hashes=each, origin="race", reason="refused", now=timezone.now())

        together(lambda: books.bring(city.stores[0], books.book(rows)), refuse)
        said_no = [each for some in hashes for each in some]
        left = world.value(
            "SELECT count(*) FROM pools_entry AS entry JOIN members_number AS number USING (city_id, member_id)"
            " WHERE number.number_hash = ANY (%s)",
            said_no,
        )
        unmarked = world.value(
            "SELECT count(*) FROM members_member AS member JOIN members_number AS number"
            " ON number.city_id = member.city_id AND number.member_id = member.id"
            " WHERE number.number_hash = ANY (%s) AND member.suppressed_at IS NULL",
            said_no,
        )
        assert (left, unmarked) == (0, 0)
        assert city.count("pools_entry") == 400 - len({row["phone"] for row in refusing_these})
        assert world.broken_promises(city.city_id) == []

    def test_waits_for_an_import_that_has_looked_already(self, city: world.World, monkeypatch: pytest.MonkeyPatch) -> None:
        n = books.number()
        [hashes] = hashed(city, n)
        looked, store_sealed = threading.Event(), sealed.store

        def slowly(**given: Any) -> None:
            looked.set()
            time.sleep(0.7)
            store_sealed(**given)

        monkeypatch.setattr(sealed, "store", slowly)

        def refuse() -> None:
            assert looked.wait(20)
            refusing.refuse_number(by=city.system(), number_hashes=hashes, origin="race", reason="refused", now=timezone.now())

        together(lambda: books.bring(city.stores[0], books.book([{"label": "A1", "phone": n, **books.signed()}])), refuse)
        assert city.count("members_member", "suppressed_at IS NOT NULL") == 1
        assert city.count("pools_entry") == 0

    def test_under_way_makes_an_import_wait(self, city: world.World) -> None:
        n = books.number()
        [hashes] = hashed(city, n)
        refused = threading.Event()

        def refuse() -> None:
            with transaction.atomic():
                refusing.refuse_number(
                    by=city.system(), number_hashes=hashes, origin="race", reason="refused", now=timezone.now()
                )
                refused.set()
                time.sleep(0.7)

        def bring() -> Worked:
            assert refused.wait(20)
            return books.bring(city.stores[0], books.book([{"label": "A1", "phone": n, **books.signed()}]))

        done, _none = together(bring, refuse)
        assert (done.rows[0].suppressed, done.summary.contactable_people) == (True, 0)
        assert city.count("pools_entry") == 0


class TestTwoAtOnce:
    def test_of_one_file_tell_the_same_and_store_once(self, city: world.World, small_batches: None) -> None:
        rows = people(300)
        content = books.book(rows)
        first, second = together(*[lambda: books.bring(city.stores[0], content)] * 2)
        assert first.rows == second.rows
        assert first.summary == second.summary
        assert city.count("members_member") == city.count("vault_envelope") == city.count("pools_entry") == 300

    def test_from_two_stores_in_opposite_order_make_one_member_each(self, city: world.World, small_batches: None) -> None:
        rows = people(300)
        other = world.World(now=timezone.now())
        one, two = together(
            lambda: books.bring(city.stores[0], books.book(rows)),
            lambda: books.bring(other.stores[0], books.book(rows[::-1])),
        )
        made = [sum(row.result == "accepted" for row in done.rows) for done in (one, two)]
        assert sum(made) == 300
        assert [city.count("members_member"), other.count("members_member")] == made
        assert [city.count("pools_entry"), other.count("pools_entry")] == made


class TestKilled:
    """The real command, by SIGKILL, at moments that nobody chose; begun again it ends as if nothing had happened."""

    def test_ends_like_an_undisturbed_import(self, city: world.World, tmp_path: Path) -> None:
        rows = people(2_400)
        noes = [{"label": f"N{place}", "phone": row["phone"], "last_result": "拒绝联系"} for place, row in enumerate(rows[::9])]
        undisturbed = world.World(now=timezone.now())
        expected = books.bring(undisturbed.stores[0], books.book(rows + noes))
        # The same people under other numbers, whose import is disturbed.
        others = {row["phone"]: books.number() for row in rows}
        file = tmp_path / "book.csv"
        file.write_bytes(books.book([row | {"phone": others[row["phone"]]} for row in rows + noes]))
        killed = [self._run(file, city, tmp_path, kill_after=random.uniform(0, 0.9)) for _ in range(KILLS)]
        self._run(file, city, tmp_path, kill_after=None)
        report = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
        assert report["summary"]["accepted"] == expected.summary.accepted
        told = [(row["row"], row["result"], row["merged_into"], row["suppressed"]) for row in report["rows"]]
        assert told == [(row.row, row.result, row.merged_into, row.suppressed) for row in expected.rows]
        mine = books.picture(city.city_id, city.stores[0].code)
        theirs = books.picture(undisturbed.city_id, undisturbed.stores[0].code)
        for table, held in theirs.items():
            assert mine[table] == held, table
        assert world.broken_promises(city.city_id) == []
        assert any(killed), "no import was killed while it ran"
        self._shows_the_killed_ones(city)

    def _run(self, file: Path, city: world.World, folder: Path, *, kill_after: float | None) -> bool:
        """Whether it was killed; `kill_after` counts from when the run is seen to be running."""
        command = [sys.executable, "-m", processes.PROGRAM, "import", str(file), "--store", city.stores[0].code]
        command += ["--report", str(folder / "out.json")]
        running = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=processes.environment("worker"),
            start_new_session=True,
        )
        if kill_after is None:
            assert running.wait(120) == 0
            return False
        begun = city.count("intake_run", "state = 'running'")
        deadline = time.monotonic() + 60
        while city.count("intake_run", "state = 'running'") == begun and running.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(kill_after)
        ended = running.poll() is not None
        if not ended:
            os.kill(running.pid, signal.SIGKILL)
        running.wait()
        return not ended

    def _shows_the_killed_ones(self, city: world.World) -> None:
        manager = city.store_manager()
        states = {run.state for run in queries.runs_of_store(by=manager)}
        assert states == {"done", "interrupted"}

    def test_is_begun_anew_by_the_same_run(self, city: world.World, small_batches: None) -> None:
        store = org.store(store_id=city.stores[0].store_id)
        assert store is not None
        by, content, now = runs.system_for(store), books.book(people(200)), timezone.now()
        run = importing.start(
            by=by, store=store, content=content, file_name="a.csv", as_of=books.today(), dry=False, mapping={}, now=now
        )

        class PowerCutError(Exception):
            pass

        def cut(done: int, _rows: int) -> None:
            if done > 100:
                raise PowerCutError

        with pytest.raises(PowerCutError):
            importing.work(by=by, run=run, content=content, now=now, progress=cut)
        assert queries.run(by=by, run_id=run.run_id).state == "interrupted"
        half = city.count("members_member")
        assert 0 < half < 200
        done: Worked = importing.work(by=by, run=run, content=content, now=now)
        assert done.summary.accepted == city.count("members_member") == 200
        assert queries.run(by=by, run_id=run.run_id).rows_done == done.summary.rows == city.count("intake_line")
