"""What each process may do in the database: read from `grants.toml`, applied as a whole, read back from the catalog."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import sql

from hongxian.cli.roles import OWNER
from hongxian.cli.trouble import CannotStart

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from psycopg import Connection

    from hongxian.cli.roles import Site

FILE = Path(__file__).with_name("grants.toml")
VERBS = frozenset({"DELETE", "INSERT", "SELECT", "TRUNCATE", "UPDATE"})
BY_COLUMN = frozenset({"INSERT", "SELECT", "UPDATE"})
EXECUTE = "EXECUTE"
_CLAUSE = re.compile(r"\s*([A-Z]+)\s*(?:\(([^()]*)\))?\s*(?:,|$)")


class WrongGrants(CannotStart):
    """The file and the database's tables don't fit each other, or a line can't be read."""


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One right of one role: `subject` is a table, or a function when it ends in "()"; without `column`, all of it."""

    subject: str
    role: str
    verb: str
    column: str = ""


def declared(roles: Mapping[str, str], text: str | None = None) -> dict[str, frozenset[Grant]]:
    """
    Return what the file grants, by table or function; those that are open to nobody are in it too.

    :raises WrongGrants: a line names an unknown role or verb, or can't be read.
    """
    entries = tomllib.loads(FILE.read_text(encoding="utf-8") if text is None else text)
    return {subject: frozenset(_grants(subject, lines, roles)) for subject, lines in entries.items()}


def _grants(subject: str, lines: Mapping[str, str], roles: Mapping[str, str]) -> Iterator[Grant]:
    for role, words in lines.items():
        if role not in roles or role == OWNER:
            raise WrongGrants(f"grants.toml [{subject}]：没有角色 {role}。", f"grants.toml [{subject}]: there is no role {role}.")
        at = 0
        while at < len(words):
            clause = _CLAUSE.match(words, at)
            if clause is None or not _is_right(subject, clause[1], clause[2]):
                raise WrongGrants(
                    f"grants.toml [{subject}] {role}：无法识别“{words[at:]}”。",
                    f"grants.toml [{subject}] {role}: can't read {words[at:]!r}.",
                )
            for column in clause[2].split(",") if clause[2] else [""]:
                yield Grant(subject, role, clause[1], column.strip())
            at = clause.end()


def _is_right(subject: str, verb: str, columns: str | None) -> bool:
    if subject.endswith("()"):
        return verb == EXECUTE and columns is None
    return verb in VERBS and (columns is None or (verb in BY_COLUMN and bool(columns.strip())))


_TABLES = """
    SELECT relname::text FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT relispartition
       AND relname !~ '_[0-9]{6,}$'  -- on a cluster's coordinator stand shards, too
       AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e') ORDER BY 1
"""
# Trigger functions need no right of the one whose statement fires them.
_FUNCTIONS = """
    SELECT proname::text, oid::regprocedure::text FROM pg_proc
     WHERE pronamespace = 'public'::regnamespace AND prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
       AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
     ORDER BY 1
"""
_SEQUENCES = """
    SELECT s.relname::text, t.relname::text FROM pg_class s
      LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.deptype IN ('a', 'i') AND d.refclassid = 'pg_class'::regclass
      LEFT JOIN pg_class t ON t.oid = d.refobjid
     WHERE s.relnamespace = 'public'::regnamespace AND s.relkind = 'S' AND s.relname !~ '_[0-9]{6,}$' ORDER BY 1
"""
_BEHIND_VIEWS = """
    SELECT DISTINCT v.relname::text, t.relname::text FROM pg_class v
      JOIN pg_rewrite r ON r.ev_class = v.oid
      JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
      JOIN pg_class t ON t.oid = d.refobjid AND t.relkind IN ('r', 'p')
     WHERE v.relnamespace = 'public'::regnamespace AND v.relkind = 'v'
"""
_FINGERPRINT = """
    SELECT coalesce(string_agg(oid || ' ' || relname, ',' ORDER BY oid), '') FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND relname !~ '_[0-9]{6,}$'
"""
_MARK = "SELECT coalesce(obj_description('public'::regnamespace, 'pg_namespace'), '')"


def ensure(site: Site) -> bool:
    """
    Apply the file unless the database already carries the mark of exactly this file, these roles and these tables.

    :raises WrongGrants: a table or function is missing in the file, or the file names one that is not there.
    """
    with site.connect(OWNER) as owner:
        mark = _fingerprint(owner, site)
        if owner.execute(_MARK).fetchone() == (mark,):
            return False
        with owner.transaction():
            owner.execute(
                "SET LOCAL citus.multi_shard_modify_mode = 'sequential'"
            )  # on a cluster, tables of both kinds in one transaction
            apply(owner, site)
            owner.execute(sql.SQL("COMMENT ON SCHEMA public IS {}").format(sql.Literal(mark)))
    return True


def _fingerprint(owner: Connection[tuple[object, ...]], site: Site) -> str:
    row = owner.execute(_FINGERPRINT).fetchone() or ("",)
    parts = (FILE.read_text(encoding="utf-8"), repr(sorted(site.names.items())), str(row[0]))
    return "grants " + hashlib.sha256("\0".join(parts).encode()).hexdigest()


def apply(owner: Connection[tuple[object, ...]], site: Site, text: str | None = None) -> None:
    """
    Take everything from every process, then grant what the file says. Meant to run inside the caller's transaction.

    :raises WrongGrants: the file and the database don't fit each other.
    """
    rights = declared(site.names, text)
    functions = {str(signature): f"{name}()" for name, signature in owner.execute(_FUNCTIONS).fetchall()}
    tables = {str(name) for (name,) in owner.execute(_TABLES).fetchall()}
    _must_fit(set(rights), tables | set(functions.values()))
    for statement in _taking_all(site):
        owner.execute(statement)
    for table in sorted(tables):
        for grant in sorted(rights[table]):
            owner.execute(_granting(grant, site))
    for signature, name in functions.items():
        for grant in sorted(rights[name]):
            role = sql.Identifier(site.names[grant.role])
            # PostgreSQL itself wrote the signature, quoted where needed.
            owner.execute(sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(sql.SQL(signature), role))
    behind: dict[str, frozenset[Grant]] = dict(rights)
    for view, hidden in owner.execute(_BEHIND_VIEWS).fetchall():  # a number is handed out in the name of who inserts
        behind[str(hidden)] = behind.get(str(hidden), frozenset()) | rights.get(str(view), frozenset())
    for sequence, owned_by in owner.execute(_SEQUENCES).fetchall():
        _grant_sequence(owner, site, str(sequence), behind.get(str(owned_by), frozenset()))


def _must_fit(named: set[str], there: set[str]) -> None:
    for subjects, chinese, english in (
        (there - named, "grants.toml 没有写明谁可以使用", "grants.toml doesn't say who may use"),
        (named - there, "grants.toml 写了数据库里没有的", "grants.toml names what is not in the database:"),
    ):
        if subjects:
            names = ", ".join(sorted(subjects))
            raise WrongGrants(f"{chinese} {names}。", f"{english} {names}.")


def _taking_all(site: Site) -> Iterator[sql.Composed | sql.SQL]:
    others = sql.SQL(", ").join(sql.Identifier(name) for role, name in site.names.items() if role != OWNER)
    for kind in ("TABLES", "SEQUENCES", "ROUTINES"):
        yield sql.SQL("REVOKE ALL ON ALL {} IN SCHEMA public FROM PUBLIC, {}").format(sql.SQL(kind), others)
    yield sql.SQL("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC")


def _granting(grant: Grant, site: Site) -> sql.Composed:
    columns = sql.SQL("({})").format(sql.Identifier(grant.column)) if grant.column else sql.SQL("")
    return sql.SQL("GRANT {} {} ON {} TO {}").format(
        sql.SQL(grant.verb),
        columns,
        sql.Identifier("public", grant.subject),
        sql.Identifier(site.names[grant.role]),
    )


def _grant_sequence(owner: Connection[tuple[object, ...]], site: Site, sequence: str, rights: frozenset[Grant]) -> None:
    for role in sorted({grant.role for grant in rights if grant.verb == "INSERT"}):
        owner.execute(
            sql.SQL("GRANT USAGE ON SEQUENCE {} TO {}").format(
                sql.Identifier("public", sequence), sql.Identifier(site.names[role])
            )
        )


_LIVE = """
    SELECT c.relname::text, a.grantee, a.privilege_type, '' FROM pg_class c, aclexplode(c.relacl) a
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind <> 'S'
    UNION ALL
    SELECT c.relname, a.grantee, a.privilege_type, t.attname FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
     WHERE c.relnamespace = 'public'::regnamespace AND NOT t.attisdropped
    UNION ALL
    SELECT p.proname || '()', a.grantee, a.privilege_type, '' FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
     WHERE p.pronamespace = 'public'::regnamespace
"""


def live_grants(site: Site) -> frozenset[Grant]:
    """
    Return what stands in the database's catalog for everyone but the owner; partitions, PUBLIC and strangers included.

    Right after `apply` it equals the union of `declared()`. Sequences are left out.
    """
    with site.connect(OWNER) as owner:
        called = {oid: str(name) for oid, name in owner.execute("SELECT oid, rolname FROM pg_roles").fetchall()}
        rows = owner.execute(_LIVE).fetchall()
    roles = {name: role for role, name in site.names.items()}
    everybody = 0
    found = set()
    for subject, grantee, verb, column in rows:
        name = "PUBLIC" if grantee == everybody else called[grantee]
        found.add(Grant(str(subject), roles.get(name, name), str(verb), str(column)))
    return frozenset(grant for grant in found if grant.role != OWNER)
