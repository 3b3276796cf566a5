"""From the desk's upload to the worker's job: sealed in between, by the roles of either."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.utils import timezone

from hongxian.intake import jobs, previewing, queries, runs, uploading, uploads
from hongxian.kernel.refusal import NotFound
from hongxian.vault import files, keys
from tests import world
from tests.intake import books

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from hongxian.kernel.actor import Actor

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def city() -> world.World:
    return world.World(now=timezone.now())


@pytest.fixture
def manager(city: world.World) -> Actor:
    return city.store_manager()


def upload(manager: Actor, content: bytes) -> queries.RunRow:
    run, _seen = uploading.upload(by=manager, content=content, file_name="a.csv", as_of=books.today(), now=timezone.now())
    return run


def send(manager: Actor, run: queries.RunRow, *, dry: bool = False, **mapping: str) -> queries.RunRow:
    return uploading.send(by=manager, run_id=run.run_id, as_of=run.as_of, dry=dry, mapping=mapping, now=timezone.now())


class TestSeal:
    @pytest.mark.parametrize("size", [0, 1, files.PIECE - 1, files.PIECE, files.PIECE + 1, 3 * files.PIECE + 17])
    def test_gives_back_what_was_sealed(self, tmp_path: Path, size: int) -> None:
        keys.ensure(tmp_path)
        content = os.urandom(size)
        sealed = files.seal(folder=tmp_path, name="a", content=content)
        assert files.unseal(folder=tmp_path, name="a", sealed=sealed) == content

    @pytest.mark.parametrize("harm", ["name", "bit", "cut", "piece", "swapped", "none"])
    def test_opens_nothing_that_was_touched(self, tmp_path: Path, harm: str) -> None:
        keys.ensure(tmp_path)
        sealed = files.seal(folder=tmp_path, name="a", content=os.urandom(3 * files.PIECE))
        head, step = len(sealed) % (files.PIECE + files.TAG), files.PIECE + files.TAG
        pieces = [sealed[at : at + step] for at in range(head, len(sealed), step)]
        harmed = {
            "name": sealed,
            "bit": sealed[:-1] + bytes([sealed[-1] ^ 1]),
            "cut": sealed[:-7],
            "piece": sealed[:-step],
            "swapped": sealed[:head] + pieces[1] + pieces[0] + pieces[2],
            "none": sealed[:head],
        }[harm]
        with pytest.raises(files.Unopenable):
            files.unseal(folder=tmp_path, name="b" if harm == "name" else "a", sealed=harmed)

    def test_needs_the_private_half_to_open(self, tmp_path: Path) -> None:
        keys.ensure(tmp_path)
        sealed = files.seal(folder=tmp_path, name="a", content=b"x")
        (tmp_path / "upload-1.key").unlink()
        with pytest.raises(keys.KeysMissing):
            files.unseal(folder=tmp_path, name="a", sealed=sealed)


class TestUpload:
    def test_lies_sealed_on_the_disk(self, manager: Actor) -> None:
        n = books.number()
        run = upload(manager, books.book([{"label": "A1", "name": "王小明", "phone": n}]))
        file = settings.HOME.uploads / uploads.name_of(city_id=run.city_id, run_id=run.run_id)
        assert n.encode() not in file.read_bytes()
        assert (file.stat().st_mode & 0o777, settings.HOME.uploads.stat().st_mode & 0o777) == (0o600, 0o700)
        assert run.state == "uploaded"
        assert n not in books.all_text()

    def test_shows_columns_with_a_masked_glimpse(self, manager: Actor) -> None:
        n = books.number()
        content = f"编号,姓名,手机,学历,血型\nA1,王小明,{n},本科,A\n".encode()
        _run, seen = uploading.upload(by=manager, content=content, file_name="a.csv", as_of=books.today(), now=timezone.now())
        glimpses = {column.field: (column.heading, column.samples) for column in seen.columns if column.heading}
        assert glimpses == {
            "label": ("编号", ("A＊",)),
            "name": ("姓名", ("王＊＊",)),
            "phone": ("手机", (f"{n[0]}{'＊' * 10}",)),
            "education": ("学历", ("本科",)),
        }
        assert (seen.unrecognised, seen.complete, seen.rows) == (["血型"], True, 1)

    def test_keeps_nothing_of_what_it_cannot_read(self, city: world.World, manager: Actor) -> None:
        with pytest.raises(previewing.Unreadable) as caught:
            upload(manager, b"MZ\x90\x00" * 100)
        assert (caught.value.code, bool(caught.value.message), bool(caught.value.message_en)) == ("not_a_workbook", True, True)
        assert city.count("intake_run") == 0


class TestSend:
    def test_goes_from_the_desk_to_the_worker(
        self, city: world.World, manager: Actor, as_role: Callable[[str], AbstractContextManager[None]]
    ) -> None:
        content = books.book([{"label": "A1", "phone": books.number(), **books.signed()}])
        with as_role("desk"):
            run = send(manager, upload(manager, content), dry=True)
            assert run.state == "queued"
        waiting = world.rows(
            "SELECT lock FROM procrastinate_jobs WHERE task_name = 'intake.import_workbook' AND args = %s::jsonb",
            f'{{"city_id": {run.city_id}, "run_id": {run.run_id}}}',
        )
        assert waiting == [(f"intake store {run.store_id}",)]
        jobs.import_workbook(city_id=run.city_id, run_id=run.run_id)
        with as_role("desk"):
            tried = queries.run(by=manager, run_id=run.run_id)
            assert (tried.state, tried.dry, tried.summary["accepted"]) == ("done", True, 1)
            assert city.count("members_member") == 0
            run = send(manager, tried)
        jobs.import_workbook(city_id=run.city_id, run_id=run.run_id)
        with as_role("desk"):
            done = queries.run(by=manager, run_id=run.run_id)
            assert [line.result for line in queries.lines(by=manager, run_id=run.run_id, now=timezone.now())] == ["accepted"]
        assert (done.state, done.dry, done.rows_done) == ("done", False, 1)
        assert city.count("pools_entry") == 1
        assert not uploads.is_there(city_id=run.city_id, run_id=run.run_id)

    def test_remembers_the_corrected_columns_for_the_next_workbook(self, manager: Actor) -> None:
        content = f"姓名,性别,甲,乙\n王小明,男,021-62001234,{books.number()}\n".encode()
        send(manager, upload(manager, content), phone="乙")
        _run, seen = uploading.upload(by=manager, content=content, file_name="b.csv", as_of=books.today(), now=timezone.now())
        assert {column.field: column.heading for column in seen.columns}["phone"] == "乙"

    def test_is_refused_when_it_is_in_line_or_done(self, manager: Actor) -> None:
        run = upload(manager, books.book([{"label": "A1", "phone": books.number()}]))
        send(manager, run)
        with pytest.raises(uploading.Underway):
            send(manager, run)
        jobs.import_workbook(city_id=run.city_id, run_id=run.run_id)
        with pytest.raises(uploading.Underway):
            send(manager, run)

    def test_is_refused_to_another_store(self, city: world.World, manager: Actor) -> None:
        run = upload(manager, books.book([{"label": "A1", "phone": books.number()}]))
        with pytest.raises(NotFound):
            send(city.store_manager(store=city.stores[1]), run)

    def test_is_refused_once_the_file_is_gone(self, manager: Actor) -> None:
        run = upload(manager, books.book([{"label": "A1", "phone": books.number()}]))
        uploads.drop(uploads.name_of(city_id=run.city_id, run_id=run.run_id))
        with pytest.raises(uploads.UploadGone):
            send(manager, run)


class TestJob:
    def test_fails_a_run_whose_sender_may_not_import_any_more(self, city: world.World, manager: Actor) -> None:
        run = send(manager, upload(manager, books.book([{"label": "A1", "phone": books.number()}])))
        world.run("UPDATE org_staff SET active = false WHERE id = %s", manager.staff_id)
        jobs.import_workbook(city_id=run.city_id, run_id=run.run_id)
        found = queries.run(by=manager, run_id=run.run_id)
        assert (found.state, found.failure, bool(found.failure_words.en)) == ("failed", "not_allowed", True)
        assert city.count("members_member") == 0
        assert not uploads.is_there(city_id=run.city_id, run_id=run.run_id)

    def test_fails_a_run_whose_columns_cannot_be_used(self, manager: Actor) -> None:
        run = send(manager, upload(manager, "姓名,备注\n王,好\n".encode()))
        jobs.import_workbook(city_id=run.city_id, run_id=run.run_id)
        assert queries.run(by=manager, run_id=run.run_id).failure == "no_phone_column"

    def test_leaves_a_run_alone_that_another_process_is_at(self, city: world.World, manager: Actor) -> None:
        run = send(manager, upload(manager, books.book([{"label": "A1", "phone": books.number()}])))
        with world.owner().transaction():
            world.run("SELECT pg_advisory_xact_lock(%s, %s)", runs.LOCK_SPACE, run.run_id)
            jobs.import_workbook(city_id=run.city_id, run_id=run.run_id)
            assert queries.run(by=manager, run_id=run.run_id).state == "queued"
        jobs.import_workbook(city_id=run.city_id, run_id=run.run_id)
        assert queries.run(by=manager, run_id=run.run_id).state == "done"

    def test_gives_a_dead_workers_run_to_a_living_one(self, manager: Actor) -> None:
        run = send(manager, upload(manager, books.book([{"label": "A1", "phone": books.number()}])))
        arguments = f'{{"city_id": {run.city_id}, "run_id": {run.run_id}}}'
        world.run("UPDATE procrastinate_jobs SET status = 'doing', attempts = 1 WHERE args = %s::jsonb", arguments)
        asyncio.run(resume())
        assert world.rows("SELECT status::text FROM procrastinate_jobs WHERE args = %s::jsonb", arguments) == [("todo",)]

    def test_removes_forgotten_uploads(self, manager: Actor) -> None:
        run = upload(manager, books.book([{"label": "A1", "phone": books.number()}]))
        assert uploads.sweep(now=timezone.now(), older_than=timedelta(hours=1)) == 0
        assert uploads.sweep(now=timezone.now() + timedelta(days=2), older_than=timedelta(days=1)) >= 1
        assert not uploads.is_there(city_id=run.city_id, run_id=run.run_id)


async def resume() -> Any:
    """The worker's round, with a connection as the worker has it."""
    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined] # Django's has it
        async with worker.open_async():
            await jobs.resume_interrupted(timestamp=0)
