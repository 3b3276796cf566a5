"""Where each table lies on a cluster, and why: by its city, by a number's hash, on every node, or on the coordinator alone."""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

from django.apps import apps

from hongxian.kernel.distributed import DistributedModel

if TYPE_CHECKING:
    from collections.abc import Mapping


class Place(Enum):
    """How a table is kept on a cluster."""

    CITY = "city_id"
    NUMBER = "number_hash"
    REFERENCE = "every node"
    LOCAL = "coordinator"


# A person is one over the whole company, so what is known of a number can't lie with a city.
BY_NUMBER: Mapping[str, str] = {
    "consent_lifting": "whoever lifts a no lifts it in all cities",
    "consent_suppression": "a no holds in all cities, and one dead worker must not stop every no",
    "members_number": "nobody is a member twice",
    "vault_code": "codes go to a number, known or not",
}
_ORGANISATION = "the organisation: small, rarely written, joined with members everywhere"
_TEXTS = "what may be said and sold: small, rarely written, joined with members"
_CATALOGUE = "purposes and their assessments: every decision about a member reads them"
_PARTNERS = "partners act in many cities"
_OFFICE = "the privacy office's own: one over all cities"
# Copied to every node: written rarely, and then on all nodes at once.
REFERENCE: Mapping[str, str] = {
    "audit_change": _ORGANISATION,  # written with what it is about
    **{
        f"org_{name}": _ORGANISATION for name in ("agreement", "city", "edit", "editdone", "invitation", "rule", "staff", "store")
    },
    **{f"org_{name}": _ORGANISATION for name in ("team", "training")},
    **{f"consent_{name}": _CATALOGUE for name in ("assessment", "ending", "notice")},
    **{f"partners_{name}": _PARTNERS for name in ("hook", "key", "partner")},
    **{f"rights_{name}": _OFFICE for name in ("duty", "incident")},
    "intake_mapping": "how workbooks of a store are read: small, rarely written",
    "outreach_template": _TEXTS,
    "outreach_version": _TEXTS,
    "pools_pool": _ORGANISATION,
    "sales_package": _TEXTS,
}
_LOG = "the log is one over all cities, and is written by one process"
_COMING_IN = "coming in must work while a worker is away, and says nothing of a city"
# What every request or every second writes, and what comes before a city is known: no other node is asked.
LOCAL: Mapping[str, str] = {
    **{f"audit_{name}": _LOG for name in ("check", "checkpoint", "gap", "head", "node")},
    "org_session": _COMING_IN,
    "org_signintry": _COMING_IN,
    "outreach_arrived": "what a gateway brings is of nobody's city until it is read, and is taken in whatever is away",
    "vault_text": _COMING_IN,
    "vault_visit": _COMING_IN,
}
_DJANGO = "accounts and sessions: the coordinator's own, never joined with members"
_JOBS = "jobs: the coordinator's own, with functions and triggers of their own"
LOCAL_PREFIXES: Mapping[str, str] = {
    "account_": _DJANGO,
    "auth_": _DJANGO,
    "django_": _DJANGO,
    "mfa_": _DJANGO,
    "procrastinate_": _JOBS,
    "socialaccount_": _DJANGO,
}


@cache
def by_city() -> frozenset[str]:
    """The tables whose rows live with their city: the models say so themselves."""
    return frozenset(model._meta.db_table for model in apps.get_models() if issubclass(model, DistributedModel))  # noqa: SLF001


def place_of(table: str) -> Place:
    """
    Where a table belongs.

    :raises LookupError: nobody has said.
    """
    places = [
        *([Place.CITY] if table in by_city() else []),
        *([Place.NUMBER] if table in BY_NUMBER else []),
        *([Place.REFERENCE] if table in REFERENCE else []),
        *([Place.LOCAL] if table in LOCAL or table.startswith(tuple(LOCAL_PREFIXES)) else []),
    ]
    if len(places) != 1:
        raise LookupError(f"{table} has {len(places)} places in {__name__}")
    return places[0]


def reason_of(table: str) -> str:
    """Why it lies there."""
    if table in by_city():
        return "grows with members, and its rows name their city"
    prefix = next((each for each in LOCAL_PREFIXES if table.startswith(each)), "")
    return BY_NUMBER.get(table) or REFERENCE.get(table) or LOCAL.get(table) or LOCAL_PREFIXES[prefix]
