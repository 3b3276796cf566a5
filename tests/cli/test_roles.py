"""A role for each process: none can become another, none can become more."""

from __future__ import annotations

import stat
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import errors

from hongxian.cli import roles
from hongxian.cli.trouble import CannotStart
from hongxian.config.home import ROLES, Server

if TYPE_CHECKING:
    from collections.abc import Iterator

PROCESSES = [role for role in ROLES if role != "owner"]


def _external(site: roles.Site, **changes: object) -> roles.Site:
    """The same server as if it were another's, named by its socket folder."""
    server = Server(
        host=str(site.home.socket), port=5432, database=site.database, user="hongxian_root", password=site.home.password("root")
    )
    return replace(site, server=replace(server, **changes))  # type: ignore[arg-type] # names of fields


@pytest.fixture
def admin(site: roles.Site) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with closing(site.connect_as_admin(site.database)) as connection:
        yield connection


class TestEnsure:
    def test_keeps_each_password_in_a_file_of_its_own(self, site: roles.Site) -> None:
        passwords = {role: site.home.password(role) for role in [*ROLES, "root"]}
        assert len(set(passwords.values())) == len(passwords)
        for role in passwords:
            assert stat.S_IMODE((site.home.secrets / f"{role}.password").stat().st_mode) == 0o600
        for process in roles.PROCESSES_WITH_TOKEN:
            assert stat.S_IMODE((site.home.secrets / f"{process}.token").stat().st_mode) == 0o600

    def test_gives_no_role_more_than_signing_in(self, admin: psycopg.Connection[tuple[object, ...]], site: roles.Site) -> None:
        rows = admin.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s) AND rolcanlogin"
            " AND NOT (rolsuper OR rolinherit OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)",
            [list(site.names.values())],
        ).fetchall()
        assert {name for (name,) in rows} == set(site.names.values())
        assert (
            admin.execute(
                "SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname ~ '^hongxian_'"
            ).fetchall()
            == []
        )

    def test_lets_nobody_else_in(self, admin: psycopg.Connection[tuple[object, ...]], site: roles.Site) -> None:
        admin.execute("CREATE ROLE stranger LOGIN PASSWORD 'stranger'")
        try:
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(host=str(site.home.socket), user="stranger", password="stranger", dbname=site.database)
        finally:
            admin.execute("DROP ROLE stranger")

    def test_repairs_a_role_that_has_become_more(self, admin: psycopg.Connection[tuple[object, ...]], site: roles.Site) -> None:
        admin.execute("ALTER ROLE hongxian_desk SUPERUSER INHERIT")
        admin.execute("ALTER ROLE hongxian_desk SET work_mem = '1GB'")
        admin.execute("GRANT hongxian_owner TO hongxian_desk")
        roles.ensure(site)
        self.test_gives_no_role_more_than_signing_in(admin, site)
        assert admin.execute("SELECT rolconfig FROM pg_roles WHERE rolname = 'hongxian_desk'").fetchone() == (None,)

    def test_sets_the_password_to_the_files(self, admin: psycopg.Connection[tuple[object, ...]], site: roles.Site) -> None:
        admin.execute("ALTER ROLE hongxian_portal PASSWORD 'other'")
        with pytest.raises(CannotStart):
            site.connect("portal")
        roles.ensure(site)
        site.connect("portal").close()

    def test_is_quiet_when_nothing_is_to_be_done(self, admin: psycopg.Connection[tuple[object, ...]], site: roles.Site) -> None:
        rows = """
            SELECT array_agg(xmin::text ORDER BY oid) FROM pg_authid
            UNION ALL SELECT array_agg(xmin::text ORDER BY oid) FROM pg_database
            UNION ALL SELECT array_agg(xmin::text ORDER BY oid) FROM pg_namespace
        """
        before = admin.execute(rows).fetchall()
        roles.ensure(site)
        assert admin.execute(rows).fetchall() == before


class TestRoles:
    @pytest.mark.parametrize("role", PROCESSES)
    def test_cannot_become_another(self, site: roles.Site, role: str) -> None:
        with closing(site.connect(role)) as connection:
            for other in {*site.names.values(), "hongxian_root"} - {site.names[role]}:
                for statement in (f"SET ROLE {other}", f"SET SESSION AUTHORIZATION {other}", f"GRANT {other} TO CURRENT_USER"):
                    with pytest.raises(errors.InsufficientPrivilege):
                        connection.execute(statement.encode())

    @pytest.mark.parametrize("role", ROLES)
    def test_cannot_become_more(self, site: roles.Site, role: str) -> None:
        with closing(site.connect(role)) as connection:
            for power in ("SUPERUSER", "CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS"):
                with pytest.raises(errors.InsufficientPrivilege):
                    connection.execute(f"ALTER ROLE CURRENT_USER {power}".encode())
            for statement in (
                "CREATE ROLE more",
                "CREATE DATABASE more",
                "COPY (SELECT 1) TO PROGRAM 'true'",
                "SELECT pg_read_file('PG_VERSION')",
            ):
                with pytest.raises(errors.InsufficientPrivilege):
                    connection.execute(statement.encode())

    @pytest.mark.parametrize("role", PROCESSES)
    def test_makes_no_tables(self, site: roles.Site, role: str) -> None:
        with closing(site.connect(role)) as connection:
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute("CREATE TABLE mine ()")
            if role != "worker":
                with pytest.raises(errors.InsufficientPrivilege):
                    connection.execute("CREATE TEMPORARY TABLE mine ()")


class TestAnotherServer:
    def test_gets_the_same_by_its_admin_account(self, site: roles.Site) -> None:
        other = replace(_external(site, database="other"), database="other", names={role: f"other_{role}" for role in ROLES})
        roles.ensure(other)
        with closing(other.connect("owner")) as owner:
            assert owner.execute("SELECT current_database(), current_user").fetchone() == ("other", "other_owner")

    def test_is_set_up_by_an_admin_who_is_no_superuser(
        self, admin: psycopg.Connection[tuple[object, ...]], site: roles.Site
    ) -> None:
        admin.execute("CREATE ROLE cloud LOGIN CREATEDB CREATEROLE PASSWORD 'cloud'")
        there = _external(site, database="third", user="cloud", password="cloud")
        other = replace(there, database="third", names={role: f"third_{role}" for role in ROLES})
        roles.ensure(other)
        roles.ensure(other)
        with closing(other.connect("owner")) as owner:
            owner.execute("CREATE TABLE mine ()")
        with closing(other.connect("desk")) as desk, pytest.raises(errors.InsufficientPrivilege):
            desk.execute("CREATE TABLE mine2 ()")

    def test_with_an_admin_who_may_not_is_refused_in_one_line(
        self, admin: psycopg.Connection[tuple[object, ...]], site: roles.Site
    ) -> None:
        admin.execute("CREATE ROLE nobody LOGIN PASSWORD 'nobody'")
        with pytest.raises(CannotStart, match=r"权限不足.*lacks") as caught:
            roles.ensure(
                replace(_external(site, database="x", user="nobody", password="nobody"), database="x", names={"owner": "x_owner"})
            )
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"password": "wrong-secret"}, "password authentication failed"),
            ({"host": "127.0.0.1", "port": 1}, "refused"),
            ({"host": "no-such-host.invalid"}, "no-such-host"),
            ({"host": "/nowhere"}, "No such file"),
        ],
    )
    def test_that_does_not_answer_gets_one_line_without_the_password(
        self, site: roles.Site, wrong: dict[str, object], words: str
    ) -> None:
        with pytest.raises(CannotStart, match=words) as caught:
            roles.ensure(_external(site, **wrong))
        assert "\n" not in str(caught.value)
        assert "wrong-secret" not in str(caught.value)

    def test_that_is_too_old_is_refused(self, site: roles.Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(roles, "OLDEST", 990000)
        with pytest.raises(CannotStart, match="PostgreSQL 18 or later is needed, this server is 18"):
            roles.ensure(site)
