"""The servers of a cluster: made ready with the same database and roles, and brought together."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from psycopg import OperationalError, sql

from hongxian.cli import roles
from hongxian.cli.spreading import watch
from hongxian.cli.trouble import CannotStart

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg import Connection

    from hongxian.cli.roles import Site

EXTENSION = "citus"
_AVAILABLE = "SELECT FROM pg_available_extensions WHERE name = 'citus'"
_INSTALLED = "SELECT FROM pg_extension WHERE extname = 'citus'"
_ANY_NODE, _LOOPBACK = 0, -1  # pg_dist_authinfo's own numbers


@dataclass(frozen=True, slots=True)
class Address:
    """Where a node listens, as the other nodes reach it."""

    host: str
    port: int

    @classmethod
    def read(cls, words: str) -> Self:
        """
        From `host:port`.

        :raises CannotStart: it is not that.
        """
        host, _, port = words.rpartition(":")
        if not host or not port.isdigit():
            raise CannotStart(f"节点应写作 主机:端口，而不是 {words}。", f"a node reads host:port, not {words}.")
        return cls(host.strip("[]"), int(port))

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def is_possible(site: Site) -> bool:
    """Whether the server has Citus at all. The embedded one doesn't."""
    if site.server is None:
        return False
    with site.connect_as_admin(site.database) as admin:
        return admin.execute(_AVAILABLE).fetchone() is not None


def is_there(connection: Connection[tuple[object, ...]]) -> bool:
    """Whether the company's database has the extension."""
    return connection.execute(_INSTALLED).fetchone() is not None


def workers(site: Site) -> list[Address]:
    """The nodes that hold shards, as the coordinator knows them."""
    with site.connect_as_admin(site.database) as admin:
        if not is_there(admin):
            return []
        rows = admin.execute(
            "SELECT nodename, nodeport FROM pg_dist_node WHERE noderole = 'primary' AND groupid <> 0 ORDER BY nodeid"
        ).fetchall()
    return [Address(str(host), int(str(port))) for host, port in rows]


def join(site: Site, coordinator: Address, added: Sequence[Address]) -> None:
    """
    Make each node ready and tell the coordinator of it. What is there already stays.

    The admin account must be a superuser with the same name and password on each node, as Citus asks.

    :raises CannotStart: a node can't be reached or can't be made ready.
    """
    if site.server is None:
        raise CannotStart("嵌入式数据库不能成为集群。", "the embedded database can't become a cluster.")
    everybody = [site, *(at(site, each) for each in (*workers(site), *added))]
    for each in everybody:
        if each is not site:
            roles.ensure(each)
        _make_ready(each)
    with site.connect_as_admin(site.database) as admin:
        known = {Address(str(h), int(str(p))) for h, p in admin.execute("SELECT nodename, nodeport FROM pg_dist_node").fetchall()}
        if coordinator not in known:
            admin.execute("SELECT citus_set_coordinator_host(%s, %s)", [coordinator.host, coordinator.port])
        for address in added:
            if address not in known:
                admin.execute("SELECT citus_add_node(%s, %s)", [address.host, address.port])
    watch.ensure(site)


def set_aside(site: Site, away: Address) -> None:
    """
    A worker that is gone is asked nothing any more, so that other cities, and what every node has a copy of, go on.

    Its cities' data stay where they are, and their pages say that they can't be reached. `citus_disable_node` refuses to do
    this to a node that has the only copy of a shard. The worker does it by itself (watch.py); this is for when it doesn't run.

    :raises CannotStart: no such worker, or it answers.
    """
    if away not in workers(site):
        raise CannotStart(f"{away} 不是工作节点。", f"{away} is no worker.")
    if _answers(site, away):
        raise CannotStart(f"{away} 在应答，不能搁置。", f"{away} answers: it can't be set aside.")
    with site.connect_as_admin(site.database) as admin:
        admin.execute(
            "UPDATE pg_dist_node SET isactive = false WHERE nodename = %s AND nodeport = %s AND groupid <> 0",
            [away.host, away.port],
        )


def take_back(site: Site, again: Address) -> None:
    """
    A worker that was set aside and answers again has its place.

    :raises CannotStart: no such worker, or it doesn't answer.
    """
    if again not in workers(site):
        raise CannotStart(f"{again} 不是工作节点。", f"{again} is no worker.")
    if not _answers(site, again):
        raise CannotStart(f"{again} 没有应答。", f"{again} does not answer.")
    with site.connect_as_admin(site.database) as admin:
        admin.execute("SELECT citus_activate_node(%s, %s)", [again.host, again.port])
        admin.execute("SELECT replicate_reference_tables('block_writes')")  # it has lost its copies, which may be old


def set_aside_now(site: Site) -> list[Address]:
    """The workers that are set aside."""
    with site.connect_as_admin(site.database) as admin:
        if not is_there(admin):
            return []
        rows = admin.execute("SELECT nodename, nodeport FROM pg_dist_node WHERE NOT isactive ORDER BY nodeid").fetchall()
    return [Address(str(host), int(str(port))) for host, port in rows]


def _answers(site: Site, address: Address) -> bool:
    try:
        with at(site, address).connect_as_admin(site.database) as admin:
            return admin.execute("SELECT 1").fetchone() is not None
    except (OperationalError, CannotStart):
        return False


@contextmanager
def coordinator_alone(site: Site) -> Iterator[None]:
    """For the length of the block, new shards go to the coordinator; before and afterwards to the workers."""
    _let_have_shards(site, coordinator=True)
    try:
        yield
    finally:
        _let_have_shards(site, coordinator=False)


def _let_have_shards(site: Site, *, coordinator: bool) -> None:
    with site.connect_as_admin(site.database) as admin:
        admin.execute(
            "SELECT citus_set_node_property(nodename, nodeport, 'shouldhaveshards', (groupid = 0) = %s) FROM pg_dist_node"
            " WHERE noderole = 'primary' AND shouldhaveshards <> ((groupid = 0) = %s)",
            [coordinator, coordinator],
        )


def at(site: Site, address: Address) -> Site:
    """The same company's database at another node."""
    assert site.server is not None  # noqa: S101 - asked before
    return replace(site, server=replace(site.server, host=address.host, port=address.port))


def _make_ready(site: Site) -> None:
    """The extension, and each role's password for going from node to node: as parameters, never in a statement's text."""
    assert site.server is not None  # noqa: S101 - asked before
    with site.connect_as_admin(site.database) as admin:
        if admin.execute(_AVAILABLE).fetchone() is None:
            where = f"{site.server.host}:{site.server.port}"
            raise CannotStart(f"{where} 没有安装 Citus。", f"Citus is not installed at {where}.")
        if not is_there(admin):
            admin.execute("CREATE EXTENSION citus")
        if admin.execute("SELECT to_regnamespace('windows') IS NULL").fetchone() == (True,):
            owner = sql.Identifier(site.names[roles.OWNER])
            admin.execute(sql.SQL("SET citus.enable_ddl_propagation = off"))
            admin.execute(sql.SQL("CREATE SCHEMA windows AUTHORIZATION {}").format(owner))
            admin.execute(sql.SQL("RESET citus.enable_ddl_propagation"))
        passwords = {name: site.home.password(role) for role, name in site.names.items()} | {
            site.server.user: site.server.password
        }
        with admin.transaction():
            for name, password in passwords.items():
                for node in (_ANY_NODE, _LOOPBACK):
                    admin.execute("DELETE FROM pg_dist_authinfo WHERE nodeid = %s AND rolename = %s", [node, name])
                    admin.execute(
                        "INSERT INTO pg_dist_authinfo (nodeid, rolename, authinfo) VALUES (%s, %s, %s)",
                        [node, name, f"password={_quoted(password)}"],
                    )


def _quoted(value: str) -> str:
    """As libpq reads a value."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
