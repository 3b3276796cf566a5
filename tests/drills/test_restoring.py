"""A backup restored by the command into a fresh home: who was erased since stays gone, a no since holds, and nothing starts halfway."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.conf import settings

from hongxian.cli import account, backup, cluster, company, processes, restoring
from hongxian.cli.trouble import CannotStart
from hongxian.config.home import Home
from hongxian.kernel.actor import Actor
from hongxian.outreach import refusing
from hongxian.rights import erasing, listing
from tests.cast import Cast
from tests.conftest import signed_in_as
from tests.outreach.messages import text_of, version_of
from tests.owner import now

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def saved(company: None) -> Iterator[Path]:
    """A backup, and a list outside the database that has at least one line."""
    cast = Cast()
    someone, _kept = cast.member(), cast.member()
    with signed_in_as("worker"):
        by = Actor.system("erase", city_id=cast.city_id)
        erasing.erase(by=by, city_id=cast.city_id, member_id=someone.member_id, now=now())
    folder = Path(tempfile.mkdtemp(prefix="hx-"))
    backup.dump(_site(), folder)
    yield folder
    shutil.rmtree(folder)


def _site() -> Any:
    return company.site()


@contextmanager
def fresh_home() -> Iterator[Home]:
    """Another machine's, with the root keys from the safe and nothing else."""
    path = Path(tempfile.mkdtemp(prefix="hx-"))
    path.chmod(0o711)
    shutil.copytree(settings.HOME.keys, path / "keys")
    try:
        yield Home(path)
    finally:
        shutil.rmtree(path, ignore_errors=True)


def sources(saved: Path, **more: Any) -> restoring.Sources:
    given = {"data": saved, "keys": saved / backup.KEYS, "lists": settings.HOME.lists} | more
    return restoring.Sources(**given)


class TestBeforehand:
    def test_all_is_well(self, saved: Path) -> None:
        with fresh_home() as home:
            assert restoring.check(sources(saved), home=home, now=now()).kek_ids == [1]

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"data": Path("/nowhere")}, "no usable backup"),
            ({"lists": Path("/nowhere")}, "no lists"),
            ({"keys": Path("/etc/hostname")}, "is no archive"),
        ],
    )
    def test_what_is_missing_is_said(self, saved: Path, given: dict[str, Any], words: str) -> None:
        with fresh_home() as home, pytest.raises(CannotStart) as told:
            restoring.check(sources(saved, **given), home=home, now=now())
        assert words in str(told.value)

    def test_without_its_root_key_nothing_is_touched(self, saved: Path) -> None:
        with fresh_home() as home:
            (home.keys / "kek-1.key").unlink()
            with pytest.raises(CannotStart) as told:
                restoring.check(sources(saved), home=home, now=now())
        assert "kek-1.key" in str(told.value)

    def test_keys_of_more_than_thirty_days_are_not_used(self, saved: Path) -> None:
        with fresh_home() as home:
            restoring.check(sources(saved), home=home, now=now() + timedelta(days=29, hours=23))
            with pytest.raises(CannotStart) as told:
                restoring.check(sources(saved), home=home, now=now() + timedelta(days=30, minutes=1))
            assert "30 days" in str(told.value)
            restoring.check(sources(saved, keys=None), home=home, now=now() + timedelta(days=99))

    def test_a_company_is_not_overwritten(self, saved: Path) -> None:
        with pytest.raises(CannotStart) as told:
            restoring._refuse_full(_site())
        assert "fresh HONGXIAN_HOME" in str(told.value)


class TestRootKeys:
    def test_are_in_neither_archive(self, saved: Path) -> None:
        """Whoever has both archives opens nothing: what wraps the keys of people is in the safe, and in the home's own folder."""
        whole = words_of(saved / backup.DATA) + words_of(saved / backup.KEYS) + (saved / backup.MANIFEST).read_bytes()
        keys = {file.name: file.read_bytes() for file in settings.HOME.keys.rglob("*.key")}
        assert {"kek-1.key", "number-1.key", "checkpoint-1.key"} <= set(keys)
        assert not [name for name, key in keys.items() for each in written(key) if each in whole]
        assert {file.name for file in saved.iterdir()} == {backup.DATA, backup.KEYS, backup.MANIFEST}

    def test_nor_are_the_wrapped_keys_of_people_with_the_data(self, saved: Path) -> None:
        with _site().connect("owner") as owner:
            [(wrapped,)] = owner.execute("SELECT wrapped FROM vault_datakey ORDER BY member_id LIMIT 1").fetchall()
        assert wrapped.hex().encode() in words_of(saved / backup.KEYS), "this is how they are written, and so root keys would be"
        assert wrapped.hex().encode() not in words_of(saved / backup.DATA)


def words_of(archive: Path) -> bytes:
    """An archive as SQL, unpacked."""
    program = str(account.programs(account.find()) / "pg_restore")
    return subprocess.run([program, "--file=-", str(archive)], check=True, capture_output=True).stdout


def written(key: bytes) -> set[bytes]:
    """The ways in which a key may stand in a dump."""
    return {key, key.hex().encode(), base64.b64encode(key), base64.urlsafe_b64encode(key)}


class TestExpiring:
    def test_deletes_what_is_older_by_its_own_date(self, saved: Path, tmp_path: Path) -> None:
        for name in ("monday", "tuesday/keys"):
            (tmp_path / name).mkdir(parents=True)
            shutil.copy(saved / backup.KEYS, tmp_path / name / backup.KEYS)
        os.utime(tmp_path / "monday" / backup.KEYS, (0, 0))  # a copy's own time says nothing
        assert list(backup.expire(tmp_path, now=now() + timedelta(days=29))) == []
        gone = list(backup.expire(tmp_path, now=now() + timedelta(days=31)))
        assert len(gone) == 2
        assert not list(tmp_path.rglob(backup.KEYS))

    def test_leaves_the_data(self, saved: Path, tmp_path: Path) -> None:
        shutil.copy(saved / backup.DATA, tmp_path / backup.DATA)
        assert list(backup.expire(tmp_path, now=now() + timedelta(days=400))) == []
        assert (tmp_path / backup.DATA).exists()


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.usefixtures("company")
def test_an_older_backup_comes_back_without_whom_was_erased_since_and_with_the_noes() -> None:
    cast = Cast()
    erased, refused, kept = (cast.member(pooled=True) for _ in range(3))
    text = text_of(cast, cast.lan, version_id=version_of(), member_id=kept.member_id)
    folder = Path(tempfile.mkdtemp(prefix="hx-"))
    backup.dump(_site(), folder / "data", keys_to=folder / "keys")
    with signed_in_as("worker"):
        by = Actor.system("erase", city_id=cast.city_id)
        refusing.refuse(by=by, city_id=cast.city_id, member_id=refused.member_id, reason="refused", now=now())
        erasing.erase(by=by, city_id=cast.city_id, member_id=erased.member_id, now=now())
        listing.NoesKept().keep(now=now())
    with fresh_home() as home:
        broken_off(home, folder)
        told = subprocess.run(
            restore(folder), check=False, capture_output=True, text=True, env=environment(home), stdin=subprocess.DEVNULL
        )
        assert "restored as of" in told.stdout, told.stdout + told.stderr
        assert not home.half_restored.exists()
        server = cluster.start(home)
        try:
            with psycopg.connect(**door(home), autocommit=True) as owner:

                def one(query: str, **values: Any) -> Any:
                    return owner.execute(query.encode(), values).fetchone()

                state = "SELECT state FROM members_member WHERE id = %(m)s"
                assert one(state, m=erased.member_id) == ("erased",)
                assert one(state, m=kept.member_id) == ("live",)
                keys = "SELECT count(*) FROM vault_datakey WHERE member_id = %(m)s"
                assert one(keys, m=erased.member_id) == (0,)
                assert one(keys, m=kept.member_id) == (2,)
                assert one("SELECT count(*) FROM pools_entry WHERE city_id = %(c)s", c=cast.city_id) == (1,)
                asked = "SELECT count(*) FROM consent_suppression WHERE number_hash = ANY (%(h)s)"
                assert one(asked, h=refused.hashes) == (len(refused.hashes),)
                said = one(
                    "SELECT state, reason FROM outreach_message WHERE id = %(i)s AND city_id = %(c)s", i=text, c=cast.city_id
                )
                assert said == ("dropped", "restored"), "nobody knows whether it has gone out since"
        finally:
            server.stop()
    shutil.rmtree(folder)


def broken_off(home: Home, folder: Path) -> None:
    """Killed while the data comes in: from then on nothing of this home starts."""
    begun = subprocess.Popen(restore(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(home))
    deadline = time.monotonic() + 60
    while not home.half_restored.exists():
        assert begun.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    begun.kill()
    begun.wait()
    for command in (["serve", "keeper"], ["setup"]):
        told = subprocess.run(
            [sys.executable, "-m", processes.PROGRAM, *command],
            check=False,
            capture_output=True,
            text=True,
            env=environment(home) | {"HONGXIAN_PROCESS": "keeper" if command[0] == "serve" else "worker"},
        )
        assert told.returncode != 0
        assert "broken off" in told.stderr


def restore(folder: Path) -> list[str]:
    command = [sys.executable, "-m", processes.PROGRAM, "restore", "--from", str(folder / "data"), "--keys", str(folder / "keys")]
    return [*command, "--lists", str(settings.HOME.lists)]


def environment(home: Home) -> dict[str, str]:
    return {**processes.environment("worker"), "HONGXIAN_HOME": str(home.path)}


def door(home: Home) -> dict[str, Any]:
    user, password = settings.ROLE_NAMES["owner"], home.password("owner")
    return {"host": str(home.socket), "dbname": "hongxian", "user": user, "password": password}
