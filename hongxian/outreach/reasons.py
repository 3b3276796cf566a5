"""Why a contact or a look was denied, in people's words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

REASONS = {
    "suppressed": _("此人已拒绝联系，任何门店、任何时候都不能再联系。"),
    "no_consent": _("没有有效的授权：未授权、已过期或已撤回。"),
    "no_ground": _("此会员不在您的名下。"),
    "not_holder": _("此会员不在您的名下。"),
    "no_such_member": _("没有找到此会员。"),
    "resting": _("此会员正在休息期，全公司都不联系。"),
    "hours": _("现在不是联系时间（公司规定的钟点，按会员所在地）。"),
    "cap_month": _("此会员这段时间的联系次数已到全公司上限。"),
    "cap_lifetime": _("此会员的联系总次数已到上限。"),
    "cap_day": _("您今日手工发送的短信已到上限。"),
    "paused": _("您的发送已被暂停，请联系店长。"),
    "template": _("模板未经审定、已停用，或与用途不符。"),
    "campaign": _("此次群发没有获批、已暂停或已停止。"),
    "held": _("此会员已有顾问负责，不在群发之列。"),
    "out_of_reach": _("此会员不在本店可以联系的范围。"),
    "training": _("请先通过隐私培训。"),
    "agreement": _("本店的数据协议不在有效期内。"),
    "inactive": _("您的账号已停用。"),
    "role": _("您的角色不能联系会员。"),
    "role_outside_purpose": _("您的角色不在此用途之内。"),
    "purpose_not_live": _("此用途尚未启用。"),
    "purpose_not_assessed": _("此用途没有有效的影响评估，已暂停使用。"),
    "field_not_assessed": _("影响评估没有包括这项资料，暂不提供。"),
    "field_outside_purpose": _("这项资料不在此用途之内。"),
    "minor": _("未成年人，不得联系。"),
    "deceased": _("此会员已故，不再联系。"),
    "restricted": _("此会员的资料已限制处理。"),
    "erased": _("此会员的资料已删除。"),
    "unknown_number": _("没有此号码的记录。"),
}
