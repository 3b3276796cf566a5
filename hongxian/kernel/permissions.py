"""The closed lists of roles and permissions, and which role has which."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """What somebody is in the company."""

    AUDITOR = "auditor"
    CONSULTANT = "consultant"
    FRAUD_DESK = "fraud_desk"
    MEMBER = "member"
    OPERATIONS = "operations"
    PRIVACY_OFFICER = "privacy_officer"
    STORE_MANAGER = "store_manager"
    SYSTEM = "system"
    TEAM_MANAGER = "team_manager"
    TRAINER = "trainer"


ROLE_NAMES = {
    Role.CONSULTANT: _("红娘顾问"),
    Role.TEAM_MANAGER: _("团队主管"),
    Role.STORE_MANAGER: _("门店店长"),
    Role.OPERATIONS: _("运营"),
    Role.PRIVACY_OFFICER: _("隐私专员"),
    Role.FRAUD_DESK: _("反诈专员"),
    Role.AUDITOR: _("审计"),
    Role.TRAINER: _("培训师"),
    Role.SYSTEM: _("系统"),
    Role.MEMBER: _("本人"),
}


class Permission(StrEnum):
    """`context:thing:verb`, alphabetical. A value is never reused for something else."""

    AUDIT_LOG_READ = "audit:log:read"
    AUDIT_TRACE_READ = "audit:trace:read"
    CONSENT_ASSESSMENT_SIGN = "consent:assessment:sign"
    CONSENT_CATALOGUE_READ = "consent:catalogue:read"
    CONSENT_RECEIPT_READ = "consent:receipt:read"
    CONSENT_SUPPRESSION_LIFT = "consent:suppression:lift"
    INTAKE_WORKBOOK_IMPORT = "intake:workbook:import"
    MEMBERS_STORE_LIST = "members:store:list"
    ORG_AGREEMENT_SIGN = "org:agreement:sign"
    ORG_COMPANY_READ = "org:company:read"
    ORG_OFFICE_READ = "org:office:read"
    ORG_OFFICE_RUN = "org:office:run"
    ORG_STAFF_MOVE = "org:staff:move"
    OUTREACH_CALL_FILE = "outreach:call:file"
    OUTREACH_CAMPAIGN_ASK = "outreach:campaign:ask"
    OUTREACH_CAMPAIGN_DECIDE = "outreach:campaign:decide"
    OUTREACH_CAMPAIGN_READ = "outreach:campaign:read"
    OUTREACH_EXPORT_APPROVE = "outreach:export:approve"
    OUTREACH_EXPORT_REQUEST = "outreach:export:request"
    OUTREACH_GATE_PROBE = "outreach:gate:probe"
    OUTREACH_NUMBER_SHOW = "outreach:number:show"
    OUTREACH_PAUSE_DECIDE = "outreach:pause:decide"
    OUTREACH_REFUSAL_FILE = "outreach:refusal:file"
    OUTREACH_TEMPLATE_ASK = "outreach:template:ask"
    OUTREACH_TEMPLATE_DECIDE = "outreach:template:decide"
    OUTREACH_TEMPLATE_READ = "outreach:template:read"
    OUTREACH_TEXT_SEND = "outreach:text:send"
    PARTNERS_KEY_MANAGE = "partners:key:manage"
    POOLS_CITY_RESHUFFLE = "pools:city:reshuffle"
    POOLS_ENTRY_CLAIM = "pools:entry:claim"
    POOLS_ENTRY_LIST = "pools:entry:list"
    POOLS_HOLDING_REASSIGN = "pools:holding:reassign"
    POOLS_HOLDING_WORK = "pools:holding:work"
    POOLS_SHARE_DEAL = "pools:share:deal"
    REPORTS_ANOMALY_DECIDE = "reports:anomaly:decide"
    REPORTS_ANOMALY_READ = "reports:anomaly:read"
    REPORTS_BOARD_READ = "reports:board:read"
    REPORTS_COMPANY_READ = "reports:company:read"
    REPORTS_CONTACT_READ = "reports:contact:read"
    REPORTS_DIGEST_SET = "reports:digest:set"
    REPORTS_PERIOD_READ = "reports:period:read"
    REPORTS_STORE_READ = "reports:store:read"
    REPORTS_TEAM_READ = "reports:team:read"
    RIGHTS_COMPLAINT_COMMENT = "rights:complaint:comment"
    RIGHTS_COMPLAINT_HANDLE = "rights:complaint:handle"
    RIGHTS_DUTY_READ = "rights:duty:read"
    RIGHTS_INCIDENT_HANDLE = "rights:incident:handle"
    RIGHTS_REQUEST_HANDLE = "rights:request:handle"
    SAFETY_CASE_HANDLE = "safety:case:handle"
    SAFETY_SUSPICION_REPORT = "safety:suspicion:report"
    SALES_CONTRACT_DECIDE = "sales:contract:decide"
    SALES_CONTRACT_FILE = "sales:contract:file"
    SALES_CONTRACT_READ = "sales:contract:read"
    SALES_PACKAGE_KEEP = "sales:package:keep"
    TIERS_REVIEW_DECIDE = "tiers:review:decide"
    VAULT_MEMBER_ERASE = "vault:member:erase"
    VISITS_CALENDAR_READ = "visits:calendar:read"
    VISITS_FORECAST_READ = "visits:forecast:read"
    VISITS_ROOM_KEEP = "visits:room:keep"
    VISITS_VISIT_BOOK = "visits:visit:book"
    VISITS_VISIT_RECEIVE = "visits:visit:receive"


# What touches members at all: denied until the privacy training is passed and while the store's agreement is not live.
ABOUT_MEMBERS = frozenset(
    {
        Permission.INTAKE_WORKBOOK_IMPORT,
        Permission.MEMBERS_STORE_LIST,
        Permission.OUTREACH_CALL_FILE,
        Permission.OUTREACH_CAMPAIGN_ASK,
        Permission.OUTREACH_CAMPAIGN_DECIDE,
        Permission.OUTREACH_CAMPAIGN_READ,
        Permission.OUTREACH_EXPORT_APPROVE,
        Permission.OUTREACH_EXPORT_REQUEST,
        Permission.OUTREACH_GATE_PROBE,
        Permission.OUTREACH_NUMBER_SHOW,
        Permission.OUTREACH_REFUSAL_FILE,
        Permission.OUTREACH_TEXT_SEND,
        Permission.POOLS_ENTRY_CLAIM,
        Permission.POOLS_ENTRY_LIST,
        Permission.POOLS_HOLDING_REASSIGN,
        Permission.POOLS_HOLDING_WORK,
        Permission.POOLS_SHARE_DEAL,
        Permission.REPORTS_ANOMALY_DECIDE,
        Permission.REPORTS_ANOMALY_READ,
        Permission.REPORTS_BOARD_READ,
        Permission.REPORTS_DIGEST_SET,
        Permission.REPORTS_PERIOD_READ,
        Permission.RIGHTS_COMPLAINT_COMMENT,
        Permission.RIGHTS_COMPLAINT_HANDLE,
        Permission.RIGHTS_INCIDENT_HANDLE,
        Permission.RIGHTS_REQUEST_HANDLE,
        Permission.SAFETY_CASE_HANDLE,
        Permission.SAFETY_SUSPICION_REPORT,
        Permission.SALES_CONTRACT_DECIDE,
        Permission.SALES_CONTRACT_FILE,
        Permission.SALES_CONTRACT_READ,
        Permission.VAULT_MEMBER_ERASE,
        Permission.VISITS_CALENDAR_READ,
        Permission.VISITS_VISIT_BOOK,
        Permission.VISITS_VISIT_RECEIVE,
    }
)

_CONSULTANT = frozenset(
    {
        Permission.OUTREACH_CALL_FILE,
        Permission.OUTREACH_NUMBER_SHOW,
        Permission.OUTREACH_REFUSAL_FILE,
        Permission.OUTREACH_TEMPLATE_READ,
        Permission.OUTREACH_TEXT_SEND,
        Permission.POOLS_ENTRY_CLAIM,
        Permission.POOLS_ENTRY_LIST,
        Permission.POOLS_HOLDING_WORK,
        Permission.SAFETY_SUSPICION_REPORT,
        Permission.SALES_CONTRACT_FILE,
        Permission.SALES_CONTRACT_READ,
        Permission.VISITS_CALENDAR_READ,
        Permission.VISITS_VISIT_BOOK,
        Permission.VISITS_VISIT_RECEIVE,
    }
)
_TEAM_MANAGER = frozenset(
    {
        Permission.OUTREACH_PAUSE_DECIDE,
        Permission.OUTREACH_CAMPAIGN_ASK,
        Permission.OUTREACH_CAMPAIGN_READ,
        Permission.OUTREACH_REFUSAL_FILE,
        Permission.OUTREACH_TEMPLATE_READ,
        Permission.POOLS_ENTRY_LIST,
        Permission.POOLS_HOLDING_REASSIGN,
        Permission.REPORTS_BOARD_READ,
        Permission.REPORTS_CONTACT_READ,
        Permission.REPORTS_PERIOD_READ,
        Permission.REPORTS_TEAM_READ,
        Permission.SAFETY_SUSPICION_REPORT,
        Permission.VISITS_CALENDAR_READ,
        Permission.VISITS_FORECAST_READ,
    }
)

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.CONSULTANT: _CONSULTANT,
    Role.TEAM_MANAGER: _TEAM_MANAGER,
    Role.STORE_MANAGER: _TEAM_MANAGER
    | {
        Permission.INTAKE_WORKBOOK_IMPORT,
        Permission.MEMBERS_STORE_LIST,
        Permission.ORG_STAFF_MOVE,
        Permission.OUTREACH_CAMPAIGN_DECIDE,
        Permission.OUTREACH_EXPORT_REQUEST,
        Permission.OUTREACH_TEMPLATE_ASK,
        Permission.POOLS_SHARE_DEAL,
        Permission.REPORTS_ANOMALY_DECIDE,
        Permission.REPORTS_ANOMALY_READ,
        Permission.REPORTS_DIGEST_SET,
        Permission.REPORTS_STORE_READ,
        Permission.RIGHTS_COMPLAINT_COMMENT,
        Permission.TIERS_REVIEW_DECIDE,
        Permission.SALES_CONTRACT_DECIDE,
        Permission.SALES_CONTRACT_READ,
        Permission.VISITS_ROOM_KEEP,
        Permission.VISITS_VISIT_RECEIVE,
    },
    Role.OPERATIONS: frozenset(
        {
            Permission.CONSENT_CATALOGUE_READ,
            Permission.ORG_AGREEMENT_SIGN,
            Permission.ORG_COMPANY_READ,
            Permission.ORG_OFFICE_READ,
            Permission.ORG_OFFICE_RUN,
            Permission.ORG_STAFF_MOVE,
            Permission.OUTREACH_TEMPLATE_ASK,
            Permission.OUTREACH_TEMPLATE_DECIDE,
            Permission.OUTREACH_TEMPLATE_READ,
            Permission.OUTREACH_CAMPAIGN_DECIDE,
            Permission.OUTREACH_CAMPAIGN_READ,
            Permission.REPORTS_ANOMALY_DECIDE,
            Permission.REPORTS_ANOMALY_READ,
            Permission.REPORTS_BOARD_READ,
            Permission.PARTNERS_KEY_MANAGE,
            Permission.POOLS_CITY_RESHUFFLE,
            Permission.REPORTS_COMPANY_READ,
            Permission.REPORTS_CONTACT_READ,
            Permission.REPORTS_DIGEST_SET,
            Permission.REPORTS_PERIOD_READ,
            Permission.RIGHTS_DUTY_READ,
            Permission.SALES_PACKAGE_KEEP,
        }
    ),
    Role.PRIVACY_OFFICER: frozenset(
        {
            Permission.AUDIT_LOG_READ,
            Permission.CONSENT_ASSESSMENT_SIGN,
            Permission.CONSENT_CATALOGUE_READ,
            Permission.CONSENT_RECEIPT_READ,
            Permission.ORG_AGREEMENT_SIGN,
            Permission.ORG_COMPANY_READ,
            Permission.ORG_OFFICE_READ,
            Permission.OUTREACH_EXPORT_APPROVE,
            Permission.OUTREACH_GATE_PROBE,
            Permission.OUTREACH_REFUSAL_FILE,
            Permission.OUTREACH_TEMPLATE_DECIDE,
            Permission.OUTREACH_TEMPLATE_READ,
            Permission.REPORTS_ANOMALY_DECIDE,
            Permission.REPORTS_ANOMALY_READ,
            Permission.RIGHTS_COMPLAINT_COMMENT,
            Permission.RIGHTS_COMPLAINT_HANDLE,
            Permission.RIGHTS_DUTY_READ,
            Permission.RIGHTS_INCIDENT_HANDLE,
            Permission.RIGHTS_REQUEST_HANDLE,
            Permission.VAULT_MEMBER_ERASE,
        }
    ),
    Role.FRAUD_DESK: frozenset({Permission.ORG_COMPANY_READ, Permission.SAFETY_CASE_HANDLE}),
    Role.AUDITOR: frozenset(
        {
            Permission.AUDIT_LOG_READ,
            Permission.AUDIT_TRACE_READ,
            Permission.CONSENT_CATALOGUE_READ,
            Permission.CONSENT_RECEIPT_READ,
            Permission.ORG_COMPANY_READ,
            Permission.ORG_OFFICE_READ,
            Permission.OUTREACH_TEMPLATE_READ,
            Permission.REPORTS_ANOMALY_READ,
        }
    ),
    # The person themselves, in the portal; a visit (vault/visiting.py) is what proves it.
    Role.MEMBER: frozenset({Permission.CONSENT_SUPPRESSION_LIFT, Permission.SAFETY_SUSPICION_REPORT}),
    Role.TRAINER: frozenset({Permission.ORG_COMPANY_READ}),
    Role.SYSTEM: frozenset(Permission) - {Permission.CONSENT_SUPPRESSION_LIFT},
}
