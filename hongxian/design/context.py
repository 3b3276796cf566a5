"""What every page knows: the product, the language, who is signed in, and the menu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from hongxian.design import menu, wording
from hongxian.design.menu import Item
from hongxian.kernel.permissions import ROLE_NAMES

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from hongxian.kernel.actor import Actor

PRODUCT = "红线"
BOTTOM_BAR = 4  # on a phone so many entries stand in the bar, the others behind "more"
WIDE_BAR = 6  # on a wide screen


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, as the header shows it."""

    alias: str
    role: str
    store_name: str


@dataclass(frozen=True, slots=True)
class Company:
    """The frame around every page."""

    product: str
    language: str
    other_language: str
    other_language_name: str
    now: datetime
    person: Person | None
    menu: tuple[Item, ...]

    @property
    def menu_first(self) -> tuple[Item, ...]:
        """The entries of the phone's bottom bar."""
        return self.menu if len(self.menu) <= BOTTOM_BAR + 1 else self.menu[:BOTTOM_BAR]

    @property
    def menu_rest(self) -> tuple[Item, ...]:
        """The entries that a phone hides behind "more"."""
        return self.menu[len(self.menu_first) :]

    @property
    def menu_far(self) -> tuple[Item, ...]:
        """The entries that even a wide screen hides behind "more"."""
        return () if len(self.menu) <= WIDE_BAR + 1 else self.menu[WIDE_BAR:]

    @property
    def menu_wide(self) -> tuple[Item, ...]:
        """The entries that only a wide screen shows in the bar."""
        return self.menu_rest[: len(self.menu_rest) - len(self.menu_far)]


def company(request: HttpRequest) -> dict[str, Company]:
    """Give templates `company`; `request.actor` is set for signed-in staff only."""
    language = translation.get_language() or "zh-hans"
    chinese = wording.is_chinese(language)
    actor: Actor | None = getattr(request, "actor", None)
    return {
        "company": Company(
            product=PRODUCT,
            language="zh-Hans" if chinese else "en",
            other_language="en" if chinese else "zh-hans",
            other_language_name="English" if chinese else "中文",
            now=timezone.now(),
            person=_person(actor) if actor and not actor.wall else None,
            menu=menu.menu_of(actor, path=request.path) if actor and not actor.wall else (),
        )
    }


def _person(actor: Actor) -> Person:
    """The header's line; somebody without a store belongs to headquarters."""
    return Person(alias=actor.alias, role=str(ROLE_NAMES[actor.role]), store_name=actor.store_name or _("总部"))
