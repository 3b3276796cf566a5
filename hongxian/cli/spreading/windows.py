# ruff: noqa: S608 - the names are the catalogue's own
"""
The portal's windows on a cluster.

A view's rights are its owner's; on a cluster the query behind it goes to other nodes in the name of who asks, who has no
rights there, and nothing can be written through it. So there each window is a function of the owner's (`windows.<view>`)
with a view of the same name, columns and grants before it, and triggers in place of the CHECK OPTION: the pages'
statements stay the same, and see and write exactly the same rows. The originals wait in `windows.original`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hongxian.cli.spreading import plan
from hongxian.cli.trouble import CannotStart

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg import Connection

    Owner = Connection[tuple[object, ...]]

VISITOR, FEED = "portal_visitor", "portal_feed_home"
# Whose rows there is nothing to guard of: the tree's hashes, names of cities and stores. Their readers get the columns themselves.
_OPEN = re.compile(r"\bWHERE\b|\bJOIN\b")
_VIEWS = """
    SELECT c.relname::text, pg_get_viewdef(c.oid, true), coalesce('check_option=cascaded' = ANY (c.reloptions), false)
      FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'v' AND c.relname LIKE 'portal\\_%' ORDER BY 1
"""
_COLUMNS = """
    SELECT a.attname::text, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
     WHERE a.attrelid = %s::text::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_DEFAULTS = """
    SELECT a.attname::text, pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a
      JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = %s::text::regclass
"""
_KEY = """
    SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
     WHERE i.indrelid = %s::text::regclass AND i.indisprimary
"""
_RIGHTS = """
    SELECT r.rolname::text, a.privilege_type::text, '' FROM pg_class c, aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee
     WHERE c.oid = %(view)s::text::regclass AND r.oid <> c.relowner
    UNION
    SELECT r.rolname::text, a.privilege_type::text, t.attname::text FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
      JOIN pg_roles r ON r.oid = a.grantee WHERE c.oid = %(view)s::text::regclass AND r.oid <> c.relowner
"""
# What a visit is, looked up once: the cookie lies on the coordinator's copy, the member with one city.
_WHO = """
    SELECT visit.city_id, visit.member_id, visit.number_hashes, visit.scope, visit.opened_at INTO v_city_id, v_member_id, v_number_hashes, v_scope, v_opened_at
      FROM vault_visit AS visit
     WHERE visit.token_hash = sha256(convert_to(current_setting('hongxian.visit', true), 'UTF8'))
       AND visit.until > now() AND visit.ended_at IS NULL;
    v_state := '';
    IF v_member_id IS NOT NULL THEN
        SELECT member.state INTO v_state FROM members_member AS member WHERE member.city_id = v_city_id AND member.id = v_member_id;
        v_state := coalesce(v_state, '');
    END IF;
    IF v_scope IS NULL OR v_state = 'erased' THEN
        v_city_id := NULL; v_member_id := NULL; v_number_hashes := NULL; v_scope := NULL; v_opened_at := NULL; v_state := NULL;
    END IF;
    IF v_scope = 'full' THEN
        f_city_id := v_city_id; f_member_id := v_member_id; f_state := v_state;
    END IF;
"""
_VARIABLES = """
    v_city_id integer; v_member_id bigint; v_number_hashes bytea[]; v_scope text; v_opened_at timestamptz; v_state text;
    f_city_id integer; f_member_id bigint; f_state text; h_cities integer[]; h_members bigint[];
"""
_VISIT = (
    "(SELECT v_city_id AS city_id, v_member_id AS member_id, v_number_hashes AS number_hashes, v_scope AS scope,"
    " v_opened_at AS opened_at, v_state AS state)"
)
_FULL = r"\s+FROM portal_visitor visitor\s+WHERE visitor\.scope(?:::text)? = 'full'(?:::text)?\)"
_KNOWN = (
    (re.compile(r"\( SELECT visitor\.city_id,\s+visitor\.member_id" + _FULL), "(f_city_id, f_member_id)"),
    (
        re.compile(
            r"\( SELECT visitor\.city_id,\s+ARRAY\[visitor\.member_id\](?: AS \"array\")?\s+FROM portal_visitor visitor\)"
        ),
        "(v_city_id, ARRAY[v_member_id])",
    ),
    (re.compile(r"\( SELECT visitor\.(city_id|member_id|state)" + _FULL), r"(f_\1)"),
    (re.compile(r"\( SELECT visitor\.(city_id|member_id|state|scope)\s+FROM portal_visitor visitor\)"), r"(v_\1)"),
    (re.compile(r"\bportal_visitor visitor\b"), f"{_VISIT} visitor"),
    (re.compile(r"\bportal_feed_home home\b"), "unnest(h_cities, h_members) AS home (city_id, member_id)"),
)
_HOMES = f"""
    SELECT coalesce(array_agg(home.city_id), '{{}}'), coalesce(array_agg(home.member_id), '{{}}') INTO h_cities, h_members
      FROM windows.{FEED}() AS home;
"""
_FEED_BODY = """
    each record;
BEGIN
    FOR each IN SELECT number.number_hash, number.city_id, number.member_id FROM members_number AS number
                 WHERE number.number_hash = ANY (string_to_array(current_setting('hongxian.feed', true), ',')::bytea[])
    LOOP
        IF EXISTS (SELECT FROM members_member AS member
                    WHERE member.city_id = each.city_id AND member.id = each.member_id AND member.state = 'live') THEN
            number_hash := each.number_hash; city_id := each.city_id; member_id := each.member_id;
            RETURN NEXT;
        END IF;
    END LOOP;
END
"""
# What a doubled row means where the plain view is written with ON CONFLICT.
_TWICE = {"portal_feed_optout": " ON CONFLICT DO NOTHING"}


@dataclass(frozen=True, slots=True)
class _Window:
    name: str
    text: str
    checked: bool

    @property
    def wrapped(self) -> bool:
        return f"windows.{self.name}()" in self.text

    @property
    def table(self) -> str:
        """The one table behind a window that can be written through."""
        found = re.search(r"\n   FROM (\w+) own\n", self.text) or re.search(r"\n   FROM (\w+) own;?$", self.text)
        if found is None:
            raise CannotStart(f"窗口 {self.name} 无法改写。", f"the window {self.name} can't be rewritten.")
        return found[1]

    @property
    def condition(self) -> str:
        return self.text.partition("\n  WHERE ")[2].rstrip("; \n") or "true"


def wrap(owner: Owner) -> None:
    """Put functions behind the windows that have none yet. Inside the caller's transaction."""
    owner.execute("SET LOCAL citus.enable_ddl_propagation = off")
    owner.execute(
        "CREATE TABLE IF NOT EXISTS windows.original (name text PRIMARY KEY, text text NOT NULL, checked boolean NOT NULL)"
    )
    windows = [_Window(str(name), str(text), bool(checked)) for name, text, checked in owner.execute(_VIEWS).fetchall()]
    originals = {window.name: window for window in windows if not window.wrapped}
    # What the visitor is stands at the head, and windows that look through others come after them.
    for window in sorted(originals.values(), key=lambda each: (each.name not in (VISITOR, FEED), each.name)):
        if _is_open(window):
            _grant_columns(owner, window)
        else:
            _wrap(owner, window)
    for window in windows:
        if not _is_open(window):
            for role in sorted({role for role, *_ in _rights(owner, window.name)}):
                # A window beside a reference table is planned from its text, in which the schema is named.
                owner.execute(f'GRANT USAGE ON SCHEMA windows TO "{role}"'.encode())
                owner.execute(f'GRANT EXECUTE ON FUNCTION windows.{window.name}() TO "{role}"'.encode())
    owner.execute("SET LOCAL citus.enable_ddl_propagation = on")


def unwrap(owner: Owner) -> None:
    """Give every window its own text again. Inside the caller's transaction."""
    if owner.execute("SELECT to_regclass('windows.original') IS NULL").fetchone() == (True,):
        return
    owner.execute("SET LOCAL citus.enable_ddl_propagation = off")
    there = {str(name): str(text) for name, text, _ in owner.execute(_VIEWS).fetchall()}
    for name, text, checked in owner.execute("SELECT name, text, checked FROM windows.original ORDER BY name").fetchall():
        if f"windows.{name}()" in there.get(str(name), ""):
            options = "security_barrier, check_option=cascaded" if checked else "security_barrier"
            owner.execute(f"DROP TRIGGER IF EXISTS written ON {name}".encode())
            owner.execute(f"CREATE OR REPLACE VIEW {name} WITH ({options}) AS {text}".encode())
    for (signature,) in owner.execute(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'windows'::regnamespace"
    ).fetchall():
        owner.execute(f"DROP FUNCTION {signature}".encode())
    owner.execute("DROP TABLE windows.original")
    owner.execute("SET LOCAL citus.enable_ddl_propagation = on")


def _is_open(window: _Window) -> bool:
    return not window.wrapped and _OPEN.search(window.text) is None


def _grant_columns(owner: Owner, window: _Window) -> None:
    found = re.search(r"\n   FROM (\w+);?$", window.text.rstrip())
    if found is None:
        raise CannotStart(f"窗口 {window.name} 无法改写。", f"the window {window.name} can't be rewritten.")
    names = ", ".join(name for name, _ in _columns(owner, window.name))
    owner.execute("SET LOCAL citus.enable_ddl_propagation = on")
    for role in sorted({role for role, verb, _ in _rights(owner, window.name) if verb == "SELECT"}):
        owner.execute(f'GRANT SELECT ({names}) ON {found[1]} TO "{role}"'.encode())
    owner.execute("SET LOCAL citus.enable_ddl_propagation = off")


def _wrap(owner: Owner, window: _Window) -> None:
    columns = _columns(owner, window.name)
    owner.execute(
        "INSERT INTO windows.original (name, text, checked) VALUES (%s, %s, %s)"
        " ON CONFLICT (name) DO UPDATE SET text = excluded.text, checked = excluded.checked",
        [window.name, window.text, window.checked],
    )
    owner.execute(f"DROP FUNCTION IF EXISTS windows.{window.name}()".encode())
    returned = ", ".join(f"{name} {kind}" for name, kind in columns)
    owner.execute(
        f"CREATE FUNCTION windows.{window.name}() RETURNS TABLE ({returned}) LANGUAGE plpgsql SECURITY DEFINER"
        f" SET search_path = public, pg_temp AS $window$\n#variable_conflict use_column\nDECLARE\n{_body(window, columns)}\n$window$".encode()
    )
    owner.execute(f"REVOKE ALL ON FUNCTION windows.{window.name}() FROM PUBLIC".encode())
    names = ", ".join(f"own.{name}::{kind} AS {name}" for name, kind in columns)
    owner.execute(
        f"CREATE OR REPLACE VIEW {window.name} WITH (security_barrier) AS SELECT {names} FROM windows.{window.name}() AS own".encode()
    )
    if window.checked or {verb for _, verb, _ in _rights(owner, window.name)} & {"INSERT", "UPDATE", "DELETE"}:
        _write_through(owner, window, [name for name, _ in columns])


def _body(window: _Window, columns: Sequence[tuple[str, str]]) -> str:
    if window.name == FEED:
        return _FEED_BODY
    if window.name == VISITOR:
        chosen = ", ".join(f"v_{name}::{kind}" for name, kind in columns)
        return f"{_VARIABLES}BEGIN\n{_WHO}\n IF v_scope IS NOT NULL THEN\n RETURN QUERY SELECT {chosen};\n END IF;\nEND"
    return f"{_VARIABLES}BEGIN\n{_prelude(window.text)}\n RETURN QUERY {_known(window.text)};\nEND"


def _prelude(text: str) -> str:
    return (_WHO if "portal_visitor" in text else "") + (_HOMES if FEED in text else "")


def _known(text: str) -> str:
    """The text with the visitor's facts as values: then a statement names one city."""
    for pattern, value in _KNOWN:
        text = pattern.sub(value, text)
    return text.strip().rstrip(";")


def _write_through(owner: Owner, window: _Window, columns: Sequence[str]) -> None:
    """Triggers that write the row and look at it once more through the window's own condition, as CHECK OPTION does."""
    table = window.table
    whole = [str(name) for name, _ in _columns(owner, table)]
    defaults = {str(name): str(text) for name, text in owner.execute(_DEFAULTS, [table]).fetchall()}
    key = {str(name) for (name,) in owner.execute(_KEY, [table]).fetchall()}
    lines = "\n".join(_trigger(window, table, columns, whole, defaults, key))
    owner.execute(f"DROP FUNCTION IF EXISTS windows.{window.name}_written() CASCADE".encode())
    owner.execute(
        f"CREATE FUNCTION windows.{window.name}_written() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
        f" SET search_path = public, pg_temp AS $window$\n#variable_conflict use_column\nDECLARE\n{_VARIABLES} w {table}%ROWTYPE;\n"
        f"BEGIN\n{lines}\nEND\n$window$".encode()
    )
    owner.execute(f"REVOKE ALL ON FUNCTION windows.{window.name}_written() FROM PUBLIC".encode())
    owner.execute(
        f"CREATE TRIGGER written INSTEAD OF INSERT OR UPDATE OR DELETE ON {window.name} FOR EACH ROW"
        f" EXECUTE FUNCTION windows.{window.name}_written()".encode()
    )


def _trigger(
    window: _Window, table: str, columns: Sequence[str], whole: Sequence[str], defaults: dict[str, str], key: set[str]
) -> Iterator[str]:
    fixed = key | {plan.Place.CITY.value, plan.Place.NUMBER.value}
    same = " AND ".join(
        f"own.{name} = OLD.{name}" if name in fixed else f"own.{name} IS NOT DISTINCT FROM OLD.{name}" for name in columns
    )
    returned = "RETURNING " + ", ".join(f"own.{name}" for name in whole) + " INTO w"
    yield _prelude(window.text)
    yield f" IF TG_OP = 'DELETE' THEN\n  DELETE FROM {table} AS own WHERE {same};"
    yield "  IF FOUND THEN RETURN OLD; ELSE RETURN NULL; END IF;\n END IF;"
    yield " IF TG_OP = 'INSERT' THEN"
    for name in columns:
        if name in defaults:
            yield f"  NEW.{name} := coalesce(NEW.{name}, {defaults[name]});"
    names, values = ", ".join(columns), ", ".join(f"NEW.{name}" for name in columns)
    yield f"  INSERT INTO {table} AS own ({names}) VALUES ({values}){_TWICE.get(window.name, '')} {returned};"
    changed = ", ".join(f"{name} = NEW.{name}" for name in columns if name not in fixed)
    if changed:
        moved = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns if name in fixed)
        yield f" ELSE\n  IF {moved or 'false'} THEN RAISE EXCEPTION '{window.name}: a key stays' USING ERRCODE = '44000'; END IF;"
        yield f"  UPDATE {table} AS own SET {changed} WHERE {same} {returned};"
    yield " END IF;\n IF NOT FOUND THEN RETURN NULL; END IF;"
    if not window.checked:
        yield " RETURN NEW;"
        return
    row = ", ".join(f"w.{name} AS {name}" for name in whole)
    yield f" IF NOT EXISTS (SELECT FROM (SELECT {row}) AS own WHERE {_known(window.condition)}) THEN"
    yield f"  RAISE EXCEPTION 'new row violates check option for view \"{window.name}\"' USING ERRCODE = '44000';"
    yield " END IF;\n RETURN NEW;"


def _columns(owner: Owner, relation: str) -> list[tuple[str, str]]:
    return [(str(name), str(kind)) for name, kind in owner.execute(_COLUMNS, [f"public.{relation}"]).fetchall()]


def _rights(owner: Owner, view: str) -> list[tuple[str, str, str]]:
    rows = owner.execute(_RIGHTS, {"view": f"public.{view}"}).fetchall()
    return [(str(role), str(verb), str(column)) for role, verb, column in rows]
