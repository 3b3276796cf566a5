"""Sealing: every trace is sealed once, whatever runs beside it; the two ways to write a leaf agree."""

from __future__ import annotations

import threading
from dataclasses import astuple
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hongxian.audit import leaves, sealing, tiles, tree
from hongxian.cli import company as set_up
from hongxian.kernel.actor import Actor
from tests.owner import now, owner, rows, run
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

COLUMNS = "city_id, at, id, staff_id, role, store_id, process, action, purpose, ground, fields, outcome, reason, permit_id"
WRITE = (
    "INSERT INTO audit_trace (city_id, at, staff_id, role, process, action, purpose, member_ids, fields, outcome)"
    " VALUES (%(city_id)s, now(), 1, 'consultant', 'desk', 'test.look', 'pool.card', %(members)s, '{alias}', 'allowed') RETURNING id"
)


def write(city_id: int, *members: int, connection: psycopg.Connection[Any] | None = None) -> int:
    """A trace; its number."""
    found = (connection or owner()).execute(WRITE.encode(), {"city_id": city_id, "members": list(members)}).fetchone()
    assert found is not None
    return int(found[0])


def sealed(city_id: int) -> list[tuple[int, int, int]]:
    """(trace, member, number) of a city's leaves, in the tree's order."""
    return rows("SELECT trace_id, member_id, number FROM audit_leaf WHERE city_id = %(city_id)s ORDER BY index", city_id=city_id)


def head() -> tuple[int, int]:
    size, low = rows("SELECT size, low FROM audit_head")[0]
    return size, low


@pytest.fixture
def city(home: None) -> int:
    """A city of its own, everything before it sealed."""
    number = World(stores=1, teams=1).city_id
    sealing.seal_all(now=now())
    return number


@pytest.fixture
def another(home: None) -> Iterator[psycopg.Connection[Any]]:
    """Somebody whose transaction stays open."""
    connection = set_up.site().connect("owner")
    connection.execute("BEGIN")
    yield connection
    connection.close()


class TestSeal:
    def test_makes_one_leaf_for_each_member_with_numbers_that_count(self, city: int) -> None:
        first, second, third = write(city, 7, 5, 5), write(city), write(city, 5)
        assert sealing.seal_all(now=now()).leaves >= 4
        assert sealed(city) == [(first, 5, 1), (first, 7, 1), (second, 0, 1), (third, 5, 2)]
        assert sealing.seal_all(now=now()) == sealing.NOTHING

    def test_goes_batch_by_batch_to_the_same_end(self, city: int) -> None:
        written = [write(city, number % 3 + 1) for number in range(23)]
        before = head()[0]
        sealing.seal_all(now=now(), most=5)
        assert [trace for trace, _, _ in sealed(city)] == written
        assert head() == (before + 23, written[-1])

    def test_gives_places_without_a_gap_and_the_kept_nodes_are_the_trees(self, city: int) -> None:
        run(
            "INSERT INTO audit_trace (city_id, at, staff_id, role, process, action, purpose, member_ids, fields, outcome)"
            " SELECT %(city_id)s, now(), 1, 'consultant', 'desk', 'test.look', 'pool.card', ARRAY[g %% 9 + 1, g %% 5 + 1], '{}', 'allowed'"
            " FROM generate_series(1, 700) AS g",
            city_id=city,
        )
        sealing.seal_all(now=now(), most=300)
        found = rows("SELECT index, hash FROM audit_leaf ORDER BY index")
        assert [index for index, _ in found] == list(range(head()[0]))
        hashes = [bytes(each) for _, each in found]
        stack, stored = tree.Stack(hashes), tiles.StoredTiles()
        assert tree.root(stored, len(hashes)) == tree.root(stack, len(hashes))
        nodes = rows("SELECT height, number, hash FROM audit_node ORDER BY height, number")
        assert [(height, number, bytes(each)) for height, number, each in nodes] == [
            (height, number, each) for height, row in enumerate(stack.rows[1:], 1) for number, each in enumerate(row)
        ]
        index = len(hashes) - 300
        path = tree.inclusion(tiles.StoredTiles(), index, len(hashes))
        assert tree.root_from_inclusion(leaf=hashes[index], index=index, size=len(hashes), path=path) == tree.root(
            stack, len(hashes)
        )

    def test_leaves_a_row_alone_whose_number_was_never_given_out(self, city: int) -> None:
        written = write(city, 1)
        run(WRITE.replace("(city_id,", "(id, city_id,").replace("VALUES (", "VALUES (9000000000, "), city_id=city, members=[1])
        sealing.seal_all(now=now())
        assert sealed(city) == [(written, 1, 1)]
        run("DELETE FROM audit_trace WHERE id = 9000000000")


class TestLate:
    def test_a_long_transaction_stops_nobody_and_is_sealed_when_it_ends(
        self, city: int, another: psycopg.Connection[Any]
    ) -> None:
        late = write(city, 1, connection=another)
        early = write(city, 2)
        sealing.seal_all(now=now())
        assert sealed(city) == [(early, 2, 1)]
        for minutes in (1, 2, 3):  # the gap has its horizon and waits for that very transaction
            sealing.seal_all(now=now() + timedelta(minutes=minutes))
        another.execute("COMMIT")
        sealing.seal_all(now=now() + timedelta(minutes=4))
        assert sealed(city) == [(early, 2, 1), (late, 1, 1)]
        assert not _gap(late)

    def test_what_was_undone_is_waited_for_no_longer_than_others_run(self, city: int, another: psycopg.Connection[Any]) -> None:
        undone = write(city, 1, connection=another)
        write(city, 2)
        sealing.seal_all(now=now())
        assert _gap(undone)
        another.execute("ROLLBACK")
        sealing.seal_all(now=now() + timedelta(seconds=6))  # sets the horizon
        sealing.seal_all(now=now() + timedelta(seconds=7))
        assert not _gap(undone)

    def test_one_of_several_in_a_gap(self, city: int, another: psycopg.Connection[Any]) -> None:
        first = write(city, 1, connection=another)
        other = set_up.site().connect("owner")
        other.execute("BEGIN")
        second = write(city, 2, connection=other)
        third = write(city, 3, connection=another)
        last = write(city, 4)
        sealing.seal_all(now=now())
        other.execute("COMMIT")
        other.close()
        sealing.seal_all(now=now())
        assert [trace for trace, _, _ in sealed(city)] == [last, second]
        assert _gap(first)
        assert _gap(third)
        another.execute("COMMIT")
        sealing.seal_all(now=now())
        assert [trace for trace, _, _ in sealed(city)] == [last, second, first, third]

    def test_many_writers_and_sealers_lose_and_double_nothing(self, city: int) -> None:
        """Short and long transactions, some undone, while two seal."""
        done: list[int] = []
        ended = threading.Event()

        def write_many(who: int) -> None:
            with set_up.site().connect("owner") as mine:
                for turn in range(40):
                    mine.execute("BEGIN")
                    numbers = [write(city, who, turn + 10, connection=mine) for _ in range(turn % 4 + 1)]
                    if turn % 7 == 3:
                        mine.execute("ROLLBACK")
                    else:
                        mine.execute("COMMIT")
                        done.extend(numbers)

        def seal_on() -> None:
            from django.db import connection

            while not ended.is_set():
                sealing.seal_all(now=now(), most=7)
            connection.close()

        writers = [threading.Thread(target=write_many, args=(who,)) for who in range(1, 5)]
        sealers = [threading.Thread(target=seal_on) for _ in range(2)]
        for thread in (*sealers, *writers):
            thread.start()
        for thread in writers:
            thread.join()
        ended.set()
        for thread in sealers:
            thread.join()
        sealing.seal_all(now=now())
        found = sealed(city)
        assert sorted({trace for trace, _, _ in found}) == sorted(done)
        assert len(found) == 2 * len(done)
        for who in range(1, 5):
            numbers = [number for _, member, number in found if member == who]
            assert numbers == list(range(1, len(numbers) + 1))


def _gap(number: int) -> bool:
    return bool(rows("SELECT 1 FROM audit_gap WHERE %(number)s BETWEEN first_id AND last_id", number=number))


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12) | st.sampled_from(
    ["", "a,b", "\\", "\\n", "a\nb", "红娘\r\n", "'; --"]
)


class TestText:
    @given(
        words=st.lists(WORDS, min_size=6, max_size=6),
        fields=st.lists(WORDS | st.none(), max_size=4),
        numbers=st.lists(st.none() | st.integers(0, 2**40), min_size=2, max_size=2),
        at=st.datetimes(min_value=now().replace(year=1990, tzinfo=None), max_value=now().replace(year=2100, tzinfo=None)),
    )
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_is_the_same_in_sql_and_in_python(
        self, city: int, words: list[str], fields: list[str | None], numbers: list[int | None], at: Any
    ) -> None:
        role, process, action, purpose, ground, reason = words
        run(
            "INSERT INTO audit_trace (city_id, at, staff_id, role, store_id, process, action, purpose, ground, member_ids, fields, outcome,"
            " reason, permit_id) VALUES (%(city_id)s, %(at)s::timestamp AT TIME ZONE 'UTC', 3, %(role)s, %(store)s, %(process)s, %(action)s,"
            " %(purpose)s, %(ground)s, '{4}', %(fields)s, 'denied', %(reason)s, %(permit)s)",
            city_id=city, at=at, role=role, store=numbers[0], process=process, action=action, purpose=purpose, ground=ground,
            fields=fields, reason=reason, permit=numbers[1],
        )  # fmt: skip
        sealing.seal_all(now=now())
        trace_id, member_id, number = sealed(city)[-1]
        trace = leaves.Trace(*rows(f"SELECT {COLUMNS} FROM audit_trace WHERE id = %(id)s", id=trace_id)[0])
        assert trace.fields == fields
        commitment, kept, salt = rows(
            "SELECT leaf.commitment, leaf.hash, person.salt FROM audit_leaf AS leaf JOIN audit_person AS person USING (city_id, member_id)"
            " WHERE leaf.trace_id = %(id)s",
            id=trace_id,
        )[0]
        assert commitment == leaves.commitment_of(salt=salt, city_id=city, member_id=member_id, number=number)
        text = leaves.text(trace, commitment=commitment, number=number)
        assert leaves.hash_of(text) == kept
        assert text.count("\n") == 17, "a value cannot add a line"

    def test_of_nobody_has_no_member(self, city: int) -> None:
        number = write(city)
        sealing.seal_all(now=now())
        trace = leaves.Trace(*rows(f"SELECT {COLUMNS} FROM audit_trace WHERE id = %(id)s", id=number)[0])
        text = leaves.text(trace, commitment=None, number=1)
        assert "\nmember=-\n" in text
        assert rows("SELECT hash FROM audit_leaf WHERE trace_id = %(id)s", id=number) == [(leaves.hash_of(text),)]
        assert astuple(trace)[2] == number


class TestForget:
    def test_takes_the_salt_and_numbers_go_on(self, city: int) -> None:
        write(city, 5)
        sealing.seal_all(now=now())
        sealing.forget(city_id=city, member_id=5)
        write(city, 5)
        sealing.seal_all(now=now())
        assert [(member, number) for _, member, number in sealed(city)] == [(5, 1), (5, 2)]
        assert rows("SELECT salt, leaves FROM audit_person WHERE city_id = %(c)s", c=city) == [(None, 2)]
        assert len(rows("SELECT DISTINCT commitment FROM audit_leaf WHERE city_id = %(c)s", c=city)) == 2

    def test_of_somebody_whom_no_leaf_names_yet_holds_for_those_to_come(self, city: int) -> None:
        sealing.forget(city_id=city, member_id=6)
        write(city, 6)
        sealing.seal_all(now=now())
        assert rows("SELECT salt, leaves FROM audit_person WHERE city_id = %(c)s", c=city) == [(None, 1)]

    def test_salts_of_different_members_differ(self, city: int) -> None:
        write(city, 1, 2, 3)
        sealing.seal_all(now=now())
        salts = rows("SELECT DISTINCT salt FROM audit_person WHERE city_id = %(c)s", c=city)
        assert len({len(salt) for (salt,) in salts}) == 1
        assert len(salts) == 3


def test_an_actor_of_the_system_leaves_a_trace_that_is_sealed(city: int) -> None:
    from hongxian.audit import recording

    ref = recording.record(by=Actor.system("test", city_id=city), action="test", purpose="statistics", now=now())
    sealing.seal_all(now=now())
    assert sealed(city)[-1][0] == ref.id
