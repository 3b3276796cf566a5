"""The whole company, set up: what the catalog says is what the file says, and the keeper is there when it is needed."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from psycopg import errors

from hongxian.cli import company, grants, processes
from hongxian.cli.trouble import CannotStart
from tests.server import start_test_home


@pytest.fixture(scope="module", autouse=True)
def _home() -> None:
    start_test_home()


class TestPrepare:
    def test_leaves_exactly_the_grants_of_the_file(self) -> None:
        here = company.site()
        with closing(here.connect("owner")) as owner:
            owner.execute(f'GRANT DELETE ON org_store TO "{here.names["desk"]}"'.encode())  # by hand, or by another test
            with owner.transaction():
                grants.apply(owner, here)
        assert grants.live_grants(here) == frozenset().union(*grants.declared(here.names).values())

    def test_is_quick_when_nothing_is_to_be_done(self) -> None:
        begun = time.monotonic()
        server = company.prepare()
        assert time.monotonic() - begun < 30, "0.3 s when nothing else runs"
        assert server is not None
        server.stop()
        company.site().connect("owner").close()

    def test_lets_nobody_see_what_a_job_of_another_says(self) -> None:
        with closing(company.site().connect("desk")) as desk:
            desk.execute("SELECT id FROM procrastinate_jobs")
            with pytest.raises(errors.InsufficientPrivilege):
                desk.execute("SELECT args FROM procrastinate_jobs")


class TestRunning:
    def test_says_so_when_it_does_not_come(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(settings, "KEEPER_SOCKET", tmp_path / "keeper.sock")  # another test's keeper may answer at ours
        monkeypatch.setattr(processes, "PROGRAM", "hongxian.nowhere")
        with pytest.raises(CannotStart, match="keeper has not started"), company.running("keeper"):
            pytest.fail("it must not get here")
