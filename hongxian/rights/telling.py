"""The privacy office's codes in words, for both doors: what a code of a list is called, and who did something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext as _

from hongxian.kernel.permissions import ROLE_NAMES, Role

if TYPE_CHECKING:
    from django.db.models import TextChoices


class Event(Protocol):
    """One line of a history."""

    @property
    def who(self) -> str: ...
    @property
    def alias(self) -> str: ...
    @property
    def role(self) -> str: ...


def label(choices: type[TextChoices], code: str) -> str:
    """A code of a closed list in words; one that the list has dropped as it stands."""
    return str(choices(code).label) if code in choices.values else code


def whose(event: Event, *, person: str) -> str:
    """Who did it: the person, called as the page calls them, a colleague under the alias with their role, or the system."""
    if event.who == "person":
        return person
    if event.who == "system":
        return _("系统")
    return f"{event.alias} · {ROLE_NAMES[Role(event.role)]}" if event.role else event.alias
