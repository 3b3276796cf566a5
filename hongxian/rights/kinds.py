"""The closed lists of the privacy office: what may be asked, how it may end, and where to complain."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a person asks for."""

    COPY = "copy", _("要一份我的资料")
    MOVE = "move", _("把资料转到别处")
    CORRECT = "correct", _("更正资料")
    DELETE = "delete", _("删除资料")
    EXPLAIN = "explain", _("解释怎么使用我的资料")
    RESTRICT = "restrict", _("限制使用我的资料")
    KIN = "kin", _("已故亲属的资料")
    NUMBER_SOURCE = "number_source", _("我的号码从哪里来")
    OTHER = "other", _("其他")


class State(models.TextChoices):
    """How a request stands."""

    OPEN = "open", _("待受理")
    WORKING = "working", _("办理中")
    DONE = "done", _("已办结")
    REFUSED = "refused", _("未予同意")


class RefusalReason(models.TextChoices):
    """Why a request may be refused at all."""

    IDENTITY = "identity", _("无法确认是本人提出")
    NOT_HELD = "not_held", _("我们没有这项资料")
    LAW_KEEPS = "law_keeps", _("法律、行政法规规定必须保存")
    OTHERS = "others", _("会泄露他人的个人信息")
    NOT_KIN = "not_kin", _("无法确认近亲属关系，或逝者生前另有安排")
    REPEATED = "repeated", _("与已答复的请求相同，情况没有变化")


class Route(models.TextChoices):
    """Where a person who was refused can go. Hotlines are the public ones."""

    PRIVACY_OFFICE = "privacy_office", _("在“我的数据”里向隐私专员投诉")
    CYBERSPACE = "12377", _("网信部门：12377 举报热线")
    TELECOM = "12321", _("12321 网络不良与垃圾信息举报受理中心")
    CONSUMER = "12315", _("市场监管部门：12315 消费者投诉举报热线")
    COURT = "court", _("向人民法院起诉")


REGULATORS = (Route.CYBERSPACE, Route.TELECOM, Route.CONSUMER)


class About(models.TextChoices):
    """What a complaint is about."""

    STORE = "store", _("门店")
    STAFF = "staff", _("某位顾问")
    CALL = "call", _("电话")
    TEXT = "text", _("短信")
    DATA = "data", _("我的资料")
    OTHER = "other", _("其他")


class What(models.TextChoices):
    """What happened to a request or a complaint: one line of its history."""

    OPENED = "opened", _("提出")
    TAKEN = "taken", _("开始办理")
    NOTED = "noted", _("进展")
    COMMENTED = "commented", _("门店说明")
    REMINDED = "reminded", _("临近期限提醒")
    ESCALATED = "escalated", _("超过期限，已上报总部")
    ANSWERED = "answered", _("答复")
    REFUSED = "refused", _("未予同意")
    REOPENED = "reopened", _("本人不满意，重新打开")


UNANSWERED = (State.OPEN.value, State.WORKING.value)
