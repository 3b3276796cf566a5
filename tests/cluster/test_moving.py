"""There and back on real Citus nodes: nothing lost, the same pages before and after, migrations on both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.db import connection, connections, migrations, models
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

from hongxian.cli import company, grants
from hongxian.cli.spreading import moving, nodes, plan, sums
from tests import cast as casting
from tests import server
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hongxian.cli.roles import Site
    from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("company")


def _silent(_line: str) -> None:
    """No progress."""


@pytest.fixture(scope="module")
def site(company: None) -> Site:
    from hongxian.cli import company as installation

    return installation.site()


@pytest.fixture(scope="module")
def people(site: Site) -> Cast:
    """A city with people and members, written while it is spread."""
    cast = casting.Cast()
    for _ in range(5):
        cast.member()
    return cast


@pytest.fixture
def spread_again(site: Site) -> Iterator[None]:
    yield
    server.spread()
    grants.ensure(site)


def _sums(site: Site) -> dict[str, sums.Sum]:
    with site.connect("owner") as owner, owner.transaction():
        return sums.of(owner, sorted(plan.by_city() | set(plan.BY_NUMBER) | set(plan.REFERENCE)))


def _shape() -> list[tuple[object, ...]]:
    """Columns, keys and constraints of every table of ours."""
    return casting.rows(
        "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull::text || a.attidentity::text"
        "  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped"
        "   AND c.relname !~ '_[0-9]{6,}$'"
        " UNION ALL SELECT tablename::text, indexname::text, '', '' FROM pg_indexes WHERE schemaname = 'public' AND tablename !~ '_[0-9]{6,}$'"
        " UNION ALL SELECT conrelid::regclass::text, conname::text, CASE WHEN contype IN ('c', 'x') THEN '' ELSE pg_get_constraintdef(oid) END, '' FROM pg_constraint"
        "  WHERE connamespace = 'public'::regnamespace AND contype <> 'n' AND conrelid::regclass::text !~ '_[0-9]{6,}$' ORDER BY 1, 2, 3, 4"
    )


def _desk_says(people: Cast) -> tuple[int, int]:
    with signed_in_as("desk"):
        browser = people.lan.browser()
        return browser.get("/desk/").status_code, browser.get("/desk/worklist/").status_code


class _Later(Migration):
    """A column with a default, an index and a check."""

    operations = [
        migrations.AddField("contract", "told", models.SmallIntegerField(db_default=0)),
        migrations.AddIndex("contract", models.Index(fields=["city_id", "told"], name="sales_contract_told")),
        migrations.AddConstraint(
            "contract", models.CheckConstraint(condition=models.Q(told__gte=0), name="sales_contract_told_counts")
        ),
    ]


class TestMoving:
    def test_there_and_back_changes_nothing(self, site: Site, people: Cast, spread_again: None) -> None:
        before, shape, said = _sums(site), _shape(), _desk_says(people)
        assert moving.is_spread(site)
        assert before["members_member"].rows >= 5
        back = moving.undistribute(site, _silent)
        grants.ensure(site)
        assert not moving.is_spread(site)
        assert back.before == back.after == {table: each for table, each in before.items() if table in back.moved}
        assert set(back.moved) == plan.by_city() | set(plan.BY_NUMBER) | set(plan.REFERENCE)
        assert _desk_says(people) == said
        there = moving.distribute(site, _silent, shards=server.SHARDS)
        assert there.before == there.after == back.after
        assert _sums(site) == before
        assert _shape() == shape
        assert _desk_says(people) == said

    def test_again_has_nothing_to_do(self, site: Site) -> None:
        assert moving.distribute(site, _silent).moved == ()

    def test_leaves_no_rows_of_shards_on_the_coordinator(self, people: Cast) -> None:
        """`ONLY` the coordinator's own table, without the cluster's planning."""
        with casting.owner().transaction():
            for table in sorted(plan.by_city()):
                size = casting.rows(f"SELECT pg_relation_size('{table}')")
                assert size == [(0,)], table

    def test_keeps_what_lies_by_its_number_on_the_coordinator(self) -> None:
        found = casting.rows(
            "SELECT DISTINCT s.table_name::text, n.groupid FROM citus_shards s JOIN pg_dist_node n ON n.nodename = s.nodename AND n.nodeport = s.nodeport"
            " WHERE s.citus_table_type = 'distributed'"
        )
        places = {table: {group for name, group in found if name == table} for table, _ in found}
        assert all(places[table] == {0} for table in plan.BY_NUMBER)
        assert all(0 not in places[table] for table in plan.by_city() & set(places))

    def test_goes_on_after_a_later_migration(self, site: Site) -> None:
        """The newest table of a context goes with its migration and comes again with it, in its place."""
        with signed_in_as("owner"):
            moving.before_migrating(site)
            call_command("migrate", "tiers", "zero", verbosity=0)
            assert "tiers_review" not in connection.introspection.table_names()
        company._migrate_everywhere(site, _silent)
        spread = casting.rows("SELECT partmethod::text FROM pg_dist_partition WHERE logicalrelid = 'tiers_review'::regclass")
        assert spread == [("h",)]

    def test_a_later_migration_changes_what_is_spread(self, site: Site) -> None:
        """On a table in shards; and back again."""
        later = _Later("9999_later", "sales")
        on_shards = (
            "SELECT DISTINCT result FROM run_command_on_shards('sales_contract',"
            " $$SELECT count(*) FROM pg_attribute WHERE attrelid = '%s'::regclass AND attname = 'told' AND NOT attisdropped$$)"
        )
        with signed_in_as("owner"):
            moving.before_migrating(site)
            own = connections["default"]
            state = MigrationLoader(own).project_state()
            with own.schema_editor() as editor:
                later.apply(state.clone(), editor)
            with own.cursor() as cursor:
                cursor.execute(on_shards)
                assert cursor.fetchall() == [("1",)]
                cursor.execute("SELECT coalesce(sum(told), 0) FROM sales_contract")
                assert cursor.fetchall() == [(0,)]
            with own.schema_editor() as editor:
                later.unapply(state.clone(), editor)
            with own.cursor() as cursor:
                cursor.execute(on_shards)
                assert cursor.fetchall() == [("0",)]
        moving.again(site, _silent)

    def test_knows_its_workers(self, site: Site) -> None:
        assert [str(each) for each in nodes.workers(site)] == server.workers()
