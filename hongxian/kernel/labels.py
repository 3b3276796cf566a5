"""
Every field about a person that leaves a context carries a label; a page can show no other.

A label is the name of a field in the catalogue of purposes (hongxian/consent/purposes.toml). `PLAIN` marks what says
nothing about a person: ids, counts, times of the company's own work.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, get_args, get_origin, get_type_hints


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
