"""How a text reads when it leaves, and how its parts are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongxian.outreach.gateways.rendering import Unrenderable, parts_of, render, signature

if TYPE_CHECKING:
    from pytest_django import Settings

LINK = "https://my.example.org/s/AbCdEf012345/"


def rendered(body: str, alias: str = "王女士", store: str = "静安店", **variables: str) -> str:
    return render(body=body, variables=variables, alias=alias, store=store, opt_out_url=LINK)


class TestParts:
    @pytest.mark.parametrize(
        ("text", "encoding", "units", "count"),
        [
            ("", "gsm7", 0, 1),
            ("a" * 160, "gsm7", 160, 1),
            ("a" * 161, "gsm7", 161, 2),
            ("a" * 306, "gsm7", 306, 2),
            ("a" * 307, "gsm7", 307, 3),
            ("a" * 158 + "€", "gsm7", 160, 1),
            ("a" * 159 + "€", "gsm7", 161, 2),
            ("[" * 80, "gsm7", 160, 1),
            ("[" * 153, "gsm7", 306, 3),  # 76 in a part, never half an escape
            ("[" * 152, "gsm7", 304, 2),
            ("@£$ÆæÉ Ωñ", "gsm7", 9, 1),
            ("ç", "ucs2", 1, 1),  # the alphabet has the capital only
            ("您" * 70, "ucs2", 70, 1),
            ("您" * 71, "ucs2", 71, 2),
            ("您" * 134, "ucs2", 134, 2),
            ("您" * 135, "ucs2", 135, 3),
            ("a" * 69 + "您", "ucs2", 70, 1),
            ("a" * 70 + "您", "ucs2", 71, 2),
            ("您" * 69 + "𠮷", "ucs2", 71, 2),
            ("您" * 68 + "𠮷", "ucs2", 70, 1),
            ("😀" * 35, "ucs2", 70, 1),
            ("😀" * 36, "ucs2", 72, 2),
            ("😀" * 67, "ucs2", 134, 2),
            ("您" * 133 + "😀", "ucs2", 135, 3),
            ("👨‍👩‍👧", "ucs2", 8, 1),
        ],
    )
    def test_it_counts_as_carriers_do(self, text: str, encoding: str, units: int, count: int) -> None:
        parts = parts_of(text)
        assert (parts.encoding, parts.units, parts.count) == (encoding, units, count)
        assert parts.characters == len(text)

    def test_it_costs_by_the_part(self, settings: Settings) -> None:
        settings.SMS_PART_FEN = 4
        assert parts_of("您" * 71).cost_fen == 8

    @given(st.text(max_size=400))
    def test_a_longer_text_never_takes_fewer_parts(self, text: str) -> None:
        assert parts_of(text).count <= parts_of(text + "您").count
        assert parts_of(text).count >= 1


class TestRender:
    def test_signature_and_way_out_are_put_on(self) -> None:
        assert rendered("{alias}您好") == f"【红线·静安店】王女士您好 回T退订，停止一切联系：{LINK}"

    def test_a_store_with_the_brand_in_its_name_is_signed_once(self) -> None:
        assert signature(store="红线静安店") == "【红线·静安店】"
        assert signature(store="红线") == "【红线】"

    def test_values_are_put_in(self) -> None:
        text = rendered("{alias}，{consultant}约您{date}{time}到{store}", consultant="晓梅", date="6月12日", time="15:30")
        assert "王女士，晓梅约您6月12日15:30到静安店 回T退订" in text

    @pytest.mark.parametrize("missing", ["consultant", "date", "time", "city"])
    def test_nothing_leaves_with_a_hole(self, missing: str) -> None:
        with pytest.raises(Unrenderable, match=missing):
            rendered(f"您好{{{missing}}}")

    def test_nothing_leaves_without_the_way_out_or_its_sender(self) -> None:
        with pytest.raises(Unrenderable):
            render(body="您好", variables={}, alias="王女士", store="静安店", opt_out_url="")
        with pytest.raises(Unrenderable):
            rendered("您好", store="【】")

    @pytest.mark.parametrize(
        ("alias", "shown"),
        [
            ("𠮷女士", "𠮷女士"),
            ("J. 先生", "J. 先生"),
            ("{store}", "store"),
            ("【银行】王", "银行王"),
            ("王http://x.example/", "会员"),
            ("ｗｗｗ.x.example", "会员"),
            ("加我13800131234", "会员"),
            ("王\n女士", "王女士"),
            ("", "会员"),
            ("<b>王</b>", "b王b"),
        ],
    )
    def test_a_form_of_address_smuggles_nothing_in(self, alias: str, shown: str) -> None:
        assert rendered("{alias}。", alias=alias).startswith(f"【红线·静安店】{shown}。")

    @pytest.mark.parametrize("value", ["http://x.example", "13800131234", "加微信", "【银行】", "{alias}", "1" * 5, ""])
    def test_a_day_is_a_day(self, value: str) -> None:
        with pytest.raises(Unrenderable):
            rendered("{date}", date=value)

    @given(st.text(max_size=40), st.text(max_size=40))
    def test_whatever_comes_in_the_frame_stands(self, alias: str, consultant: str) -> None:
        try:
            text = rendered("{alias}和{consultant}", alias=alias, consultant=consultant)
        except Unrenderable:
            return
        assert text.startswith("【红线·静安店】")
        assert text.endswith(f" 回T退订，停止一切联系：{LINK}")
        assert text.count("【") == text.count("】") == text.count("://") == 1
