"""Contact data in a text is covered, however it is written; what people say about themselves stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hongxian.letters.blotting import BLOT, blot

N = "13800138000"

# A busy machine is no fault.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


class TestBlot:
    @pytest.mark.parametrize(
        "hidden",
        [
            N,
            "+86 138 0013 8000",
            "138-0013-8000",
            "138.0013.8000",
            "1 3 8 0 0 1 3 8 0 0 0",
            "１３８００１３８０００",
            "一三八零零一三八零零零",
            "幺三八洞"[:3] + "零零一三八零零零",
            "壹叁捌零零壹叁捌零零零",
            "138零零13八000",
            "①③⑧⓪⓪①③⑧⓪⓪⓪",
            "1\u200b3\u200b8\u200b0\u200b0\u200b1\u200b3\u200b8\u200b0\u200b0\u200b0",
            "1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣",
            "𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎",
            "(021) 5512 3456",
            "someone@example.com",
            "someone ＠ example.com",
            "https://example.com/u/lihua",
            "www.example.cn/lihua",
            "weibo.com/lihua",
            "@lihua_88",
            "lihua1990",
            "wx_ab12cd",
        ],
    )
    def test_covers(self, hidden: str) -> None:
        text = blot(f"有空可以找我，{hidden} ，周末都行")
        assert BLOT in text
        assert hidden not in text
        assert not re.search(r"\d{3}", text)
        assert "lihua" not in text
        assert "someone" not in text
        assert text.startswith("有空可以找我，")
        assert text.endswith("周末都行")

    @pytest.mark.parametrize(
        "told",
        ["微信lihua", "微信：lihua", "微信号是 lihua", "加V信lihua", "vx:lihua", "VX lihua", "wx lihua", "薇信 lihua", "QQ:lihua", "qq号 lihua", "WeChat: lihua", "微 信 ID：lihua", "威信就是lihua"],
    )  # fmt: skip
    def test_covers_the_name_after_the_word(self, told: str) -> None:
        text = blot(f"你好，{told}，等你")
        assert "lihua" not in text
        assert BLOT in text
        assert text.endswith("，等你")

    @pytest.mark.parametrize(
        "told",
        [
            "你好，我也喜欢徒步和看电影。",
            "我身高175，体重62公斤，1990年的。",
            "三点半在人民广场二号口见好吗？",
            "收入1万5左右，有一套90平的房子。",
            "一起去吃火锅吧，我请客！",
            "Nice to meet you, I like hiking too.",
            "我们三个人，两只猫，一条狗。",
        ],
    )
    def test_leaves_what_people_say(self, told: str) -> None:
        assert blot(told) == told

    def test_leaves_nothing_of_two_in_one_text(self) -> None:
        text = blot(f"电话{N}或者微信lihua_1990都可以")
        assert text == f"电话{BLOT}或者微信{BLOT}都可以"

    @CALM
    @given(st.text(max_size=200))
    def test_covered_once_is_covered(self, text: str) -> None:
        assert not re.search(r"[0-9]{5}", blot(text))
        assert blot(blot(text)) == blot(text)

    @CALM
    @given(st.text(alphabet="你好我是在家里。，", max_size=30), st.text(alphabet="你好我是在家里。，", max_size=30))
    def test_covers_a_number_wherever_it_stands(self, before: str, after: str) -> None:
        assert blot(f"{before}{N}{after}") == f"{before}{BLOT}{after}"
