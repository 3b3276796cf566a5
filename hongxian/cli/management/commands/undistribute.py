"""`bin/hongxian undistribute`: brings every table back to the coordinator."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand

from hongxian.cli import asked, company, grants
from hongxian.cli.spreading import moving, nodes


class Command(BaseCommand):
    """The way back from a cluster. The nodes stay as they are; see docs/running/cluster.md."""

    help = "把集群上的数据收回到一台服务器。 Brings every table back from the cluster to the coordinator."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Says each table with its sums before and after."""
        with asked.plainly_said(), company.prepared(say=self.stderr.write):
            site = company.site()
            if not nodes.is_possible(site):
                self.stdout.write("普通 PostgreSQL，无需收回 | plain PostgreSQL: nothing to bring back")
                return
            begun = time.monotonic()
            done = moving.undistribute(site, self.stderr.write)
            grants.ensure(site)  # tables that came back are new ones to the database
            company.hang_up(site)
            for line in moving.told(done):
                self.stdout.write(line)
            took = time.monotonic() - begun
            if done.moved:
                self.stdout.write(
                    f"{len(done.moved)} 张表，校验和一致，用时 {took:.0f} 秒 | {len(done.moved)} tables, equal sums, {took:.0f} s"
                )
            else:
                self.stdout.write("没有分布在集群上的表 | no table is on a cluster")
