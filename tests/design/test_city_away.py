"""A node that doesn't answer: a page in words, for whatever the coordinator says of it."""

from __future__ import annotations

import psycopg
import pytest
from django.db import OperationalError
from django.test import RequestFactory

from hongxian.design.city_away import CityAway


def _wrapped(inner: Exception) -> OperationalError:
    error = OperationalError("connection to the remote node failed")
    error.__cause__ = inner
    return error


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

    @pytest.mark.parametrize("error", [OperationalError("the server closed the connection"), ValueError("no")])
    def test_is_for_nothing_else(self, error: Exception) -> None:
        request = RequestFactory().get("/desk/")
        assert CityAway(lambda _request: pytest.fail("not asked")).process_exception(request, error) is None
