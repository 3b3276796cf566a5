"""Tables: complete in migrations, reversible, and ready to be spread over a cluster."""

from __future__ import annotations

from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.core import checks
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from hongxian.cli import company as installation
from hongxian.cli.spreading import plan
from hongxian.kernel.distributed import DistributedModel
from tests import cast as casting
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS = (
    "audit",
    "consent",
    "intake",
    "letters",
    "members",
    "org",
    "partners",
    "outreach",
    "pools",
    "portal",
    "reports",
    "rights",
    "safety",
    "sales",
    "tiers",
    "vault",
    "visits",
)
BY_NUMBER, REFERENCE, LOCAL = set(plan.BY_NUMBER), set(plan.REFERENCE), set(plan.LOCAL)
# Foreign keys between reference tables, made by Django, which checks them at the end of a transaction.
DEFERRED_AMONG_REFERENCE = ("org_", "outreach_version")
# What a member pushed ends with the holding, whichever statement ends that: the one deletion that is the database's own.
GOES_WITH_IT = {"vault_pushed_while_held"}


def _distributed() -> set[str]:
    return {model._meta.db_table for model in apps.get_models() if issubclass(model, DistributedModel)}


def _ours() -> set[str]:
    return {model._meta.db_table for model in apps.get_models() if model._meta.app_label in OURS}


class TestTables:
    def test_each_has_its_place_on_a_cluster(self) -> None:
        assert _ours() == _distributed() | BY_NUMBER | REFERENCE | LOCAL
        assert not _distributed() & (BY_NUMBER | REFERENCE | LOCAL)

    @pytest.mark.usefixtures("home")
    def test_of_the_database_are_each_in_one_place_with_its_reason(self) -> None:
        """Those of others (accounts, jobs), too; partitions go with their table."""
        there = [
            str(name)
            for (name,) in casting.rows(
                "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"
            )
        ]
        assert {table for table in there if plan.place_of(table) is plan.Place.CITY} == _distributed()
        assert {table for table in there if plan.place_of(table) is plan.Place.REFERENCE} == REFERENCE
        assert [table for table in there if not plan.reason_of(table)] == []
        with pytest.raises(LookupError):
            plan.place_of("nobody_said")

    @pytest.mark.usefixtures("home")
    def test_every_key_begins_with_the_city(self) -> None:
        keys = casting.rows(
            "SELECT DISTINCT c.relname::text, i.relname::text, a.attname::text FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid"
            " JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0]"
            " WHERE c.relnamespace = 'public'::regnamespace AND x.indisunique"
        )
        firsts = {(table, index): column for table, index, column in keys}
        wrong = {key: first for key, first in firsts.items() if key[0] in _distributed() and first != "city_id"}
        assert wrong == {}
        assert {table for table, _ in firsts} >= _distributed(), "a table without a key"
        assert {firsts[key] for key in firsts if key[0] in BY_NUMBER} == {"number_hash"}

    @pytest.mark.usefixtures("home")
    def test_every_exclusion_begins_with_the_city(self) -> None:
        found = casting.rows(
            "SELECT k.conname::text, a.attname::text, o.oprname::text FROM pg_constraint k"
            " JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1] JOIN pg_operator o ON o.oid = k.conexclop[1]"
            " WHERE k.contype = 'x' AND k.connamespace = 'public'::regnamespace"
        )
        assert found
        assert {(column, operator) for _, column, operator in found} == {("city_id", "=")}

    @pytest.mark.usefixtures("home")
    def test_foreign_keys_begin_with_the_city_and_are_checked_at_once(self) -> None:
        keys = casting.rows(
            "SELECT k.conname::text, c.relname::text, t.relname::text, k.condeferrable, a.attname::text, b.attname::text, k.confdeltype::text"
            "  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid"
            "  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]"
            "  JOIN pg_attribute b ON b.attrelid = t.oid AND b.attnum = k.confkey[1]"
            " WHERE k.contype = 'f' AND c.relnamespace = 'public'::regnamespace"
        )
        found = {name: rest for name, *rest in keys if rest[0] in _ours()}
        assert len(found) > 8
        for name, (table, target, deferrable, column, referred, on_delete) in found.items():
            if table in _distributed():
                assert target in _distributed(), f"{name} leaves the city"
                assert (column, referred, deferrable) == ("city_id", "city_id", False), name
                assert on_delete == ("c" if name in GOES_WITH_IT else "a"), name
            else:
                assert target not in _distributed(), f"{name} goes from a reference table to a distributed one"
                assert not deferrable or table.startswith(DEFERRED_AMONG_REFERENCE), name
        assert not {name for name, (table, *_) in found.items() if table in BY_NUMBER}, "a no is tied to nobody"

    @pytest.mark.usefixtures("home")
    def test_distributed_ones_have_no_identity_columns(self) -> None:
        """They block re-sharding. Generated columns of other kinds would be fine."""
        found = casting.rows(
            "SELECT c.relname::text, a.attname::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " WHERE c.relnamespace = 'public'::regnamespace AND a.attidentity <> '' AND NOT a.attisdropped"
        )
        assert {table for table, _ in found} & (_distributed() | BY_NUMBER) == set()

    @pytest.mark.usefixtures("home")
    def test_have_no_triggers_or_rules_of_ours(self) -> None:
        found = casting.rows(
            "SELECT c.relname::text, t.tgname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace"
            " UNION ALL SELECT tablename::text, rulename::text FROM pg_rules WHERE schemaname = 'public'"
        )
        assert [each for each in found if not each[0].startswith("procrastinate_")] == []

    @pytest.mark.usefixtures("home")
    def test_that_grow_for_ever_have_months_ahead_and_a_last_resort(self) -> None:
        found = casting.rows(
            "SELECT p.relname::text, c.relname::text FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent"
            " JOIN pg_class c ON c.oid = i.inhrelid WHERE p.relkind = 'p'"
        )
        for table in ("audit_trace", "outreach_call", "outreach_placedcall", "pools_ledger"):
            partitions = {child for parent, child in found if parent == table}
            assert f"{table}_default" in partitions
            assert len(partitions) > 20


class TestMigrations:
    def test_system_checks_pass(self) -> None:
        assert [each for each in checks.run_checks() if each.level >= checks.WARNING] == []

    @pytest.mark.usefixtures("home")
    def test_say_everything_that_the_models_say(self) -> None:
        told = StringIO()
        with signed_in_as("owner"):
            call_command("makemigrations", check=True, dry_run=True, verbosity=1, stdout=told)
        assert told.getvalue().strip() == "No changes detected"

    def test_are_one_line_in_each_context(self) -> None:
        graph = MigrationExecutor(None).loader.graph  # no database is asked
        for label in OURS:
            assert len(graph.leaf_nodes(label)) <= 1, label

    @pytest.mark.usefixtures("home")
    @pytest.mark.slow
    def test_go_back_to_nothing_and_forward_again(self) -> None:
        with scratch_database():
            _migrate_all()
            before = _shape()
            executor = MigrationExecutor(connection)
            executor.migrate([(label, None) for label in OURS])
            left = {name for name, *_ in _shape()}
            assert not {name for name in left if name.split("_")[0] in OURS}, "something stayed"
            _migrate_all()
            assert _shape() == before


def _migrate_all() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def _shape() -> list[tuple[Any, ...]]:
    """Tables, columns, indexes, constraints and functions as the catalogue knows them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull::text"
            "  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped"
            " UNION ALL SELECT tablename::text, indexname::text, indexdef, '' FROM pg_indexes WHERE schemaname = 'public'"
            " UNION ALL SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid), '' FROM pg_constraint"
            "  WHERE connamespace = 'public'::regnamespace"
            " UNION ALL SELECT proname::text, '', '', '' FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            " ORDER BY 1, 2, 3, 4"
        )
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


@contextmanager
def scratch_database() -> Iterator[None]:
    """Another database of the same server, with Django's connection to it as the owner."""
    site, name = installation.site(), "hongxian_scratch"
    with site.connect_as_admin("postgres") as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                sql.Identifier(name), sql.Identifier(site.names["owner"])
            )
        )
    with site.connect_as_admin(name) as admin:
        admin.execute("CREATE SCHEMA btree_gist")
        admin.execute("CREATE EXTENSION btree_gist SCHEMA btree_gist")
    before = connections["default"]
    wrapper = connections.create_connection("default")
    wrapper.settings_dict = wrapper.settings_dict | {
        "NAME": name,
        "USER": site.names["owner"],
        "PASSWORD": site.home.password("owner"),
    }
    connections["default"] = wrapper
    try:
        yield
    finally:
        wrapper.close()
        connections["default"] = before
        with site.connect_as_admin("postgres") as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
