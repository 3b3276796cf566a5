"""Which constraint refused, from a server of one's own and from a cluster, which passes on an error's words only."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from hongxian.kernel.sql import constraint_of

# As a real Citus said it when two booked one room.
FORWARDED = 'conflicting key value violates exclusion constraint "visits_visit_room_once_102820"'


def refused(statement: str) -> IntegrityError:
    with pytest.raises(IntegrityError) as no, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return no.value


def test_is_named_by_the_server(company: None) -> None:
    error = refused("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '23P01', CONSTRAINT = 'visits_visit_room_once'; END $$")
    assert constraint_of(error) == "visits_visit_room_once"


def test_is_found_in_the_words_of_a_cluster(company: None) -> None:
    error = refused(f"DO $$ BEGIN RAISE EXCEPTION '{FORWARDED}' USING ERRCODE = '23P01'; END $$")
    assert constraint_of(error) == "visits_visit_room_once"


def test_is_none_of_another_error(company: None) -> None:
    assert constraint_of(refused("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '23505'; END $$")) == ""
    assert constraint_of(ValueError()) == ""
