"""Whom an employee number names, for the incident wizard."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from hongxian.kernel.sql import Statement
from hongxian.rights.incidents import BadIncident


@dataclass(frozen=True, slots=True)
class _Named:
    staff_id: int
    alias: str


_by_number = Statement("rights", "staff_by_number", _Named)


def numbered(*, employee_no: str) -> int:
    """
    The staff number behind an employee number, of whoever works here or did.

    :raises BadIncident: nobody has it.
    """
    found = _by_number.one(employee_no=employee_no.strip())
    if found is None:
        raise BadIncident(_("没有这个工号。"))
    return found.staff_id
