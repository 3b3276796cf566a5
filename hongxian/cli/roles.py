"""The database and the roles of the processes in it: one each, none a member of another, none able to become more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, LiteralString

import psycopg
from psycopg import Connection, errors, sql

from hongxian.cli import cluster, folders
from hongxian.cli.trouble import CannotStart

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hongxian.config.home import Home, Server

type_of_row = tuple[object, ...]
OLDEST = 180000
OWNER = "owner"
MAY_MAKE_TEMPORARY_TABLES = ("owner", "worker")
PROCESSES_WITH_TOKEN = ("desk", "portal", "worker", "dialer", "keeper", "auditor")
ATTRIBUTES: LiteralString = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION NOBYPASSRLS"


@dataclass(frozen=True, slots=True)
class Site:
    """One installation's database: where it is and what its roles are called there."""

    home: Home
    server: Server | None
    database: str
    names: Mapping[str, str]

    def connect(self, role: str) -> Connection[type_of_row]:
        """
        Sign in to the company's database as the process's `role`.

        :raises CannotStart: with one line that says why not.
        """
        return self._connect(self.database, self.names[role], self.home.password(role))

    def connect_as_admin(self, database: str) -> Connection[type_of_row]:
        """
        Sign in to any database of the server with the account that may create roles.

        :raises CannotStart: with one line that says why not.
        """
        if self.server is None:
            return self._connect(database, cluster.ROOT, self.home.password("root"))
        return self._connect(database, self.server.user, self.server.password)

    def _connect(self, database: str, user: str, password: str) -> Connection[type_of_row]:
        host = self.server.host if self.server else str(self.home.socket)
        port = self.server.port if self.server else 5432
        try:
            return psycopg.connect(
                host=host,
                port=port,
                dbname=database,
                user=user,
                password=password,
                connect_timeout=10,
                autocommit=True,
                application_name="hongxian-setup",
            )
        except psycopg.OperationalError as error:
            raise _unreachable(error, f"{user}@{host}:{port}/{database}") from error


class NoDatabase(CannotStart):
    """The server answers and has no such database."""


def _unreachable(error: psycopg.OperationalError, where: str) -> CannotStart:
    words = str(error).splitlines()[0].removeprefix("connection failed: ").removeprefix("connection is bad: ")
    kind = NoDatabase if "does not exist" in words and 'database "' in words else CannotStart
    return kind(f"无法连接数据库 {where}：{words}。", f"cannot connect to the database {where}: {words}.")


def ensure(site: Site) -> None:
    """
    Make the database, its roles with their passwords in the home, and their right to enter; repair what differs.

    Statements and errors carry SCRAM verifiers at most, never a password. The processes' own secrets are made too.

    :raises CannotStart: the server is unreachable, too old, or its admin account may not do this.
    """
    for process in PROCESSES_WITH_TOKEN:
        folders.secret(site.home.secrets / f"{process}.token")
    folders.secret(site.home.secrets / "django.key", length=48)
    # What the dating site signs with; under what its names are hashed; what gateways' addresses and partners' macs are made with.
    for name in ("feed.key", "letters.key", "gateway.key", "partners.key"):
        folders.secret(site.home.secrets / name)
    try:
        with _first_door(site) as admin:
            _check_version(admin)
            for role, name in site.names.items():
                _ensure_role(admin, site, role, name)
            _ensure_database(admin, site)
        with site.connect_as_admin(site.database) as admin:
            made = _ensure_extension(admin, site)
            _close_database(admin, site, again=made)
    except errors.InsufficientPrivilege as error:
        words = error.diag.message_primary
        raise CannotStart(
            f"数据库管理账号权限不足：{words}。", f"the database's admin account lacks a permission: {words}."
        ) from error


def _first_door(site: Site) -> Connection[type_of_row]:
    try:
        return site.connect_as_admin(site.database)
    except NoDatabase:
        return site.connect_as_admin("postgres")


def _check_version(admin: Connection[type_of_row]) -> None:
    version = admin.info.server_version
    if version < OLDEST:
        raise CannotStart(
            f"需要 PostgreSQL 18 或更高版本，该服务器为 {version // 10000}。",
            f"PostgreSQL 18 or later is needed, this server is {version // 10000}.",
        )
    if (encoding := admin.info.parameter_status("server_encoding")) != "UTF8":
        raise CannotStart(f"数据库编码必须为 UTF8，而不是 {encoding}。", f"the database's encoding must be UTF8, not {encoding}.")


_ROLE_IS_PLAIN = """
    SELECT NOT (rolsuper OR rolinherit OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)
           AND rolcanlogin AND coalesce(rolvaliduntil, 'infinity') = 'infinity' AND rolconfig IS NULL
      FROM pg_roles WHERE rolname = %s
"""


def _ensure_role(admin: Connection[type_of_row], site: Site, role: str, name: str) -> None:
    password = folders.secret(site.home.secrets / f"{role}.password")
    plain = admin.execute(_ROLE_IS_PLAIN, [name]).fetchone()
    if plain is None:
        admin.execute(
            sql.SQL("CREATE ROLE {} " + ATTRIBUTES + " PASSWORD {}").format(
                sql.Identifier(name), _verifier(admin, name, password)
            )
        )
    elif not plain[0]:
        admin.execute(sql.SQL("ALTER ROLE {} RESET ALL").format(sql.Identifier(name)))
        admin.execute(sql.SQL("ALTER ROLE {} " + ATTRIBUTES + " VALID UNTIL 'infinity'").format(sql.Identifier(name)))
    if plain is not None and not _signs_in(admin, name, password):
        admin.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(name), _verifier(admin, name, password)))
    _leave_other_roles(admin, name)


def _verifier(admin: Connection[type_of_row], name: str, password: str) -> sql.Literal:
    """What the server keeps in place of the password, computed here so that no statement ever carries the password."""
    return sql.Literal(admin.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode())


def _signs_in(admin: Connection[type_of_row], name: str, password: str) -> bool:
    """Whether the password is the role's. Any other refusal than a wrong password (no right to enter yet) is a yes."""
    info = admin.info
    try:
        psycopg.connect(
            host=info.host, port=info.port, dbname=info.dbname, user=name, password=password, connect_timeout=10
        ).close()
    except psycopg.OperationalError as error:
        return "password authentication failed" not in str(error)
    return True


def _leave_other_roles(admin: Connection[type_of_row], name: str) -> None:
    memberships = admin.execute(
        "SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = %s",
        [name],
    ).fetchall()
    for (group,) in memberships:
        admin.execute(sql.SQL("REVOKE {} FROM {} CASCADE").format(sql.Identifier(str(group)), sql.Identifier(name)))


def _ensure_database(admin: Connection[type_of_row], site: Site) -> None:
    database, owner = sql.Identifier(site.database), sql.Identifier(site.names[OWNER])
    found = admin.execute(
        "SELECT r.rolname FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba WHERE d.datname = %s", [site.database]
    ).fetchone()
    if found is not None and found[0] == site.names[OWNER]:
        return
    if not _is_superuser(admin):  # such an account gives a database to a role only when it could become that role
        admin.execute(sql.SQL("GRANT {} TO CURRENT_USER WITH SET TRUE, INHERIT TRUE").format(owner))
    if found is None:
        admin.execute(
            sql.SQL(
                "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
            ).format(database, owner)
        )
    else:
        admin.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, owner))


def _is_superuser(admin: Connection[type_of_row]) -> bool:
    return admin.info.parameter_status("is_superuser") == "on"


# Equality inside exclusion constraints (visits). In a schema of its own, which no role may look into: its functions are no grant's.
EXTENSION = "btree_gist"


def _ensure_extension(admin: Connection[type_of_row], site: Site) -> bool:
    """
    True when it was made: in the owner's name, whom PostgreSQL lets make this one because it is a trusted extension.

    Closing the database afterwards takes the owner's right to do so away again.
    """
    if admin.execute("SELECT FROM pg_extension WHERE extname = %s", [EXTENSION]).fetchone() is not None:
        return False
    database, owner, name = (sql.Identifier(each) for each in (site.database, site.names[OWNER], EXTENSION))
    with admin.transaction():
        admin.execute(sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(database, owner))
        admin.execute(sql.SQL("SET LOCAL ROLE {}").format(owner))
        admin.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(name))
        admin.execute(sql.SQL("CREATE EXTENSION {} SCHEMA {}").format(name, name))
        admin.execute("RESET ROLE")
    return True


# Whoever enters may make large objects, unseen by any grant on tables; only the server's own superuser can shut that.
LARGE_OBJECTS = ("lo_create(oid)", "lo_creat(integer)", "lo_from_bytea(oid, bytea)")
_CLOSED = """
    SELECT d.datacl IS NOT NULL AND n.nspowner = d.datdba
           AND NOT EXISTS (SELECT FROM aclexplode(d.datacl) a WHERE a.grantee = 0)
           AND NOT EXISTS (SELECT FROM aclexplode(n.nspacl) a WHERE a.grantee = 0)
           AND (SELECT count(*) FROM aclexplode(d.datacl) a JOIN pg_roles r ON r.oid = a.grantee
                 WHERE r.rolname = ANY (%(names)s) AND a.privilege_type = 'CONNECT') = cardinality(%(names)s::text[])
           AND (SELECT count(*) FROM aclexplode(n.nspacl) a JOIN pg_roles r ON r.oid = a.grantee
                 WHERE r.rolname = ANY (%(names)s) AND a.privilege_type = 'USAGE') = cardinality(%(names)s::text[])
           AND NOT EXISTS (SELECT FROM unnest(%(large_objects)s::text[]) AS each (name)
                            WHERE has_function_privilege('public', each.name, 'EXECUTE'))
      FROM pg_database d, pg_namespace n WHERE d.datname = current_database() AND n.nspname = 'public'
"""


def _close_database(admin: Connection[type_of_row], site: Site, *, again: bool = False) -> None:
    """Nobody enters but the roles; only the owner makes tables."""
    large_objects = LARGE_OBJECTS if _is_superuser(admin) else ()
    closed = admin.execute(_CLOSED, {"names": list(site.names.values()), "large_objects": list(large_objects)}).fetchone()
    if closed and closed[0] and not again:
        return
    with admin.transaction():
        for statement in _closing(site):
            admin.execute(statement)
        for function in large_objects:
            admin.execute(sql.SQL("REVOKE EXECUTE ON FUNCTION pg_catalog.{} FROM PUBLIC").format(sql.SQL(function)))


def _closing(site: Site) -> Iterable[sql.Composed]:
    database, owner = sql.Identifier(site.database), sql.Identifier(site.names[OWNER])
    everyone = sql.SQL(", ").join(sql.Identifier(name) for name in site.names.values())
    some = sql.SQL(", ").join(sql.Identifier(site.names[role]) for role in MAY_MAKE_TEMPORARY_TABLES)
    yield sql.SQL("ALTER SCHEMA public OWNER TO {}").format(owner)
    yield sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC, {}").format(database, everyone)
    yield sql.SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC, {}").format(everyone)
    yield sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, everyone)
    yield sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(database, some)
    yield sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(everyone)
    yield sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(owner)
