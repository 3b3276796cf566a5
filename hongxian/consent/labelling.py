"""What a page may show: rows whose every field is a field of the catalogue, or plain. Both doors ask here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import cache

from django.db.models import Model, QuerySet

from hongxian.consent.purposes import catalogue
from hongxian.kernel.labels import PLAIN, labels_of


class UnlabelledField(TypeError):
    """A page was about to show a field that the catalogue of purposes does not know. A bug, never shown."""


def check(value: object, *, plain: tuple[str, ...]) -> None:
    """
    Look through everything that a page was given; rows of modules that begin with one of `plain` say nothing of members.

    :raises UnlabelledField: see there; also for what a template could walk along: models, queries, unread iterators.
    """
    if isinstance(value, dict):
        for each in value.values():
            check(each, plain=plain)
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            check(each, plain=plain)
    elif isinstance(value, Model | QuerySet | Iterator):
        raise UnlabelledField(type(value).__name__)
    elif is_dataclass(value) and not isinstance(value, type) and not type(value).__module__.startswith(plain):
        _check_row(type(value))
        for name in labels_of(type(value)):
            inner = getattr(value, name)
            if isinstance(inner, list | tuple | dict | set | frozenset) or is_dataclass(inner):
                check(inner, plain=plain)


@cache
def _check_row(row: type) -> None:
    for name, label in labels_of(row).items():
        if label is None or (label != PLAIN and label.name not in catalogue().named):
            message = f"{row.__name__}.{name}"
            raise UnlabelledField(message)
