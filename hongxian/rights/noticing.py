"""The words of an incident: the notice to the people concerned and the report to the authority, with everything Article 57 asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from hongxian.consent.purposes import catalogue
from hongxian.kernel.clock import COMPANY_ZONE
from hongxian.kernel.labels import PLAIN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hongxian.rights.affected import CityCount, FieldCount
    from hongxian.rights.incidents import Incident

KINDS = {
    "leak": ("泄露", "leak"),
    "misuse": ("内部人员滥用", "misuse by somebody inside"),
    "tamper": ("篡改", "tampering"),
    "loss": ("丢失", "loss"),
    "other": ("其他", "other"),
}
HARM_ZH = "可能收到骚扰电话、短信或诈骗信息；他人可能据此联系您或冒充本公司。"
MEASURES_ZH = "已停止相关账号的访问权限，保全访问记录，排查受影响的人，并修正造成事件的原因。"
ADVICE_ZH = "不向来电者提供验证码、转账或证件照片；接到可疑来电请挂断，并可在“我的数据”里停止一切联系或投诉。"
CONTACT_ZH = "本公司隐私专员，请在“我的数据”里提出请求或投诉。"


@dataclass(frozen=True, slots=True)
class Drafts:
    """Texts to begin with; the privacy officer makes them fit."""

    cause: Annotated[str, PLAIN]
    harm: Annotated[str, PLAIN]
    measures: Annotated[str, PLAIN]
    advice: Annotated[str, PLAIN]
    contact: Annotated[str, PLAIN]
    notice_zh: Annotated[str, PLAIN]
    notice_en: Annotated[str, PLAIN]


def drafts(incident: Incident, fields: Sequence[FieldCount]) -> Drafts:
    """What the form is filled with: what was written before, else a draft from the facts."""
    zh, en = _named(fields)
    cause = incident.cause or _cause(incident)
    harm, measures = incident.harm or HARM_ZH, incident.measures or MEASURES_ZH
    advice, contact = incident.advice or ADVICE_ZH, incident.contact or CONTACT_ZH
    notice_zh = incident.notice_zh or "\n".join(
        (
            (
                f"我们于 {_day(incident.discovered_at)} 发现一起个人信息{KINDS[incident.kind][0]}事件，可能涉及您的个人信息，"
                "现依照《个人信息保护法》第五十七条告知您："
            ),
            f"一、涉及的信息种类：{zh}。",
            f"二、原因：{cause}",
            f"三、可能造成的危害：{harm}",
            f"四、我们已采取的措施：{measures}",
            f"五、您可以采取的措施：{advice}",
            f"六、联系方式：{contact}",
        )
    )
    notice_en = incident.notice_en or "\n".join(
        (
            (
                f"On {incident.discovered_at.astimezone(COMPANY_ZONE):%d %B %Y} we found an incident ({KINDS[incident.kind][1]}) that may "
                "concern your personal information. Under Article 57 of the Personal Information Protection Law we tell you:"
            ),
            f"1. Kinds of information: {en}.",
            "2. Cause: somebody with access looked at records without a reason that holds."
            if incident.kind == "misuse"
            else "2. Cause: being looked into; the moment it is known it is written here.",
            "3. Possible harm: unwanted calls, texts or fraud; somebody may contact you on the strength of it or pretend to be us.",
            "4. What we did: stopped the access, secured the records of who looked, found everybody concerned, removed the cause.",
            (
                "5. What you can do: give no caller a code, money or papers; hang up on whoever seems odd. In My Data you can stop all "
                "contact or complain."
            ),
            "6. Whom to turn to: our privacy officer, through a request or a complaint in My Data.",
        )
    )
    return Drafts(cause, harm, measures, advice, contact, notice_zh, notice_en)


def report(incident: Incident, cities: Sequence[CityCount], fields: Sequence[FieldCount], *, now: datetime) -> str:
    """The report to the authority, as text: counts, no names."""
    people = sum(each.people for each in cities)
    span = f"{_moment(incident.begins_at)} 至 {_moment(incident.ends_at)}" if incident.begins_at and incident.ends_at else "不详"
    known = catalogue().fields
    lines = [
        "个人信息安全事件报告",
        "（依据《中华人民共和国个人信息保护法》第五十七条）",
        "",
        f"事件编号：{incident.incident_id}",
        f"报告生成时间：{_moment(now)}",
        f"事件类型：{KINDS[incident.kind][0]}",
        f"发现时间：{_moment(incident.discovered_at)}",
        f"发生时间：{span}",
        f"涉及门店：{incident.store_name or '—'}",
        f"涉及员工：{incident.employee_no or '—'}",
        f"涉及进程：{incident.process or '—'}",
        f"涉及人数：{people}（由访问记录逐条统计于 {_moment(incident.counted_at) if incident.counted_at else '—'}）",
        "",
        "一、涉及的个人信息种类和人数",
        *(f"　　{known[each.field].zh if each.field in known else each.field}：{each.people} 人" for each in fields),
        "",
        "二、按城市",
        *(
            f"　　{each.city_name or '没有档案的人'}（{each.city_code or '—'}）：{each.people} 人，{each.reads} 次查看"
            for each in cities
        ),
        "",
        f"三、原因：{incident.cause}",
        f"四、可能造成的危害：{incident.harm}",
        f"五、已采取的补救措施：{incident.measures}",
        f"六、个人可以采取的减轻危害的措施：{incident.advice}",
        f"七、联系方式：{incident.contact}",
        f"八、告知本人：{_moment(incident.notified_at) if incident.notified_at else '尚未告知'}",
        "",
        "告知全文：",
        incident.notice_zh,
    ]
    return "\n".join(lines) + "\n"


def _named(fields: Sequence[FieldCount]) -> tuple[str, str]:
    known = catalogue().fields
    found = [known[each.field] for each in fields if each.field in known]
    return "、".join(each.zh for each in found) or "（请填写）", ", ".join(each.en for each in found) or "(fill in)"


def _cause(incident: Incident) -> str:
    if incident.kind == "misuse":
        return "有权限的人员在没有正当理由的情况下查看了资料。"
    return "正在调查；查明后写明。"


def _day(at: datetime) -> str:
    local = at.astimezone(COMPANY_ZONE)
    return f"{local.year} 年 {local.month} 月 {local.day} 日"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(COMPANY_ZONE):%Y-%m-%d %H:%M}"
