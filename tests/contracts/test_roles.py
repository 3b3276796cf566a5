"""Signed in to the database as each process in turn: what it must not do, it cannot."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import errors

from hongxian.cli import company as installation
from hongxian.cli import grants
from hongxian.vault.sealing import FIELDS
from tests import cast as casting

if TYPE_CHECKING:
    from collections.abc import Callable

    Connect = Callable[[str], psycopg.Connection[Any]]

SERVING = ("desk", "portal", "worker", "dialer", "keeper", "auditor")
# Never altered, never emptied, by nobody who serves.
APPEND_ONLY = (
    "audit_trace",
    "audit_change",
    "audit_leaf",
    "audit_node",
    "audit_checkpoint",
    "audit_check",
    "consent_receipt",
    "consent_withdrawal",
    "consent_refusal",
    "consent_notice",
    "consent_assessment",
    "consent_ending",
    "consent_suppression",
    "consent_lifting",
    "pools_ledger",
    "outreach_call",
    "outreach_report",
    "org_rule",
    "org_edit",
    "org_editdone",
    "rights_event",
    "reports_acknowledgement",
)
# A column of each that belongs to no city.
NOT_OF_A_CITY = {
    "audit_change": "action",
    "org_rule": "key",
    "org_edit": "kind",
    "org_editdone": "how",
    "audit_node": "hash",
    "audit_checkpoint": "note",
    "audit_check": "sound",
    "consent_suppression": "number_hash",
    "consent_lifting": "number_hash",
    "consent_ending": "reason",
    "consent_notice": "purpose",
    "consent_assessment": "purpose",
}
# What DESIGN.md 2 says of each process, apart from what grants.toml happens to say today.
LETTERS = ("letters_other", "letters_viewed", "letters_sent", "letters_optout", "letters_batch")
# The keeper marks what it answered, and lets people in.
KEPT_BY_THE_KEEPER = {("keeper", table) for table in ("vault_opened", "vault_code", "vault_visit", "vault_text")}
UNSEEN = {
    "desk": (
        *LETTERS,
        "vault_pushed",
        "vault_datakey",
        "vault_opened",
        "audit_person",
        "safety_report",
        "audit_change",
        "procrastinate_jobs",
    ),
    "worker": (*LETTERS, "vault_pushed", "vault_opened"),
    "portal": (
        *("members_member", "members_number", "org_staff", "org_training", "org_team", "auth_user", "django_session"),
        *("pools_entry", "pools_holding", "pools_ledger", "outreach_call", "outreach_tally", "intake_line", "intake_run"),
        *(
            "vault_envelope",
            "vault_datakey",
            "vault_ground",
            "vault_permit",
            "consent_receipt",
            "consent_refusal",
            "audit_trace",
            *LETTERS,
        ),
        *("rights_request", "rights_complaint", "rights_event", "rights_incident", "rights_affected"),
        *("audit_leaf", "audit_person", "audit_node", "audit_checkpoint", "audit_head"),
    ),
    "dialer": (
        *(*LETTERS, "vault_pushed"),
        "members_member",
        "members_number",
        "vault_envelope",
        "vault_datakey",
        "consent_receipt",
        "org_staff",
        "audit_trace",
    ),
    "auditor": (
        *(*LETTERS, "vault_pushed"),
        *("members_member", "members_number", "vault_envelope", "vault_datakey", "auth_user", "django_session"),
        *("pools_entry", "pools_holding", "outreach_call", "intake_line", "intake_run", "procrastinate_jobs"),
    ),
    "keeper": ("auth_user", "django_session", "org_staff", "pools_holding", "intake_line", "outreach_call"),
}


def _columns() -> dict[str, list[str]]:
    """Every table with its columns; partitions too."""
    found: dict[str, list[str]] = {}
    for table, column in casting.rows(
        "SELECT c.relname::text, a.attname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped"
    ):
        found.setdefault(table, []).append(column)
    return found


def _denied(connection: psycopg.Connection[Any], statement: str) -> bool:
    """Whether it fails for want of a right; tried for real, and undone."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement.encode())
    except errors.InsufficientPrivilege:
        return True
    return False


def _tries(table: str, columns: list[str]) -> dict[tuple[str, str], str]:
    """(verb, column) to a statement that needs just that right. EXPLAIN asks for the right and does nothing."""
    names = ", ".join(f'"{each}"' for each in columns)
    tries = {
        ("DELETE", ""): f"EXPLAIN DELETE FROM {table}",
        ("TRUNCATE", ""): f"TRUNCATE {table}",
        (
            "INSERT",
            "",
        ): f"EXPLAIN INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {', '.join('NULL' for _ in columns)} WHERE false",
        ("SELECT", ""): f"EXPLAIN SELECT * FROM {table}",
    }
    for column in columns:
        tries["SELECT", column] = f'EXPLAIN SELECT "{column}" FROM {table}'
        tries["UPDATE", column] = f'EXPLAIN UPDATE {table} SET "{column}" = DEFAULT'
    return tries


class TestGrants:
    def test_that_are_live_are_those_of_the_file(self, home: None) -> None:
        site = installation.site()
        declared = grants.declared(site.names)
        assert grants.live_grants(site) == frozenset().union(*declared.values())

    @pytest.mark.parametrize("role", SERVING)
    def test_and_nothing_else_is_possible(self, connect: Connect, role: str) -> None:
        """Each verb on each column of each table and partition, tried as the process itself."""
        connection = connect(role)
        allowed = {
            (each.subject, each.verb, each.column) for each in grants.live_grants(installation.site()) if each.role == role
        }
        wrong = []
        for table, columns in _columns().items():
            if table[-2:].isdigit() and not table.endswith("_01"):  # one month of a table stands for the others
                continue
            for (verb, column), statement in _tries(table, columns).items():
                granted = (table, verb, column) in allowed or (table, verb, "") in allowed
                if not column and verb == "SELECT":
                    granted = granted or all((table, verb, each) in allowed for each in columns)
                if _denied(connection, statement) is granted:
                    wrong.append((table, verb, column, "denied" if granted else "possible"))
        assert wrong == []


class TestForbidden:
    @pytest.mark.parametrize("role", SERVING)
    @pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE"])
    def test_nobody_alters_the_record(self, connect: Connect, role: str, verb: str) -> None:
        partitions = [name for name in _columns() if name.startswith(tuple(f"{table}_" for table in APPEND_ONLY))]
        assert any(name.endswith("_default") for name in partitions)
        statements = {
            "UPDATE": "UPDATE {} SET city_id = city_id",
            "DELETE": "DELETE FROM {}",
            "TRUNCATE": "TRUNCATE {}",
        }
        for table in (*APPEND_ONLY, *partitions):
            statement = statements[verb].format(table)
            if table in NOT_OF_A_CITY:
                statement = statement.replace("city_id", NOT_OF_A_CITY[table])
            assert _denied(connect(role), statement), (role, statement)

    @pytest.mark.parametrize("role", ["desk", "portal", "worker", "dialer", "auditor"])
    @pytest.mark.parametrize("field", [*FIELDS, "words"])
    def test_sealed_columns_are_the_keepers_alone(self, connect: Connect, role: str, field: str) -> None:
        connection = connect(role)
        for statement in (
            f"SELECT {field} FROM vault_envelope",
            f"SELECT count({field}) FROM vault_envelope",
            f"SELECT id FROM vault_envelope WHERE {field} IS NOT NULL",
            f"SELECT id FROM vault_envelope ORDER BY {field}",
            "SELECT envelope FROM vault_envelope AS envelope",
            "SELECT row_to_json(envelope) FROM vault_envelope AS envelope",
            f"COPY vault_envelope ({field}) TO STDOUT",
            f"INSERT INTO vault_envelope (city_id, member_id, held, sealed_at) VALUES (0, 0, '{{}}', now()) RETURNING {field}",
            f"DELETE FROM vault_envelope WHERE {field} IS NOT NULL",
            f"DELETE FROM vault_envelope RETURNING {field}",
            f"UPDATE vault_envelope SET {field} = NULL",
        ):
            assert _denied(connection, statement), statement

    @pytest.mark.parametrize("role", ["desk", "portal", "worker", "dialer", "auditor"])
    def test_so_are_wrapped_keys(self, connect: Connect, role: str) -> None:
        for statement in (
            "SELECT wrapped FROM vault_datakey",
            "SELECT * FROM vault_datakey",
            "UPDATE vault_datakey SET wrapped = ''",
        ):
            assert _denied(connect(role), statement), statement

    @pytest.mark.parametrize("role", sorted(UNSEEN))
    def test_is_unseen(self, connect: Connect, role: str) -> None:
        for table in UNSEEN[role]:
            assert _denied(connect(role), f"SELECT * FROM {table}"), (role, table)

    @pytest.mark.parametrize("role", ["desk", "portal", "worker", "dialer", "auditor"])
    def test_only_the_keeper_uses_permits_and_marks_answers(self, connect: Connect, role: str) -> None:
        assert _denied(connect(role), "UPDATE vault_permit SET used_at = NULL")
        assert _denied(connect(role), "UPDATE vault_permit SET latest_at = 'infinity'")
        assert _denied(connect(role), "DELETE FROM vault_opened")
        assert _denied(
            connect(role), "INSERT INTO vault_opened (city_id, trace_at, trace_id, opened_at) VALUES (0, now(), 0, now())"
        )

    @pytest.mark.parametrize("role", SERVING)
    def test_nobody_who_serves_lifts_a_no(self, connect: Connect, role: str) -> None:
        statement = "INSERT INTO consent_lifting (number_hash, lifted_at, proof) VALUES ('x', now(), '')"
        assert _denied(connect(role), statement)

    @pytest.mark.parametrize("role", ["keeper", "auditor"])
    def test_who_only_reads_adds_nothing(self, connect: Connect, role: str) -> None:
        for table in _columns():
            if (role, table) not in KEPT_BY_THE_KEEPER:
                assert _denied(connect(role), f"INSERT INTO {table} DEFAULT VALUES"), table

    def test_the_auditor_reads_traces(self, connect: Connect) -> None:
        """The denials above mean something: what is allowed works."""
        assert connect("auditor").execute("SELECT count(*) FROM audit_trace").fetchone()
        assert connect("keeper").execute("SELECT name FROM vault_envelope LIMIT 1") is not None


ESCAPES = {
    "become the owner": "SET ROLE hongxian_owner",
    "become the keeper": "SET ROLE {other}",
    "be taken for another": "SET SESSION AUTHORIZATION {other}",
    "make itself more": "ALTER ROLE CURRENT_USER SUPERUSER",
    "bypass rules": "ALTER ROLE CURRENT_USER BYPASSRLS",
    "join another": "GRANT {other} TO CURRENT_USER",
    "make roles": "CREATE ROLE intruder",
    "make a database": "CREATE DATABASE loot",
    "make tables": "CREATE TABLE loot (x text)",
    "make tables in the catalogue": "CREATE TABLE pg_catalog.loot (x text)",
    "make schemas": "CREATE SCHEMA loot",
    "make functions": "CREATE FUNCTION loot() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "make views": "CREATE VIEW loot AS SELECT 1",
    "make extensions": "CREATE EXTENSION dblink",
    "make triggers": "CREATE TRIGGER loot BEFORE INSERT ON audit_trace EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "drop tables": "DROP TABLE audit_trace",
    "alter tables": "ALTER TABLE audit_trace ADD loot text",
    "rename tables": "ALTER TABLE audit_trace RENAME TO loot",
    "detach partitions": "ALTER TABLE audit_trace DETACH PARTITION audit_trace_default",
    "disable triggers": "ALTER TABLE audit_trace DISABLE TRIGGER ALL",
    "write rules": "CREATE RULE loot AS ON INSERT TO audit_trace DO INSTEAD NOTHING",
    "silence foreign keys": "SET session_replication_role = replica",
    "log less": "SET log_statement = 'none'",
    "change the server": "ALTER SYSTEM SET fsync = off",
    "change the database": "ALTER DATABASE hongxian SET search_path = loot",
    "read passwords": "SELECT rolpassword FROM pg_authid",
    "read passwords elsewhere": "SELECT passwd FROM pg_shadow",
    "run programs": "COPY (SELECT 1) TO PROGRAM 'cat'",
    "run programs to read": "COPY audit_trace FROM PROGRAM 'cat /etc/passwd'",
    "write files": "COPY (SELECT 1) TO '/tmp/loot'",
    "read files": "SELECT pg_read_file('/etc/passwd')",
    "read binary files": "SELECT pg_read_binary_file('/etc/passwd')",
    "list folders": "SELECT pg_ls_dir('.')",
    "read its data's whereabouts": "SELECT setting FROM pg_file_settings",
    "write the catalogue": "UPDATE pg_catalog.pg_class SET relacl = NULL",
    "write the catalogue's roles": "UPDATE pg_authid SET rolsuper = true",
    "make large objects": "SELECT lo_create(0)",
    "make large objects at once": "SELECT lo_from_bytea(0, 'loot')",
    "make large objects the old way": "SELECT lo_creat(-1)",
    "import large objects": "SELECT lo_import('/etc/passwd')",
    "read large objects": "SELECT * FROM pg_largeobject",
    "end others' sessions": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> CURRENT_USER",
    "replicate": "SELECT pg_create_physical_replication_slot('loot')",
    "publish": "CREATE PUBLICATION loot FOR TABLE vault_envelope",
    "subscribe": "CREATE SUBSCRIPTION loot CONNECTION '' PUBLICATION loot",
    "reload": "SELECT pg_reload_conf()",
    "extend partitions of others": "SELECT extend_partitions('vault_envelope', 1, 1)",
}
# What a process needs and others must not have.
NEEDED = {("worker", "extend partitions of others")}


class TestEscapes:
    @pytest.mark.parametrize(
        ("role", "escape"), [(role, escape) for role in SERVING for escape in sorted(ESCAPES) if (role, escape) not in NEEDED]
    )
    def test_are_shut(self, connect: Connect, role: str, escape: str) -> None:
        other = "hongxian_keeper" if role != "keeper" else "hongxian_desk"
        connection = connect(role)
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(ESCAPES[escape].format(other=other).encode())

    @pytest.mark.parametrize("role", SERVING)
    def test_nobody_gives_away_what_they_have(self, connect: Connect, role: str) -> None:
        """PostgreSQL only warns where the right exists without the right to pass it on."""
        site, connection = installation.site(), connect(role)
        before = grants.live_grants(site)
        for table in ("vault_envelope", "vault_permit", "audit_trace", "members_member", "org_staff"):
            with suppress(errors.InsufficientPrivilege):
                connection.execute(f"GRANT ALL ON {table} TO PUBLIC, hongxian_portal".encode())
        assert grants.live_grants(site) == before

    @pytest.mark.parametrize("role", ["desk", "portal", "dialer", "keeper", "auditor"])
    def test_temporary_tables_are_for_the_worker_only(self, connect: Connect, role: str) -> None:
        assert _denied(connect(role), "CREATE TEMPORARY TABLE loot (x text)")
        assert not _denied(connect("worker"), "CREATE TEMPORARY TABLE loot (x text)")

    @pytest.mark.parametrize("role", SERVING)
    def test_nobody_reads_what_another_is_asking(self, connect: Connect, role: str) -> None:
        other = connect("worker" if role != "worker" else "desk")
        other.execute("SELECT 'a secret of mine'")
        seen = connect(role).execute("SELECT query FROM pg_stat_activity WHERE usename <> CURRENT_USER").fetchall()
        assert not [query for (query,) in seen if query and "secret" in query]

    @pytest.mark.parametrize("role", ["desk", "portal", "worker", "dialer", "auditor"])
    def test_statistics_tell_nothing_of_sealed_columns(self, connect: Connect, role: str) -> None:
        seen = connect(role).execute("SELECT attname FROM pg_stats WHERE tablename = 'vault_envelope'").fetchall()
        assert not {name for (name,) in seen} & set(FIELDS)

    @pytest.mark.parametrize("role", SERVING)
    def test_passwords_are_no_longer_than_their_own_files(self, home: None, role: str) -> None:
        """One process's password opens no other's account."""
        site = installation.site()
        others = [other for other in (*SERVING, "owner") if other != role]
        for other in others:
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(
                    host=str(site.home.socket),
                    dbname=site.database,
                    user=site.names[other],
                    password=site.home.password(role),
                    connect_timeout=5,
                )
