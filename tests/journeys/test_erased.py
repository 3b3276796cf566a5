"""
A person who deletes everything is gone: from every table, the job queue, every file, and from a backup that is restored.

Not scanned are the server's own files (data/, with its write-ahead log): rows that were deleted lie there until the server
has vacuumed and reused their place, sealed as they were.
"""

from __future__ import annotations

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
from psycopg import sql
from psycopg_pool import ConnectionPool

from hongxian.cli import account, backup, cluster, company, processes, roles
from hongxian.config.home import Home
from hongxian.rights import listing
from hongxian.vault.keeper import Keeper
from hongxian.vault.lately import Lately
from tests import cast as casting
from tests.conftest import signed_in_as
from tests.journeys import scanning
from tests.journeys.victims import Victim, new_victim
from tests.visitors import browser_with, open_visit, portal_process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from tests.cast import Cast, Someone

PATIENCE = 20.0
# The server's own files, and what opens nothing without them.
NOT_OURS = ("data", "run")

# A thing of each kind that could be forgotten: a column, a word within a column, a value in another encoding, a number's hash.
LEFT = {
    "members_member": "UPDATE members_member SET occupation = %(value)s WHERE id = %(id)s",
    "intake_line": "UPDATE intake_line SET warnings = to_jsonb(%(value)s::text) WHERE member_id = %(id)s",
    "vault_text": "INSERT INTO vault_text (id, sealed, made_at, state) SELECT gen_random_uuid(), convert_to('x' || encode(convert_to('ab' || %(value)s || 'c', 'UTF8'), 'base64'), 'UTF8'), now(), 'sent' FROM members_member WHERE id = %(id)s",
    "consent_lifting": "INSERT INTO consent_lifting (number_hash, lifted_at, proof) SELECT sha256(convert_to(%(number)s, 'UTF8')), now(), 'x' FROM members_member WHERE id = %(id)s",
}  # fmt: skip


@pytest.fixture
def victim(company: None) -> Victim:
    return new_victim()


def until(what: str, happened: Any) -> float:
    """Waits for something; how many seconds."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        if happened():
            return time.monotonic() - began
        time.sleep(0.02)
    pytest.fail(f"{what} did not happen within {PATIENCE} seconds")


def state_of(someone: Someone) -> str:
    [(state,)] = casting.rows("SELECT state FROM members_member WHERE id = %(id)s", id=someone.member_id)
    return str(state)


def everything() -> scanning.Haystack:
    """All tables and all files."""
    found = scanning.tables(lambda query: casting.rows(query.replace("%", "%%")))
    return found | scanning.files(settings.HOME.path, without=NOT_OURS)


def delete_through_the_portal(browser: Client, **form: str) -> None:
    assert "不能恢复" in browser.get("/me/delete/").content.decode()
    answer = browser.post("/me/delete/", form)
    assert answer.status_code == 200, answer.content
    assert "已经生效" in answer.content.decode()


class TestErased:
    def test_is_nowhere_any_more(self, victim: Victim) -> None:
        """The portal, the real worker, and then a scan of everything for every value in every encoding."""
        someone = victim.someone
        with processes.running("worker", {"HONGXIAN_DEMO": "1"}), portal_process():
            token = open_visit(someone)
            browser = browser_with(token)
            assert browser.post("/enter/", {"number": someone.number}).status_code == 200
            until("the code's text", lambda: scanning.hits({"n": someone.number.encode()}, files_of("outbox")))
            before = scanning.hits(victim.needles, everything())
            told = {line.split(": ")[0] for line in before}
            assert {
                "members_member",
                "consent_receipt",
                "intake_line",
                "intake_run",
                "members_correction",
                "letters_viewed",
            } <= told
            assert any(place.startswith("outbox/") for place in told)
            delete_through_the_portal(browser)
            until("erasing", lambda: state_of(someone) == "erased")
            assert browser_with(token).get("/me/").headers["Location"] == "/enter/"
        assert scanning.hits(victim.needles, everything()) == []

    def test_would_be_found_if_anything_were_left(self, victim: Victim) -> None:
        with signed_in_as("worker"):
            erase(victim.someone)
        assert scanning.hits(victim.needles, everything()) == []
        for statement in LEFT.values():
            casting.run(statement, value=victim.values["occupation"], number=victim.someone.number, id=victim.someone.member_id)
        try:
            assert {line.split(": ")[0] for line in scanning.hits(victim.needles, everything())} == set(LEFT)
        finally:
            for table in ("vault_text", "consent_lifting"):
                casting.run(f"DELETE FROM {table} WHERE ctid = (SELECT max(ctid) FROM {table})")

    def test_leaves_the_no(self, victim: Victim) -> None:
        with portal_process():
            delete_through_the_portal(browser_with(open_visit(victim.someone)), stop="1")
        with signed_in_as("worker"):
            erase(victim.someone)
        asked = "SELECT count(*) FROM consent_suppression WHERE number_hash = ANY (%(hashes)s)"
        assert casting.rows(asked, hashes=victim.someone.hashes) == [(len(victim.someone.hashes),)]

    def test_is_out_of_reach_of_staff_from_the_commit_on(self, victim: Victim) -> None:
        """Before the worker has begun."""
        cast, someone = victim.cast, victim.someone
        with signed_in_as("desk"):
            desk = cast.lan.browser()
            path = f"/desk/member/{someone.city_id}/{someone.member_id}/"
            assert someone.alias in desk.get(path).content.decode()
        with portal_process():
            delete_through_the_portal(browser_with(open_visit(someone)))
        assert state_of(someone) == "restricted"
        with signed_in_as("desk"):
            assert someone.alias not in cast.lan.browser().get(path).content.decode()
        with signed_in_as("worker"):
            erase(someone)

    def test_jobs_that_were_lost_are_made_up_for(self, victim: Victim) -> None:
        from hongxian.kernel.actor import Actor
        from hongxian.rights import erasing

        with portal_process():
            delete_through_the_portal(browser_with(open_visit(victim.someone)))
        by = Actor.system("erase", city_id=victim.someone.city_id)
        with signed_in_as("worker"):
            assert erasing.erase_left_over(by=by, now=casting.now()) == 0
            assert erasing.erase_left_over(by=by, now=casting.now() + timedelta(minutes=2)) == 1
        assert state_of(victim.someone) == "erased"
        rows = casting.rows("SELECT state FROM rights_request WHERE member_id = %(id)s", id=victim.someone.member_id)
        assert {state for (state,) in rows} == {"done"}


def erase(someone: Someone) -> None:
    """As the worker does it when the lists outside name somebody: nobody need have pressed anything."""
    from hongxian.kernel.actor import Actor
    from hongxian.rights import erasing

    by = Actor.system("erase", city_id=someone.city_id)
    erasing.erase(by=by, city_id=someone.city_id, member_id=someone.member_id, now=casting.now())


def files_of(folder: str) -> scanning.Haystack:
    path = settings.HOME.path / folder
    found = scanning.files(path, without=()) if path.is_dir() else {}
    return {name: words for name, words in found.items() if not name.endswith(".new")}  # drafts go at any moment


@contextmanager
def other_home() -> Iterator[Home]:
    """A home of another machine: the same keys, passwords and lists, and a server with nothing in it yet."""
    path = Path(tempfile.mkdtemp(prefix="hx-"))
    home, ours = Home(path), settings.HOME
    path.chmod(0o711)
    for name in ("keys", "secrets", "lists"):
        shutil.copytree(ours.path / name, path / name)
    for folder in (home.logs, home.uploads, home.run):
        folder.mkdir(mode=0o711)
    try:
        yield home
    finally:
        shutil.rmtree(path, ignore_errors=True)


def restored(home: Home, data: Path) -> None:
    """A backup of the data goes into a new server."""
    site = roles.Site(home, None, "hongxian", settings.ROLE_NAMES)
    roles.ensure(site)
    with site.connect_as_admin("postgres") as admin:  # as docs/running/one-machine.md has it: dropped and created
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(site.database)))
        owner = sql.Identifier(site.names["owner"])
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(sql.Identifier(site.database), owner))
    program = account.programs(account.find()) / "pg_restore"
    done = subprocess.run(
        [str(program), "-h", str(home.socket), "-U", cluster.ROOT, "--dbname", "hongxian", "--no-password", str(data)],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PGPASSWORD": home.password("root")},
    )
    assert done.returncode == 0, done.stderr[-2000:]


def start_again(home: Home) -> str:
    """What every start of any process does first."""
    done = subprocess.run(
        [sys.executable, "-m", processes.PROGRAM, "setup"],
        check=False,
        capture_output=True,
        text=True,
        env={**processes.environment("worker"), "HONGXIAN_HOME": str(home.path)},
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


class TestRestoredBackup:
    @pytest.mark.slow
    def test_shows_nobody_who_was_erased(self, victim: Victim) -> None:
        """The backup is from before the erasure, without the keys of people; it is restored after it."""
        someone, cast = victim.someone, victim.cast
        folder = Path(tempfile.mkdtemp(prefix="hx-"))
        data, keys = backup.dump(company.site(), folder)
        assert keys.stat().st_mode & 0o777 == data.stat().st_mode & 0o777 == 0o600
        with portal_process():
            delete_through_the_portal(browser_with(open_visit(someone)), stop="1")
        with signed_in_as("worker"):
            erase(someone)
            listing.NoesKept().keep(now=casting.now())
        with other_home() as home:
            server = cluster.start(home, settings={"fsync": "off"})
            try:
                restored(home, data)
                with psycopg.connect(**door(home, "owner")) as owner:
                    sealed = {
                        name: victim.values[name] for name in ("alias", "name", "wechat", "birth", "remark", "note", "letter")
                    }
                    haystack = scanning.tables(lambda query: owner.execute(query.encode()).fetchall())
                    assert haystack["vault_envelope"], "the backup has envelopes"
                    assert haystack["vault_datakey"] == b"", "and none of their keys"
                    assert scanning.hits(scanning.needles(sealed, someone.number), haystack) == []
                    assert revealed(owner, home, cast, someone) == {}
                    found = owner.execute("SELECT state FROM members_member WHERE id = %s", [someone.member_id]).fetchone()
                    assert found == ("live",), "the backup knows nothing of the erasure"
            finally:
                server.stop()
            assert "重放" in start_again(home)
            assert "重放" not in start_again(home), "a second start finds nothing to do"
            server = cluster.start(home)
            try:
                with psycopg.connect(**door(home, "owner")) as owner:
                    found = owner.execute("SELECT state FROM members_member WHERE id = %s", [someone.member_id]).fetchone()
                    assert found == ("erased",)
                    asked = "SELECT count(*) FROM consent_suppression WHERE number_hash = ANY (%s)"
                    assert owner.execute(asked, [someone.hashes]).fetchone() == (len(someone.hashes),)
                    haystack = scanning.tables(lambda query: owner.execute(query.encode()).fetchall())
                    assert scanning.hits(victim.needles, haystack) == []
            finally:
                server.stop()
        shutil.rmtree(folder)


def door(home: Home, role: str) -> dict[str, Any]:
    return {
        "host": str(home.socket),
        "dbname": "hongxian",
        "user": settings.ROLE_NAMES[role],
        "password": home.password(role),
        "autocommit": True,
    }


def revealed(owner: psycopg.Connection[Any], home: Home, cast: Cast, someone: Someone) -> dict[str, Any]:
    """What a keeper with all its keys opens on the restored data, for a trace and a ground that are in order."""
    row = owner.execute(
        "INSERT INTO audit_trace (city_id, at, staff_id, role, store_id, process, action, purpose, ground, member_ids, fields, outcome)"
        " VALUES (%s, now(), %s, 'consultant', %s, 'desk', 'member.read', 'outreach.call', 'claim', %s, '{alias}', 'allowed')"
        " RETURNING at, id",
        [someone.city_id, cast.lan.staff_id, cast.east, [someone.member_id]],
    ).fetchone()
    assert row is not None
    conninfo = psycopg.conninfo.make_conninfo(
        **{name: value for name, value in door(home, "keeper").items() if name != "autocommit"}
    )
    with ConnectionPool(conninfo, min_size=1, max_size=2, open=True) as pool:
        about: dict[str, Any] = {"visits": None, "lately": Lately(home.run / "keeper-clock")}  # nobody visits
        keeper = Keeper(private=casting.private_keys(), pool=pool, tokens={"desk": "t"}, gateway=False, **about)
        request = {"do": "reveal", "token": "t", "city_id": someone.city_id, "at": row[0].isoformat(), "id": row[1]}
        answer: dict[str, Any] = keeper.answer(request)["members"][str(someone.member_id)]
    return answer
