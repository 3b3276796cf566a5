"""The desk's menu: one table, an entry for each page that begins a piece of work. What somebody may not do, they don't see."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hongxian.kernel.actor import Actor
from hongxian.kernel.permissions import Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """One page in the menu; `permission` None shows it to everybody who is signed in."""

    path: str
    label: str | Promise
    icon: str
    permission: Permission | None


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as one request sees it."""

    path: str
    label: str
    icon: str
    current: bool


ENTRIES = (
    Entry("/desk/", _("工作台"), "checklist", Permission.POOLS_HOLDING_WORK),
    Entry("/desk/pools/", _("公海"), "ripple", Permission.POOLS_ENTRY_LIST),
    Entry("/desk/visits/", _("到店预约"), "calendar", Permission.VISITS_CALENDAR_READ),
    Entry("/desk/contracts/", _("合同"), "certificate", Permission.SALES_CONTRACT_READ),
    Entry("/desk/packages/", _("套餐"), "certificate", Permission.SALES_PACKAGE_KEEP),
    Entry("/desk/texts/", _("短信"), "send", Permission.OUTREACH_TEXT_SEND),
    Entry("/desk/team/", _("团队"), "users", Permission.REPORTS_TEAM_READ),
    Entry("/desk/board/", _("看板"), "layout-dashboard", Permission.REPORTS_BOARD_READ),
    Entry("/desk/store/", _("门店"), "building-store", Permission.REPORTS_STORE_READ),
    Entry("/desk/dealing/", _("分配"), "transfer", Permission.POOLS_SHARE_DEAL),
    Entry("/desk/tiers/", _("级别评定"), "star", Permission.TIERS_REVIEW_DECIDE),
    Entry("/desk/members/", _("会员"), "user-circle", Permission.MEMBERS_STORE_LIST),
    Entry("/desk/imports/", _("导入"), "file-import", Permission.INTAKE_WORKBOOK_IMPORT),
    Entry("/desk/campaigns/", _("群发"), "send", Permission.OUTREACH_CAMPAIGN_READ),
    Entry("/desk/exports/", _("导出"), "file-spreadsheet", Permission.OUTREACH_EXPORT_REQUEST),
    Entry("/desk/staff/", _("员工"), "briefcase", Permission.ORG_STAFF_MOVE),
    Entry("/desk/texts/statistics/", _("统计"), "chart-bar", Permission.REPORTS_CONTACT_READ),
    Entry("/desk/reports/", _("报表"), "chart-bar", Permission.REPORTS_PERIOD_READ),
    Entry("/desk/anomalies/", _("异常"), "alert-triangle", Permission.REPORTS_ANOMALY_READ),
    Entry("/desk/pauses/", _("暂停发送"), "hand-stop", Permission.OUTREACH_PAUSE_DECIDE),
    Entry("/desk/office/", _("后台"), "list-details", Permission.ORG_OFFICE_READ),
    Entry("/desk/digest/", _("每小时简报"), "send", Permission.REPORTS_DIGEST_SET),
    Entry("/desk/requests/", _("请求"), "inbox", Permission.RIGHTS_REQUEST_HANDLE),
    Entry("/desk/complaints/", _("投诉"), "message", Permission.RIGHTS_COMPLAINT_COMMENT),
    Entry("/desk/incidents/", _("事件"), "alert-triangle", Permission.RIGHTS_INCIDENT_HANDLE),
    Entry("/desk/duties/", _("日历"), "calendar", Permission.RIGHTS_DUTY_READ),
    Entry("/desk/partners/", _("合作方"), "transfer", Permission.PARTNERS_KEY_MANAGE),
    Entry("/desk/agreements/", _("协议"), "certificate", Permission.ORG_AGREEMENT_SIGN),
    Entry("/desk/exports/waiting/", _("导出审批"), "file-spreadsheet", Permission.OUTREACH_EXPORT_APPROVE),
    Entry("/desk/templates/", _("短信模板"), "message", Permission.OUTREACH_TEMPLATE_READ),
    Entry("/desk/cases/", _("案件"), "flag", Permission.SAFETY_CASE_HANDLE),
    Entry("/desk/reshuffle/", _("公海重排"), "refresh", Permission.POOLS_CITY_RESHUFFLE),
    Entry("/desk/company/", _("公司"), "building", Permission.ORG_COMPANY_READ),
    Entry("/desk/gate/", _("联系核查"), "shield-check", Permission.OUTREACH_GATE_PROBE),
    Entry("/desk/catalogue/", _("用途目录"), "list-details", Permission.CONSENT_CATALOGUE_READ),
    Entry("/desk/receipts/", _("授权记录"), "certificate", Permission.CONSENT_RECEIPT_READ),
    Entry("/desk/log/", _("封存日志"), "lock", Permission.AUDIT_LOG_READ),
    Entry("/desk/traces/", _("查看记录"), "history", Permission.AUDIT_TRACE_READ),
    Entry("/desk/training/", _("培训"), "school", None),
)


def menu_of(actor: Actor, *, path: str) -> tuple[Item, ...]:
    """List what the actor may open now; the entry with the longest path that leads to `path` is the current one."""
    entries = [entry for entry in ENTRIES if entry.permission is None or actor.may(entry.permission)]
    here = max((entry.path for entry in entries if path.startswith(entry.path)), key=len, default="")
    return tuple(Item(entry.path, str(entry.label), entry.icon, entry.path == here) for entry in entries)
