"""
Templates of texts (短信模板): a wording is asked for by one person, decided by another, used, and ended; none is ever altered.

Only the approved wording of a template can be sent, one at a time. It is read twice, when it is asked for and when it is
approved, so that a longer list of words counts for what waits, too (wordings.py). Templates are the company's, not a store's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import changing
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.outreach import wordings

if TYPE_CHECKING:
    from collections.abc import Collection

    from hongxian.kernel.actor import Actor

KINDS = {"service": _("服务"), "promotion": _("营销")}
PURPOSES = {"service": "outreach.sms", "promotion": "outreach.promotion"}
LONGEST_NAME, LONGEST_WHY = 30, 200


class BadTemplate(Refusal):
    """A template needs a name, a kind and a use; a decision its reason."""

    code = "outreach.bad_template"
    message = _("请填写模板名称（最多 30 字），选择类型和至少一种用途。")
    status = 422


class NameTaken(Refusal):
    """There is a template with this name."""

    code = "outreach.template_name_taken"
    message = _("已有同名的模板。")


class WaitsAlready(Refusal):
    """One wording of a template waits at a time."""

    code = "outreach.version_waits"
    message = _("这个模板已有一个版本在等待审批。")


class OwnVersion(Refusal):
    """Who asks never decides."""

    code = "outreach.own_version"
    message = _("不能审批自己提交的版本，需要另一个人。")
    status = 403


class DecidedAlready(Refusal):
    """Somebody was quicker."""

    code = "outreach.version_decided"
    message = _("此版本已经有人处理。")


class NoReason(Refusal):
    """A no and an end need their reason."""

    code = "outreach.template_no_reason"
    message = _("请写明原因，最多 200 字。")
    status = 422


class NotInUse(Refusal):
    """There is nothing to end or to send."""

    code = "outreach.template_not_in_use"
    message = _("此模板没有已批准的版本，不能使用。")


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A template in the list: the wording in use, and the one that waits."""

    template_id: Annotated[int, PLAIN]
    name: Annotated[str, PLAIN]
    kind: Annotated[str, PLAIN]
    uses: Annotated[list[str], PLAIN]
    made_at: Annotated[datetime, PLAIN]
    approved_id: Annotated[int | None, PLAIN]
    approved_number: Annotated[int, PLAIN]
    body: Annotated[str, PLAIN]
    asked_id: Annotated[int | None, PLAIN]
    asked_number: Annotated[int, PLAIN]
    asked_at: Annotated[datetime | None, PLAIN]
    asker: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One template."""

    template_id: Annotated[int, PLAIN]
    name: Annotated[str, PLAIN]
    kind: Annotated[str, PLAIN]
    uses: Annotated[list[str], PLAIN]
    made_at: Annotated[datetime, PLAIN]
    maker: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One wording with its history."""

    version_id: Annotated[int, PLAIN]
    edition: Annotated[int, PLAIN]
    body: Annotated[str, PLAIN]
    state: Annotated[str, PLAIN]
    asked_by: Annotated[int, PLAIN]
    asker: Annotated[str, PLAIN]
    asked_at: Annotated[datetime, PLAIN]
    decider: Annotated[str, PLAIN]
    decided_at: Annotated[datetime | None, PLAIN]
    why: Annotated[str, PLAIN]
    retirer: Annotated[str, PLAIN]
    retired_at: Annotated[datetime | None, PLAIN]
    retired_why: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class Sendable:
    """A wording in use: what may be sent today."""

    version_id: Annotated[int, PLAIN]
    template_id: Annotated[int, PLAIN]
    name: Annotated[str, PLAIN]
    kind: Annotated[str, PLAIN]
    uses: Annotated[list[str], PLAIN]
    edition: Annotated[int, PLAIN]
    body: Annotated[str, PLAIN]

    @property
    def purpose(self) -> str:
        """Under which purpose it leaves: promotion needs a yes of its own."""
        return PURPOSES[self.kind]

    @property
    def asks_for(self) -> list[str]:
        """What somebody has to fill in."""
        named = {name for _at, name in wordings.variables_in(self.body)}
        return [name for name in ("date", "time") if name in named]


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


@dataclass(frozen=True, slots=True)
class _Template:
    id: int
    name: str
    kind: str
    uses: list[str]
    waits: bool


@dataclass(frozen=True, slots=True)
class _Version:
    id: int
    number: int
    body: str
    state: str
    asked_by: int


_add_template = Statement("outreach", "add_template", _Id)
_add_version = Statement("outreach", "add_version", _Id)
_lock_template = Statement("outreach", "lock_template", _Template)
_lock_version = Statement("outreach", "lock_version", _Version)
_template_of = Statement("outreach", "template_of_version", _Id)
_decide = Command("outreach", "decide_version")
_retire = Statement("outreach", "retire_version", _Id)
_templates = Statement("outreach", "templates", TemplateLine)
_template = Statement("outreach", "template", TemplateRow)
_versions = Statement("outreach", "versions_of", VersionLine)
_sendable = Statement("outreach", "sendable_versions", Sendable)


def ask(*, by: Actor, name: str, kind: str, uses: Collection[str], body: str, now: datetime) -> int:
    """
    Asks for a new template with its first wording; the template's number.

    :raises NotAllowed: may not ask.
    :raises BadTemplate: no name, kind or use.
    :raises NameTaken: see there.
    :raises wordings.BadWording: with the place.
    """
    by.require(Permission.OUTREACH_TEMPLATE_ASK)
    name, chosen = " ".join(name.split()), [use for use in wordings.USES if use in set(uses)]
    if not 0 < len(name) <= LONGEST_NAME or kind not in KINDS or not chosen or len(chosen) != len(set(uses)):
        raise BadTemplate
    wordings.check(body=body, kind=kind, uses=chosen)
    with transaction.atomic():
        made = _add_template.one(name=name, kind=kind, uses=chosen, staff_id=by.staff_id, now=now)
        if made is None:
            raise NameTaken
        _ask(by=by, template_id=made.id, body=body, now=now)
    return made.id


def ask_version(*, by: Actor, template_id: int, body: str, now: datetime) -> int:
    """
    Asks for a new wording of a template; its number. The one in use goes on until another person has approved this one.

    :raises NotAllowed: may not ask.
    :raises NotFound: no such template.
    :raises WaitsAlready: see there.
    :raises wordings.BadWording: with the place.
    """
    by.require(Permission.OUTREACH_TEMPLATE_ASK)
    with transaction.atomic():
        known = _hold(template_id)
        if known.waits:
            raise WaitsAlready
        wordings.check(body=body, kind=known.kind, uses=known.uses)
        return _ask(by=by, template_id=template_id, body=body, now=now)


def _ask(*, by: Actor, template_id: int, body: str, now: datetime) -> int:
    made = _add_version.one(template_id=template_id, body=body.strip(), staff_id=by.staff_id, now=now)
    if made is None:  # INSERT … RETURNING gives a row or raises
        raise NotFound
    _note(by, "ask", f"template {template_id} version {made.id}", "", now)
    return made.id


def decide(*, by: Actor, version_id: int, approve: bool, why: str, now: datetime) -> None:
    """
    Another person's yes or no. A yes ends the wording that was in use; the wording is read once more before.

    :raises NotAllowed: may not decide.
    :raises NotFound: no such wording.
    :raises OwnVersion: who asks never decides; the try is recorded.
    :raises DecidedAlready: somebody was quicker.
    :raises NoReason: a no needs its reason.
    :raises wordings.BadWording: it does not pass any more.
    """
    by.require(Permission.OUTREACH_TEMPLATE_DECIDE)
    if len(why.strip()) > LONGEST_WHY or (not approve and not why.strip()):
        raise NoReason
    with transaction.atomic():
        own = not _decide_held(by=by, version_id=version_id, approve=approve, why=why.strip(), now=now)
    if own:
        raise OwnVersion


def _decide_held(*, by: Actor, version_id: int, approve: bool, why: str, now: datetime) -> bool:
    """False where the asking person tried."""
    of = _template_of.one(version_id=version_id)
    if of is None:
        raise NotFound
    template = _hold(of.id)
    version = _lock_version.one(version_id=version_id)
    if version is None or version.state != "asked":
        raise DecidedAlready
    thing = f"template {template.id} version {version_id}"
    if version.asked_by == by.staff_id:
        _note(by, "own_decision", thing, why, now)
        return False
    if approve:
        wordings.check(body=version.body, kind=template.kind, uses=template.uses)
        _retire.all(template_id=template.id, staff_id=by.staff_id, why=f"→ {version.number}", now=now)
    _decide.run(version_id=version_id, state="approved" if approve else "refused", staff_id=by.staff_id, why=why, now=now)
    _note(by, "approve" if approve else "refuse", thing, why, now)
    return True


def retire(*, by: Actor, template_id: int, why: str, now: datetime) -> None:
    """
    Ends the wording in use: from now on nothing is sent with it, what waits in line included.

    :raises NotAllowed: may not decide.
    :raises NotFound: no such template.
    :raises NotInUse: there is none.
    :raises NoReason: see there.
    """
    by.require(Permission.OUTREACH_TEMPLATE_DECIDE)
    if not 0 < len(why.strip()) <= LONGEST_WHY:
        raise NoReason
    with transaction.atomic():
        _hold(template_id)
        ended = _retire.one(template_id=template_id, staff_id=by.staff_id, why=why.strip(), now=now)
        if ended is None:
            raise NotInUse
        _note(by, "retire", f"template {template_id} version {ended.id}", why.strip(), now)


def templates(*, by: Actor) -> list[TemplateLine]:
    """
    Every template; those that wait for a decision first.

    :raises NotAllowed: may not read templates.
    """
    by.require(Permission.OUTREACH_TEMPLATE_READ)
    return _templates.all()


def template(*, by: Actor, template_id: int) -> TemplateRow:
    """
    One template.

    :raises NotAllowed: may not read templates.
    :raises NotFound: no such template.
    """
    by.require(Permission.OUTREACH_TEMPLATE_READ)
    found = _template.one(template_id=template_id)
    if found is None:
        raise NotFound
    return found


def history(*, by: Actor, template_id: int) -> list[VersionLine]:
    """
    Every wording of a template, the newest first.

    :raises NotAllowed: may not read templates.
    """
    by.require(Permission.OUTREACH_TEMPLATE_READ)
    return _versions.all(template_id=template_id)


def sendable(*, use: str) -> list[Sendable]:
    """The wordings in use for one of wordings.USES; service ones first."""
    return _sendable.all(use=use, version_id=None)


def to_send(*, version_id: int, use: str = "") -> Sendable:
    """
    One wording in use.

    :raises NotInUse: it is not approved (any more), or not for this use.
    """
    found = _sendable.one(use=use, version_id=version_id)
    if found is None:
        raise NotInUse
    return found


def _hold(template_id: int) -> _Template:
    known = _lock_template.one(template_id=template_id)
    if known is None:
        raise NotFound
    return known


def _note(by: Actor, act: str, thing: str, why: str, now: datetime) -> None:
    changing.note_change(by=by, action=f"outreach.template.{act}", thing=thing, before=None, after=None, why=why, now=now)
