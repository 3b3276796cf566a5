"""The file of grants is what stands in the database, and nothing else does."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from psycopg import errors

from hongxian.cli import grants
from hongxian.cli.grants import Grant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hongxian.cli.roles import Site

TEXT = """
[trace]
desk = "INSERT, SELECT(city_id, at, id)"
auditor = "SELECT"

[closed]

["twice()"]
worker = "EXECUTE"
"""


@pytest.fixture(autouse=True)
def tables(site: Site) -> Iterator[None]:
    with closing(site.connect("owner")) as owner:
        owner.execute("""
            CREATE TABLE trace (city_id int, at int, id bigserial, words text) PARTITION BY RANGE (at);
            CREATE TABLE trace_1 PARTITION OF trace FOR VALUES FROM (0) TO (10);
            CREATE TABLE closed (id int GENERATED ALWAYS AS IDENTITY);
            CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql RETURN n * 2;
            CREATE FUNCTION fired() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            GRANT SELECT ON closed, trace_1 TO hongxian_portal;
            GRANT UPDATE (words) ON trace TO hongxian_dialer;
            GRANT SELECT ON trace TO PUBLIC;
        """)
        yield
        owner.execute("DROP TABLE trace, closed; DROP FUNCTION twice, fired")


def _apply(site: Site, text: str = TEXT) -> None:
    with closing(site.connect("owner")) as owner, owner.transaction():
        grants.apply(owner, site, text)


class TestApply:
    def test_leaves_exactly_what_the_file_says(self, site: Site) -> None:
        _apply(site)
        assert grants.live_grants(site) == frozenset().union(*grants.declared(site.names, TEXT).values())
        assert grants.live_grants(site) == {
            Grant("trace", "desk", "INSERT"),
            *(Grant("trace", "desk", "SELECT", column) for column in ("city_id", "at", "id")),
            Grant("trace", "auditor", "SELECT"),
            Grant("twice()", "worker", "EXECUTE"),
        }

    def test_is_felt_by_the_process(self, site: Site) -> None:
        _apply(site)
        with closing(site.connect("desk")) as desk:
            assert desk.execute("INSERT INTO trace (city_id, at, words) VALUES (1, 2, 'x') RETURNING id").fetchone() == (1,)
            for statement in (
                "SELECT words FROM trace",
                "SELECT id FROM trace_1",
                "SELECT id FROM closed",
                "SELECT twice(1)",
                "DELETE FROM trace",
                "SELECT last_value FROM closed_id_seq",
            ):
                with pytest.raises(errors.InsufficientPrivilege):
                    desk.execute(statement.encode())

    def test_opens_a_sequence_to_those_who_insert(self, site: Site) -> None:
        _apply(site)
        with closing(site.connect("auditor")) as auditor, pytest.raises(errors.InsufficientPrivilege):
            auditor.execute("SELECT nextval('trace_id_seq')")

    def test_closes_functions_that_come_later(self, site: Site) -> None:
        _apply(site)
        with closing(site.connect("owner")) as owner, closing(site.connect("desk")) as desk:
            owner.execute("CREATE FUNCTION later() RETURNS int LANGUAGE sql RETURN 1")
            with pytest.raises(errors.InsufficientPrivilege):
                desk.execute("SELECT later()")
            owner.execute("DROP FUNCTION later")

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            (TEXT.replace("[closed]", ""), r"doesn't say who may use closed\."),
            (TEXT.replace('["twice()"]\nworker = "EXECUTE"', ""), r"doesn't say who may use twice\(\)\."),
            (TEXT + "\n[nowhere]", "not in the database: nowhere"),
            (TEXT + "\n[trace_1]", "not in the database: trace_1"),
            (TEXT.replace("auditor", "boss"), "no role boss"),
            (TEXT.replace("auditor", "owner"), "no role owner"),
            (TEXT.replace('"SELECT"', '"SELECT ALL"'), "can't read"),
            (TEXT.replace('"SELECT"', '"TRIGGER"'), "can't read"),
            (TEXT.replace('"SELECT"', '"DELETE(id)"'), "can't read"),
            (TEXT.replace('"SELECT"', '"SELECT()"'), "can't read"),
            (TEXT.replace('"EXECUTE"', '"SELECT"'), "can't read"),
        ],
    )
    def test_refuses_what_does_not_fit_and_changes_nothing(self, site: Site, text: str, words: str) -> None:
        _apply(site)
        before = grants.live_grants(site)
        with pytest.raises(grants.WrongGrants, match=words):
            _apply(site, text)
        assert grants.live_grants(site) == before


class TestEnsure:
    def test_applies_once_and_again_when_a_table_or_the_file_changes(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        file = site.home.path / "grants.toml"
        monkeypatch.setattr(grants, "FILE", file)
        file.write_text(TEXT)
        assert grants.ensure(site) is True
        assert grants.ensure(site) is False
        file.write_text(TEXT + "# a word\n")
        assert grants.ensure(site) is True
        with closing(site.connect("owner")) as owner:
            owner.execute("DROP TABLE closed; CREATE TABLE closed (id int)")
        assert grants.ensure(site) is True
        assert grants.ensure(site) is False


class TestFile:
    def test_can_be_read(self, site: Site) -> None:
        assert grants.declared(site.names)["django_migrations"] == frozenset()
