"""Every statement in hongxian/<context>/sql on a real cluster: it can be planned, and asks one node where it names one city."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from hongxian.cli import company
from hongxian.kernel import sql
from tests.cluster.literals import filled
from tests.contracts import test_sql_files as files

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

# Statements that name a city and ask in more than one place, and why.
ALSO_ELSEWHERE = {
    "consent/sql/noes_since.sql": "noes lie by their number's hash",
    "members/sql/erase.sql": "the numbers of the erased lie by their hash",
    "members/sql/check_numbers.sql": "the numbers of members lie by their hash",
    "outreach/sql/check_noes.sql": "noes lie by their number's hash",
    "pools/sql/check_noes.sql": "noes lie by their number's hash",
    "portal/sql/log_leaf_tile.sql": "the tree is one over all cities",
    "reports/sql/anomaly.sql": "its newest acknowledgement stands in a lateral part, which hides the one city from the planner",
    "reports/sql/open_digests.sql": "INSERT … SELECT goes to each shard; all but one find nothing",
    "vault/sql/forget_codes.sql": "codes lie by their number's hash",
} | {
    name: "noes lie by their number's hash; looked up for the members of the city"
    for name in files.FILES
    if "/*include consent/noes*/" in (sql.PACKAGE / name).read_text(encoding="utf-8")
}


@pytest.fixture(scope="module")
def connected(home: None) -> Iterator[dict[str, psycopg.Connection[tuple[object, ...]]]]:
    site = company.site()
    found = {role: site.connect(role) for role in ("owner", "desk", "portal", "worker", "dialer", "keeper", "auditor")}
    yield found
    for each in found.values():
        each.close()


class TestStatement:
    @pytest.mark.parametrize("name", files.STATEMENTS)
    def test_is_one_task_where_it_names_one_city(
        self, connected: dict[str, psycopg.Connection[tuple[object, ...]]], name: str
    ) -> None:
        text = filled(files._filled(name))
        plan = connected[files._role_of(name)].execute(b"EXPLAIN (COSTS OFF) " + text).fetchall()
        tasks = [int(count) for (line,) in plan for count in re.findall(r"Task Count: (\d+)", str(line))]
        if name not in files.NOT_BY_CITY and name not in ALSO_ELSEWHERE:
            assert set(tasks) <= {1}
