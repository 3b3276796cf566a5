"""
Every field about a person that leaves a context carries a label; a page can show no other.

A label is the name of a field in the catalogue of purposes (hongxian/consent/purposes.toml). `PLAIN` marks what says
nothing about a person: ids, counts, times of the company's own work.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Label:
    """What a field is, in the catalogue's words."""

    name: str


PLAIN = Label("plain")
Plain = Annotated  # Plain[int, PLAIN] reads well in a row's definition


@cache
def labels_of(row: type) -> dict[str, Label | None]:
    """Field name to label of a frozen row; None where a field has no label."""
    hints = get_type_hints(row, include_extras=True)
    return {field.name: _label(hints[field.name]) for field in fields(row)}


def _label(hint: object) -> Label | None:
    if get_origin(hint) is Annotated:
        for extra in get_args(hint)[1:]:
            if isinstance(extra, Label):
                return extra
    return None


def without(rows: Iterable[Row], withheld: Collection[str]) -> list[Row]:
    """The same rows with every field blank whose label is withheld: not served for the purpose at hand."""
    if not withheld:
        return list(rows)
    return [_with_blanks(row, frozenset(withheld)) for row in rows]


def _with_blanks(row: Any, withheld: frozenset[str]) -> Any:
    kind: type = type(row)
    return replace(row, **_blanks(kind, withheld))


@cache
def _blanks(row: type, withheld: frozenset[str]) -> dict[str, Any]:
    hints = get_type_hints(row)
    return {name: _blank(hints[name]) for name, label in labels_of(row).items() if label is not None and label.name in withheld}


def _blank(hint: Any) -> Any:
    """None where the field may be None, else what says nothing: an empty text, 0, False."""
    return None if NoneType in get_args(hint) else (get_origin(hint) or hint)()
