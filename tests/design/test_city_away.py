"""A node that doesn't answer: a page in words, for whatever the coordinator says of it."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
import pytest
from django.db import OperationalError
from django.test import RequestFactory

from hongxian.design.city_away import CityAway


def _wrapped(inner: Exception) -> OperationalError:
    error = OperationalError("connection to the remote node failed")
    error.__cause__ = inner
    return error


@dataclass(frozen=True, slots=True)
class _Diagnosed:
    """What libpq would have read from the server's words."""

    message_primary: str


class TestPage:
    @pytest.mark.parametrize("state", [psycopg.errors.ConnectionFailure, psycopg.errors.SqlclientUnableToEstablishSqlconnection])
    def test_says_that_the_city_cannot_be_reached(self, state: type[Exception]) -> None:
        request = RequestFactory().get("/desk/")
        answer = CityAway(lambda _request: pytest.fail("not asked")).process_exception(request, _wrapped(state("node 10.0.0.7")))
        assert answer is not None
        assert answer.status_code == 503
        words = answer.content.decode()
        assert "本市的数据暂时无法访问" in words
        assert "10.0.0.7" not in words

    @pytest.mark.parametrize(
        ("state", "words"),
        [
            (psycopg.errors.InternalError_, "no active placements were found for shard 102387"),
            (psycopg.errors.InternalError_, "failure on connection marked as essential: 10.0.0.7:5432"),
        ],
    )
    def test_knows_a_node_that_was_set_aside_by_what_citus_says(
        self, monkeypatch: pytest.MonkeyPatch, state: type[psycopg.Error], words: str
    ) -> None:
        told = state(words)
        monkeypatch.setattr(type(told), "diag", _Diagnosed(words))
        request = RequestFactory().get("/desk/")
        answer = CityAway(lambda _request: pytest.fail("not asked")).process_exception(request, _wrapped(told))
        assert answer is not None
        assert answer.status_code == 503

    @pytest.mark.parametrize("error", [OperationalError("the server closed the connection"), ValueError("no")])
    def test_is_for_nothing_else(self, error: Exception) -> None:
        request = RequestFactory().get("/desk/")
        assert CityAway(lambda _request: pytest.fail("not asked")).process_exception(request, error) is None
