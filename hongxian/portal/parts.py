"""
Everything that is kept about a person, part by part: which table, what it is called, and what its columns are called.

One list for the page, the files and the test that compares it with the database's own tables: a table about people that is
added later fails that test until it stands here, or under LEFT_OUT with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass

from hongxian.portal.door import chinese


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the copy: the view `portal_copy_<name>` on one table, and the field of the catalogue that its content is."""

    name: str
    table: str
    field: str
    zh: str
    en: str

    @property
    def title(self) -> str:
        """What it is called in the page's language."""
        return self.zh if chinese() else self.en


PARTS = (
    Part("record", "members_member", "resource_no", "档案", "Record"),
    Part("correction", "members_correction", "consent_state", "您的更正", "Your corrections"),
    Part("receipt", "consent_receipt", "consent_state", "授权", "Consents"),
    Part("withdrawal", "consent_withdrawal", "consent_state", "撤回的授权", "Consents taken back"),
    Part("refusal", "consent_refusal", "consent_state", "不同意新内容", "Changes you said no to"),
    Part("no", "consent_suppression", "consent_state", "“不要联系”登记", "Do-not-contact entries"),
    Part("lifting", "consent_lifting", "consent_state", "恢复联系", "Contact allowed again"),
    Part("holding", "pools_holding", "contact_history", "现在负责您的顾问", "Who is in charge of you now"),
    Part("former", "pools_former", "contact_history", "以前负责您的顾问", "Who was in charge of you before"),
    Part("ground", "vault_ground", "contact_history", "谁现在可以看您的资料", "Who may see your data now"),
    Part("call", "outreach_call", "contact_history", "电话", "Calls"),
    Part("placed", "outreach_placedcall", "contact_history", "通过公司线路的呼叫", "Calls through the company's line"),
    Part("text", "outreach_message", "contact_history", "我们发给您的短信", "Texts that we sent you"),
    Part("permit", "vault_permit", "contact_history", "联系许可", "Permits for contact"),
    Part("entry", "pools_entry", "contact_history", "公海中的位置", "Your place in a pool"),
    Part("resting", "pools_resting", "contact_history", "休息期", "Rest"),
    Part("ledger", "pools_ledger", "contact_history", "流转记录", "Moves"),
    Part("line", "intake_line", "resource_no", "名单导入结果", "What became of imported rows"),
    Part("envelope", "vault_envelope", "resource_no", "加密资料的信封", "Envelopes of sealed data"),
    Part("viewed", "letters_viewed", "own_viewed", "您看过谁", "Whom you viewed"),
    Part("sent", "letters_sent", "own_sent", "您发出的消息", "What you sent"),
    Part("pushed", "vault_pushed", "pushed_message", "您分享给顾问的内容", "What you shared with your consultant"),
    Part("request", "rights_request", "request", "申请", "Requests"),
    Part("complaint", "rights_complaint", "request", "投诉", "Complaints"),
    Part("event", "rights_event", "request", "申请和投诉的经过", "History of requests and complaints"),
    Part("report", "safety_report", "request", "您举报过的", "What you reported"),
    Part("affected", "rights_affected", "looked", "涉及您的安全事件", "Incidents that touch you"),
    Part("look", "audit_trace", "looked", "谁看过、做过什么", "Who looked and what was done"),
    Part("code", "vault_code", "number", "验证码", "Sign-in codes"),
    Part("visit", "vault_visit", "number", "您的登录", "Your visits"),
)
BY_NAME = {part.name: part for part in PARTS}

# Tables about people that are in no copy, and why.
LEFT_OUT = {
    "members_number": "the way from the number's keyed hash to the record; the number and the record are in the copy",
    "vault_datakey": "keys, without content; only the keeper can use them",
    "letters_other": "other people's pseudonyms; in the copy they are 对方 A, B, …",
    "safety_case": "a suspicion that the fraud desk looks into: shown, it would warn a swindler and give away who reported",
    "audit_leaf": "a trace's place in the sealed log; the trace is in the copy, and its proof can be had under 谁看过我",
    "audit_person": "a random number under which the sealed log names the person; it comes with the proofs",
}
# Columns of tables in the copy that are not in it, and why.
KEYED = "a keyed hash of the number, which is in the copy itself"
SEALED = "sealed: the keeper adds what is in it"
COLUMNS_LEFT_OUT = {
    ("members_member", "number_hashes"): KEYED,
    ("consent_suppression", "number_hash"): KEYED,
    ("consent_lifting", "number_hash"): KEYED,
    ("vault_code", "number_hash"): KEYED,
    ("vault_code", "mac"): "what the code is checked against; the code itself is kept nowhere",
    ("vault_visit", "number_hashes"): KEYED,
    ("vault_visit", "token_hash"): "what the visitor's browser is known by",
    ("rights_request", "number_hash"): KEYED,
    ("rights_complaint", "number_hash"): KEYED,
    **{("vault_envelope", name): SEALED for name in ("alias", "name", "number", "wechat", "birth", "criteria", "remark")},
    **{("vault_envelope", name): SEALED for name in ("note", "words")},
    **{("letters_sent", name): SEALED for name in ("kek_id", "wrapped", "sealed")},
    **{("vault_pushed", name): SEALED for name in ("kek_id", "wrapped", "sealed")},
    **{("safety_report", name): SEALED for name in ("subject", "words", "kek_id", "wrapped")},
    **{("safety_report", name): "whose it is" for name in ("reporter_kind", "reporter_id")},
    **{("safety_report", name): "the person who was reported, and their case" for name in ("case_id", "staff_id")},
    ("outreach_call", "request_key"): "tells two presses of one button apart",
    ("outreach_placedcall", "request_key"): "tells two presses of one button apart",
    ("outreach_placedcall", "dialer"): "which of the company's processes carried the call",
    ("outreach_placedcall", "gateway_ref"): "the line's own word for the call",
    ("outreach_placedcall", "seen_at"): "that process's heartbeat",
    ("outreach_message", "request_key"): "tells two presses of one button apart",
    ("audit_trace", "member_ids"): "a list may name others",
}

COLUMNS = {
    "about": ("关于", "about"),
    "action": ("做了什么", "action"),
    "after": ("改为", "after"),
    "answer": ("答复", "answer"),
    "answer_id": ("答复信封编号", "envelope of the answer"),
    "answered_at": ("答复时间", "answered at"),
    "at": ("时间", "at"),
    "before": ("原来", "before"),
    "birth_from": ("对方出生年份段", "their birth years from"),
    "birth_year": ("出生年份", "year of birth"),
    "by": ("操作人", "by"),
    "call_back_at": ("约定时间", "call back at"),
    "campaign_id": ("群发任务编号", "campaign"),
    "car": ("购车", "car"),
    "cause": ("怎样结束", "how it ended"),
    "channel": ("渠道", "channel"),
    "charged": ("占用额度", "charged to quota"),
    "closed_at": ("结案时间", "closed at"),
    "closed_role": ("结案角色", "closed by role"),
    "complaint_route": ("投诉途径", "where to complain"),
    "consent": ("有授权", "with consent"),
    "consultant_at": ("顾问话机响铃", "consultant's phone rang at"),
    "contact_until": ("可联系至", "may be contacted until"),
    "contacts": ("联系次数", "contacts"),
    "corrected": ("您更正的", "corrected by you"),
    "created_at": ("进入系统时间", "came in at"),
    "day": ("日期", "day"),
    "district": ("所在区", "district"),
    "due_on": ("最迟答复日", "due on"),
    "education": ("学历", "education"),
    "ended_at": ("结束时间", "ended at"),
    "envelope_id": ("信封编号", "envelope"),
    "escalated_at": ("上报时间", "escalated at"),
    "evidence": ("依据", "evidence"),
    "field": ("项目", "field"),
    "fields": ("项目", "fields"),
    "filed": ("登记方式", "filed by"),
    "filed_at": ("登记时间", "filed at"),
    "first_at": ("最早", "first at"),
    "gateway": ("线路", "line"),
    "given_on": ("同意日期", "given on"),
    "grade": ("等级", "grade"),
    "grade_inputs": ("评级依据", "inputs of the grade"),
    "grade_score": ("评级分数", "score of the grade"),
    "ground": ("关系", "ground"),
    "handed_at": ("交给运营商的时间", "handed over at"),
    "handing_at": ("开始发出的时间", "handing over since"),
    "handler": ("经办人", "handled by"),
    "hang_up_at": ("顾问要求挂断", "consultant pressed hang up at"),
    "has_criteria": ("有择偶要求", "has criteria"),
    "height_cm": ("身高（厘米）", "height (cm)"),
    "height_from": ("对方身高段", "their height from"),
    "held": ("内含项目", "fields inside"),
    "held_since": ("开始时间", "since"),
    "held_until": ("到期时间", "until"),
    "home_city": ("所在城市", "home city"),
    "housing": ("住房", "housing"),
    "how": ("方式", "how"),
    "id": ("编号", "number"),
    "incident_id": ("事件编号", "incident"),
    "income_band": ("收入区间", "income band"),
    "intends": ("有意向", "stated intent"),
    "issued_at": ("发出时间", "issued at"),
    "kept_until": ("保留至", "kept until"),
    "kind": ("种类", "kind"),
    "label": ("名单中的行名", "row's name in the list"),
    "last_at": ("最近", "last at"),
    "last_contact_at": ("最近联系时间", "last contact at"),
    "last_outcome": ("最近结果", "last outcome"),
    "last_tried_at": ("最近拨打时间", "last tried at"),
    "latest_at": ("最迟", "latest at"),
    "lifted_at": ("恢复时间", "lifted at"),
    "marital": ("婚姻状况", "marital status"),
    "member_at": ("您的话机响铃", "your phone rang at"),
    "merged_into": ("并入", "merged into"),
    "message_id": ("短信编号", "text"),
    "move": ("动作", "move"),
    "nine_at": ("您按 9", "you pressed 9 at"),
    "notice_hash": ("告知文本摘要", "hash of the notice"),
    "number": ("在日志中的序号", "number in the log"),
    "occupation": ("职业", "occupation"),
    "opened_at": ("开始时间", "opened at"),
    "origin": ("来源行", "origin"),
    "other": ("对方", "the other person"),
    "outcome": ("结果", "outcome"),
    "parts": ("计费条数", "parts"),
    "permit_id": ("许可编号", "permit"),
    "person_id": ("人员编号", "person"),
    "pool": ("公海", "pool"),
    "pressed": ("您亲自按下", "pressed by yourself"),
    "process": ("程序", "process"),
    "profiling_off": ("已关闭评级", "grading switched off"),
    "proof": ("凭证", "proof"),
    "purpose": ("用途", "purpose"),
    "pushed_at": ("分享时间", "shared at"),
    "rank": ("排序", "rank"),
    "reads": ("查看次数", "reads"),
    "reason": ("原因", "reason"),
    "receipt_id": ("授权编号", "consent"),
    "recorded_at": ("登记时间", "recorded at"),
    "recording": ("录音编号", "recording"),
    "refusal_reason": ("不同意的理由", "reason of refusal"),
    "refused_at": ("拒绝登记时间", "refusal filed at"),
    "registered_on": ("登记日期", "registered on"),
    "remind_on": ("提醒日", "reminded on"),
    "reminded_at": ("提醒时间", "reminded at"),
    "reopened_at": ("重开时间", "reopened at"),
    "result": ("结果", "result"),
    "revoked_at": ("收回时间", "taken back at"),
    "role": ("角色", "role"),
    "row_no": ("行号", "row"),
    "run_id": ("导入编号", "import"),
    "said": ("您写的", "what you wrote"),
    "said_id": ("原文信封编号", "envelope of your words"),
    "scope": ("范围", "scope"),
    "sealed_at": ("封存时间", "sealed at"),
    "seconds": ("秒数", "seconds"),
    "sex": ("性别", "sex"),
    "silent_slots": ("无人接听的时段", "parts of days without answer"),
    "since": ("自", "since"),
    "source": ("来源", "source"),
    "staff": ("员工", "staff alias"),
    "staff_alias": ("员工", "staff alias"),
    "state": ("状态", "state"),
    "store": ("门店", "store"),
    "suppressed": ("已拒绝联系", "said no"),
    "suppressed_at": ("拒绝联系时间", "said no at"),
    "talking_at": ("接通时间", "answered at"),
    "team": ("团队", "team"),
    "template": ("短信模板", "template"),
    "text": ("内容", "text"),
    "thing": ("事项", "about"),
    "thing_id": ("事项编号", "number of it"),
    "tries": ("输入次数", "tries"),
    "until": ("至", "until"),
    "used_at": ("使用时间", "used at"),
    "valid_until": ("有效至", "valid until"),
    "variables": ("填写的内容", "what was filled in"),
    "version_id": ("模板版本编号", "version of the template"),
    "via": ("途径", "via"),
    "warnings": ("提示", "warnings"),
    "what": ("发生了什么", "what happened"),
    "who": ("谁", "who"),
    "wording": ("短信内容", "wording"),
    "words": ("内容", "words"),
    "words_id": ("原文信封编号", "envelope of the words"),
}


def heading(column: str) -> str:
    """What a column is called in the page's language."""
    zh, en = COLUMNS[column]
    return zh if chinese() else en
