"""One account a role for whoever looks at the demo: chosen, kept in the home (0600) and told at every start."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.conf import settings

from hongxian.cli import folders
from hongxian.cli.sample import times
from hongxian.org.signing_in import demo_sign_ins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from hongxian.cli.sample.staff import Person

FILE = "demo-sign-ins.json"
MEMBER_FILE = "demo-member.json"
LABELS = {
    "consultant": "红娘顾问 consultant",
    "new_consultant": "新顾问（未培训） new consultant, not trained yet",
    "team_manager": "团队主管 team manager",
    "store_manager": "门店店长 store manager",
    "operations": "运营 operations",
    "privacy_officer": "隐私专员 privacy officer",
    "fraud_desk": "反诈专员 fraud desk",
    "auditor": "审计 auditor",
    "trainer": "培训师 trainer",
}


def sign_ins() -> list[tuple[str, str, str]]:
    """Role, employee number and password, one a role; empty where the sample company was never made."""
    return demo_sign_ins(settings.HOME.path)


def write_member(number: str) -> None:
    """Keeps the made-up number with which to look at the portal; its codes lie in the loopback outbox."""
    folders.write_private(settings.HOME.path / MEMBER_FILE, json.dumps({"number": number}) + "\n")


def write(people: Iterable[Person], *, password: str, today: date) -> None:
    """Keep them before the accounts are committed: an account that nobody can open would be lost."""
    chosen = _choose(list(people), today)
    lines = [(LABELS[key], person.employee_no, password) for key, person in chosen]
    folders.write_private(settings.HOME.path / FILE, json.dumps(lines, indent=1) + "\n")


def _choose(people: list[Person], today: date) -> list[tuple[str, Person]]:
    """All of the first store, where there is a choice: the consultant one who works today and may take every grade."""

    def first(role: str, suits: Callable[[Person], bool] = lambda _person: True) -> Person:
        found = [person for person in people if person.role == role]
        return next((person for person in found if suits(person)), found[0])

    consultant = first("consultant", lambda one: one.tier == "X" and _at_work(one, today))
    found = {
        "consultant": consultant,
        "new_consultant": first("consultant", lambda one: one.training is None),
        "team_manager": first("team_manager", lambda one: (one.store, one.team) == (consultant.store, consultant.team)),
    }
    return [(key, found.get(key) or first(key)) for key in LABELS]


def _at_work(person: Person, today: date) -> bool:
    return person.training is not None and times.works_on(person.staff_id, times.number_of(today))
