"""
From one server to a cluster and back, in one transaction (two on the way out): a kill at any moment leaves all or nothing of it.

Every table is counted and hashed before and after, under a lock that keeps writers out; a difference undoes everything.
Foreign keys between distributed tables go for the length of it, because a parent can't be distributed alone. What lies by a number's
hash starts on the coordinator, where everybody asks for it: then a worker that is gone takes its own cities' rows and no "no" with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import sql

from hongxian.cli.roles import OWNER
from hongxian.cli.spreading import nodes, sums, windows
from hongxian.cli.spreading.plan import Place, place_of
from hongxian.cli.trouble import CannotStart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from psycopg import Connection

    from hongxian.cli.roles import Site

    Owner = Connection[tuple[object, ...]]
    Say = Callable[[str], None]

SHARDS = 32
# Shards of tables on the coordinator are tables like others in the catalogue: names end with the shard's number.
_TABLES = """
    SELECT relname::text FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname !~ '_[0-9]{6,}$' ORDER BY 1
"""
_SPREAD = "SELECT logicalrelid::regclass::text, partmethod = 'h' FROM pg_dist_partition"
_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) FROM pg_constraint
     WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conparentid = 0 AND conrelid::regclass::text = ANY (%s) ORDER BY 1, 2
"""
_IDENTITIES = """
    SELECT c.relname::text, a.attname::text, pg_get_serial_sequence(quote_ident(c.relname), a.attname)::text
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (%s) AND a.attidentity <> '' AND NOT a.attisdropped
"""
# Columns with a default, in tables of which a role may fill some columns: (table, role, column).
_DEFAULTED = """
    SELECT DISTINCT c.relname::text, r.rolname::text, d.attname::text
      FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid
     CROSS JOIN LATERAL aclexplode(a.attacl) AS given
      JOIN pg_roles r ON r.oid = given.grantee
      JOIN pg_attribute d ON d.attrelid = c.oid AND d.atthasdef AND NOT d.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND given.privilege_type = 'INSERT' AND c.relname = ANY (%s) AND NOT has_column_privilege(r.oid, c.oid, d.attnum, 'INSERT')
"""
_CAREFULLY = (
    "SET LOCAL lock_timeout = '60s'",
    "SET LOCAL client_min_messages = error",
    "SET LOCAL citus.multi_shard_modify_mode = 'sequential'",
    "SET LOCAL citus.enable_local_reference_table_foreign_keys = off",
)
# A generic plan can't say at planning which node holds the city; on one machine it saves planning a claim anew each time.
_PLANS_NOW = """
    SELECT split_part(each.setting, '=', 2) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) AS each (setting)
     WHERE d.datname = current_database() AND s.setrole = 0 AND each.setting LIKE 'plan\\_cache\\_mode=%'
"""
PLANS = {True: "auto", False: "force_generic_plan"}


@dataclass(frozen=True, slots=True)
class Done:
    """What a run did."""

    moved: tuple[str, ...]
    before: dict[str, sums.Sum]
    after: dict[str, sums.Sum]


def keep_plans(site: Site) -> None:
    """The database's way of planning is right for where its tables are; `distribute` and `undistribute` change it."""
    with site.connect(OWNER) as owner:
        on_cluster = nodes.is_there(owner) and bool(_spread(owner))
        if owner.execute(_PLANS_NOW).fetchone() != (PLANS[on_cluster],):
            _set_plans(owner, site, on_cluster=on_cluster)


def is_spread(site: Site) -> bool:
    """Whether any of the company's tables is a cluster's."""
    with site.connect(OWNER) as owner:
        return nodes.is_there(owner) and bool(_spread(owner))


def distribute(site: Site, say: Say, *, shards: int = SHARDS) -> Done:
    """
    Give every table its place; what has its place stays. Needs workers (nodes.join).

    :raises CannotStart: sums differ; then nothing has changed.
    """
    with site.connect(OWNER) as owner:
        with nodes.coordinator_alone(site), owner.transaction():
            numbers = _distribute(owner, say, shards, {Place.NUMBER})
            _set_plans(owner, site, on_cluster=True)  # whoever is killed between the two leaves a company that works
        with owner.transaction():
            rest = _distribute(owner, say, shards, set(Place))
            windows.wrap(owner)
            _set_plans(owner, site, on_cluster=True)
        _grant_defaults(owner)
    return Done((*numbers.moved, *rest.moved), numbers.before | rest.before, numbers.after | rest.after)


def again(site: Site, say: Say) -> None:
    """After a migration on a cluster: new tables get their place, new windows their functions. Quick when there are none."""
    with site.connect(OWNER) as owner:
        if nodes.is_there(owner) and _spread(owner):
            with owner.transaction():
                _distribute(owner, say, SHARDS, set(Place))
                windows.wrap(owner)
            _grant_defaults(owner)


def before_migrating(site: Site) -> None:
    """On a cluster, a migration finds the windows as it made them."""
    with site.connect(OWNER) as owner, owner.transaction():
        windows.unwrap(owner)


def undistribute(site: Site, say: Say) -> Done:
    """
    Bring every table back to the coordinator.

    :raises CannotStart: sums differ; then nothing has changed.
    """
    with site.connect(OWNER) as owner, owner.transaction():
        done = _undistribute(owner, say)
        _set_plans(owner, site, on_cluster=False)
    return done


def _distribute(owner: Owner, say: Say, shards: int, places: set[Place]) -> Done:
    _begin(owner)
    there = _spread(owner)
    waiting = [(table, place_of(table)) for table in _tables(owner) if table not in there]
    moving = [(table, place) for table, place in waiting if place in places - {Place.LOCAL}]
    names = [table for table, _ in moving]
    before: dict[str, sums.Sum] = {}
    after: dict[str, sums.Sum] = {}
    if moving:
        _lock(owner, names)
        before = sums.of(owner, names)
        keys = _drop_foreign_keys(owner, names)
        owner.execute(sql.SQL("SET LOCAL citus.shard_count = {}").format(sql.Literal(shards)))
        for table, place in sorted(moving, key=lambda each: (each[1] is not Place.REFERENCE, each[0])):
            say(f"  {table} → {place.value}")
            _place(owner, table, place, there)
            there[table] = place is not Place.REFERENCE
        _add_foreign_keys(owner, keys)
        after = sums.of(owner, names)
        _compare(before, after)
        for table in names:
            owner.execute("SELECT truncate_local_data_after_distributing_table(%s::text::regclass)", [table])
    return Done(tuple(names), before, after)


def _grant_defaults(owner: Owner) -> None:
    """A cluster writes a default out before it sends a row on, so whoever may add rows must be let fill those columns, too."""
    owner.execute("SET citus.multi_shard_modify_mode = 'sequential'")
    for table, role, column in owner.execute(_DEFAULTED, [sorted(_spread(owner))]).fetchall():
        owner.execute(
            sql.SQL("GRANT INSERT ({}) ON {} TO {}").format(
                sql.Identifier(str(column)), sql.Identifier(str(table)), sql.Identifier(str(role))
            )
        )


def _place(owner: Owner, table: str, place: Place, there: dict[str, bool]) -> None:
    if place is Place.REFERENCE:
        owner.execute("SELECT create_reference_table(%s::text::regclass)", [table])
        return
    beside = next((name for name, hashed in there.items() if hashed and place_of(name) is place), "none")
    owner.execute(
        "SELECT create_distributed_table(%s::text::regclass, %s::text, colocate_with => %s::text)", [table, place.value, beside]
    )


def _undistribute(owner: Owner, say: Say) -> Done:
    _begin(owner)
    if not nodes.is_there(owner):
        return Done((), {}, {})
    windows.unwrap(owner)
    spread = _spread(owner)
    names = [table for table in _tables(owner) if table in spread]
    if not names:
        return Done((), {}, {})
    _lock(owner, names)
    before = sums.of(owner, names)
    keys = _drop_foreign_keys(owner, names)
    identities = _drop_identities(owner, names)
    for table in names:
        say(f"  {table}")
        owner.execute("SELECT undistribute_table(%s::text::regclass)", [table])
    _add_identities(owner, identities)
    _add_foreign_keys(owner, keys)
    after = sums.of(owner, names)
    _compare(before, after)
    return Done(tuple(names), before, after)


def _begin(owner: Owner) -> None:
    for statement in _CAREFULLY:
        owner.execute(statement)


def _tables(owner: Owner) -> list[str]:
    return [str(name) for (name,) in owner.execute(_TABLES).fetchall()]


def _spread(owner: Owner) -> dict[str, bool]:
    """The tables that are a cluster's, without their partitions; True for those in shards."""
    ours = set(_tables(owner))
    return {str(name): bool(hashed) for name, hashed in owner.execute(_SPREAD).fetchall() if str(name) in ours}


def _lock(owner: Owner, names: Sequence[str]) -> None:
    """Writers wait; readers too, once their table moves."""
    tables = sql.SQL(", ").join(sql.Identifier(name) for name in names)
    owner.execute(sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(tables))


def _drop_foreign_keys(owner: Owner, names: Sequence[str]) -> list[tuple[str, str, str]]:
    found = [(str(t), str(n), str(text)) for t, n, text in owner.execute(_FOREIGN_KEYS, [list(names)]).fetchall()]
    for table, name, _ in found:
        owner.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(table), sql.Identifier(name)))
    return found


def _add_foreign_keys(owner: Owner, keys: Sequence[tuple[str, str, str]]) -> None:
    for table, name, text in keys:  # the text is the catalogue's own
        owner.execute(
            sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(sql.Identifier(table), sql.Identifier(name), sql.SQL(text))
        )


def _drop_identities(owner: Owner, names: Sequence[str]) -> list[tuple[str, str, int]]:
    """A table with an identity column can't be undistributed: (table, column, next number). The nodes' copies go anyway."""
    found = []
    owner.execute("SET LOCAL citus.enable_ddl_propagation = off")
    for table, column, sequence in owner.execute(_IDENTITIES, [list(names)]).fetchall():
        row = owner.execute(sql.SQL("SELECT last_value + is_called::int FROM {}").format(sql.SQL(str(sequence)))).fetchone()
        found.append((str(table), str(column), int(str(row[0])) if row else 1))
        owner.execute(
            sql.SQL("ALTER TABLE {} ALTER COLUMN {} DROP IDENTITY").format(
                sql.Identifier(str(table)), sql.Identifier(str(column))
            )
        )
    owner.execute("SET LOCAL citus.enable_ddl_propagation = on")
    return found


def _add_identities(owner: Owner, identities: Sequence[tuple[str, str, int]]) -> None:
    for table, column, following in identities:
        owner.execute(
            sql.SQL("ALTER TABLE {} ALTER COLUMN {} ADD GENERATED BY DEFAULT AS IDENTITY").format(
                sql.Identifier(table), sql.Identifier(column)
            )
        )
        owner.execute(
            sql.SQL("ALTER TABLE {} ALTER COLUMN {} RESTART WITH {}").format(
                sql.Identifier(table), sql.Identifier(column), sql.Literal(following)
            )
        )


def _compare(before: dict[str, sums.Sum], after: dict[str, sums.Sum]) -> None:
    wrong = [table for table in before if before[table] != after.get(table)]
    if wrong:
        names = ", ".join(wrong)
        raise CannotStart(f"校验和不一致，已全部撤销：{names}。", f"sums differ, all is undone: {names}.")


def _set_plans(owner: Owner, site: Site, *, on_cluster: bool) -> None:
    """How sessions plan from now on."""
    owner.execute(
        sql.SQL("ALTER DATABASE {} SET plan_cache_mode = {}").format(sql.Identifier(site.database), sql.SQL(PLANS[on_cluster]))
    )


def told(done: Done) -> Iterator[str]:
    """One line a table: rows and sum before, rows and sum after."""
    for table in done.moved:
        yield f"{table:<32}{done.before[table]}  {done.after[table]}"
