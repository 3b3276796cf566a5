"""What a wording may not say, and where it says it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongxian.outreach import wordings
from hongxian.outreach.gateways.rendering import render

EVERYWHERE = ("hand",)


def place_of(body: str, *, kind: str = "service", uses: tuple[str, ...] = EVERYWHERE) -> int | None:
    """Where it is wrong; None when nothing is."""
    try:
        wordings.check(body=body, kind=kind, uses=uses)
    except wordings.BadWording as bad:
        return bad.at
    return None


@pytest.mark.parametrize(
    "body",
    [
        "{alias}您好，我是{consultant}，{date}{time}在{store}等您。",
        "一起聊聊，两位都在；周五、周六都可以",
        "请在2026-11-26 15:30前回复1确认",
        "约好的时间是10:30-11:30，请带身份证",
        "👨‍👩‍👧祝您节日快乐❤️",
        "𠮷女士您好",
        "回头见，回车即可",
        "活动安排变更，请等我们通知",
    ],
)
def test_what_is_well_written_passes(body: str) -> None:
    assert place_of(body) is None


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ("", 0),
        ("   ", 0),
        ("好" * 301, 0),
        ("您好{nmae}", 3),
        ("您好{}", 3),
        ("您好{Alias}", 3),
        ("您好{ alias }", 3),
        ("您好{alias.number}", 3),
        ("您好{alias", 3),
        ("您好alias}", 8),
        ("您好{{alias}}", 3),
        ("您好{alias}{", 10),
        ("您好｛alias｝", 3),
        ("【银行】您好", 1),
        ("您好[银行]", 3),
        ("您好〖银行〗", 3),
        ("请看 https://x.example/a", 4),
        ("请看ｗｗｗ．x．com", 3),
        ("请看t.cn/abc", 3),
        ("请看x点com", 3),
        ("请看x。cn", 3),
        ("请看x.中国", 3),
        ("拨13800131234", 2),
        ("拨１３８　００１３　１２３４", 2),
        ("拨+86 138-0013-1234", 2),
        ("拨幺三八零零幺三幺二三四", 2),
        ("拨壹叁捌零零壹叁壹贰叁肆", 2),
        ("拨138*0013*1234", 2),
        ("拨021-63570001", 2),
        ("拨95588", 2),
        ("回T退订", 1),
        ("拒收请回复R", 1),
        ("回 复 Ｔ Ｄ", 1),
        ("回复退-订", 3),
        ("unsubscribe", 1),
        ("您\u200b好", 2),
        ("您\n好", 2),
        ("您\u202e好", 2),
        ("优\u200d惠", 2),
    ],
)
def test_every_no_names_its_place(body: str, at: int) -> None:
    with pytest.raises(wordings.BadWording) as refusal:
        wordings.check(body=body, kind="promotion", uses=EVERYWHERE)
    assert not at or str(refusal.value.message).startswith(f"第 {at} 个字：")
    assert place_of(body, kind="promotion") == at
    assert place_of(body) == at


@pytest.mark.parametrize(
    "promotion",
    ["优惠", "优 惠", "优.惠", "優惠", "ＹＯＵＨＵＩ", "八折", "8.5折", "99元", "九十九元", "¥99", "￥99", "免費", "限时抢购", "周年庆", "报名参加", "双11", "VIP", "买一送一", "满100减"],
)  # fmt: skip
def test_a_service_template_carries_no_promotion(promotion: str) -> None:
    body = f"您好，{promotion}"
    assert place_of(body) == 4 + promotion.find("九元") * (promotion == "九十九元")
    assert place_of(body, kind="promotion") is None


@pytest.mark.parametrize(
    ("use", "name"), [("campaign", "date"), ("campaign", "consultant"), ("birthday", "time"), ("follow_up", "date")]
)
def test_a_use_has_only_what_somebody_fills_in(use: str, name: str) -> None:
    assert place_of(f"您好{{{name}}}", uses=("hand",)) is None
    assert place_of(f"您好{{{name}}}", uses=("hand", use)) == 3


@given(st.text(max_size=60))
def test_what_passes_leaves_with_one_signature_and_one_way_out(body: str) -> None:
    if place_of(body, kind="promotion") is not None:
        return
    text = render(
        body=body,
        variables={"consultant": "晓梅", "city": "上海", "date": "6月12日", "time": "15:30"},
        alias="王女士",
        store="静安店",
        opt_out_url="https://my.example.org/s/AbCdEf012345/",
    )
    assert text.count("【") == text.count("退订") == text.count("://") == 1
