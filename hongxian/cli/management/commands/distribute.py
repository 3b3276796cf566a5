"""`bin/hongxian distribute --worker HOST:PORT …`: spreads the company over a cluster of Citus nodes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from hongxian.cli import asked, company
from hongxian.cli.spreading import moving, nodes
from hongxian.cli.trouble import CannotStart

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Safe to repeat: what has its place stays. See docs/running/cluster.md."""

    help = "把数据分布到 Citus 集群。 Spreads the company over a cluster of Citus nodes; safe to repeat."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which nodes, and in how many pieces."""
        parser.add_argument(
            "--worker",
            action="append",
            default=[],
            metavar="HOST:PORT",
            help="要加入的工作节点，可重复 | a worker to add; repeat it",
        )
        parser.add_argument(
            "--coordinator", metavar="HOST:PORT", help="其他节点如何连到协调节点 | the coordinator, as the others reach it"
        )
        parser.add_argument("--shards", type=int, default=moving.SHARDS, help="分片数 (32) | how many shards")

        parser.add_argument("--aside", metavar="HOST:PORT", help="搁置一个失联的工作节点 | go on without a worker that is gone")
        parser.add_argument("--back", metavar="HOST:PORT", help="恢复被搁置的工作节点 | have a worker again that was set aside")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Says each table with its sums before and after."""
        if options["aside"] or options["back"]:
            with asked.plainly_said():
                self._one_node(options)
            return
        with asked.plainly_said(), company.prepared(say=self.stderr.write):
            site = company.site()
            added = [nodes.Address.read(each) for each in options["worker"]]
            if not nodes.is_possible(site):
                if added:
                    raise CannotStart("此数据库服务器没有安装 Citus。", "Citus is not installed at this database server.")
                self.stdout.write("普通 PostgreSQL，无需分布 | plain PostgreSQL: nothing to distribute")
                return
            if not added and not nodes.workers(site):
                raise CannotStart("还没有工作节点，请用 --worker 指明。", "there is no worker yet: name one with --worker.")
            self._distribute(added, options)

    def _one_node(self, options: dict[str, Any]) -> None:
        """Touches nothing but what the coordinator knows of a node: setting up would ask all of them."""
        site = company.site()
        if not nodes.is_possible(site):
            raise CannotStart("此数据库服务器没有安装 Citus。", "Citus is not installed at this database server.")
        if options["aside"]:
            nodes.set_aside(site, nodes.Address.read(options["aside"]))
            self.stdout.write("已搁置：该节点的城市暂时无法访问，其他城市照常 | set aside: other cities go on")
        if options["back"]:
            nodes.take_back(site, nodes.Address.read(options["back"]))
            self.stdout.write("已恢复 | it has its place again")

    def _distribute(self, added: list[nodes.Address], options: dict[str, Any]) -> None:
        site = company.site()
        assert site.server is not None  # noqa: S101 - Citus is there
        here = options["coordinator"]
        coordinator = nodes.Address.read(here) if here else nodes.Address(site.server.host, site.server.port)
        nodes.join(site, coordinator, added)
        begun = time.monotonic()
        done = moving.distribute(site, self.stderr.write, shards=options["shards"])
        company.hang_up(site)
        for line in moving.told(done):
            self.stdout.write(line)
        took = time.monotonic() - begun
        if done.moved:
            self.stdout.write(
                f"{len(done.moved)} 张表，校验和一致，用时 {took:.0f} 秒 | {len(done.moved)} tables, equal sums, {took:.0f} s"
            )
        else:
            self.stdout.write("各表都已就位 | every table is in its place")
