"""One mobile number out of whatever a cell holds. The numbers are made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongxian.intake import phones
from hongxian.intake.limits import Cell

HOME = "+8613800138000"


class TestRead:
    @pytest.mark.parametrize(
        "cell",
        [
            "13800138000",
            13800138000,
            13800138000.0,
            "13800138000.0",
            " 13800138000 ",
            "138 0013 8000",
            "138-0013-8000",
            "138–0013–8000",
            "138.0013.8000",
            "138_0013_8000",
            "(138)00138000",
            "1 3 8 0 0 1 3 8 0 0 0",
            "13,800,138,000",
            "１３８００１３８０００",
            "１３８－００１３－８０００",
            "＋８６１３８００１３８０００",
            "+8613800138000",
            "+86 13800138000",
            "+86-138-0013-8000",
            "+86 (138) 0013-8000",
            "(+86)13800138000",
            "+(86) 13800138000",
            "+86(0)13800138000",
            "86-13800138000",
            "8613800138000",
            8613800138000,
            "008613800138000",
            "0086 138 0013 8000",
            "013800138000",
            "0 138 0013 8000",
            "138\u00a00013\u20098000",
            "138\u200b0013\u200b8000",
            "\ufeff13800138000",
            "'13800138000",
            "=13800138000",
            "13800138000(微信同号)",
            "微信同号 13800138000",
            "手机：138 0013 8000",
            "13800138000转801",
            "13800138000,",
            "13800138000/13900139000",
            "13800138000 13900139000",
            "138 0013 8000 139 0013 9000",
            "13800138000\n13900139000",
            "13800138000(父)13900139000(母)",
            "021-65309827/13800138000",
            "13800138000 / +852 91234567",
        ],
    )
    def test_finds_the_mobile(self, cell: Cell) -> None:
        assert phones.read(cell=cell) == phones.Reading(HOME, None)

    def test_reads_scientific_notation_only_when_no_digit_is_lost(self) -> None:
        assert phones.read(cell="1.8153778945E10").number == "+8618153778945"
        assert phones.read(cell="1.8153778945e+10").number == "+8618153778945"
        assert phones.read(cell="1.81538E+10").problem == "phone"

    @pytest.mark.parametrize(
        ("cell", "number"),
        [
            ("+852 9123 4567", "+85291234567"),
            ("00852-91234567", "+85291234567"),
            ("+852 91234567 13800138000", "+85291234567"),
            ("+853 6612 3456", "+85366123456"),
            ("+886 912 345 678", "+886912345678"),
            ("+886 0912345678", "+886912345678"),
            ("+44 7911 123456", "+447911123456"),
            ("+1 415 555 2671", "+14155552671"),
        ],
    )
    def test_takes_mobiles_from_elsewhere_with_their_country_code(self, cell: str, number: str) -> None:
        assert phones.read(cell=cell).number == number

    @pytest.mark.parametrize(
        "cell",
        [
            None,
            "",
            "不详",
            "-",
            True,
            float("nan"),
            float("inf"),
            "1380013800",
            "138 0013 800",
            "138001380001",
            "138 0013 80001",
            "138 0013 8000 1",
            "12345678901",
            "138****8000",
            "110101199003071234",
            "+44 13800138000",
            "+13800138000",
            85291234567,
            "x" * 1_000_000,
        ],
    )
    def test_refuses_what_is_no_number(self, cell: Cell) -> None:
        assert phones.read(cell=cell) == phones.Reading(None, "phone")

    @pytest.mark.parametrize(
        "cell",
        [
            "021-65309827",
            "(021)65309827",
            "02165309827",
            "0571-88888888",
            "+86 21 65309827",
            "86-21-6530-9827",
            "65309827",
            "0755-8888888",
            "400-820-8820",
            "021-65309827-801",
            "+852 2123 4567",
            "+44 20 7946 0958",
        ],
    )
    def test_tells_a_landline(self, cell: str) -> None:
        assert phones.read(cell=cell) == phones.Reading(None, "landline")

    @given(st.text(alphabet=st.characters(), max_size=60) | st.text(alphabet="0123456789+-() ./e８６", max_size=40))
    def test_what_it_returns_reads_as_itself(self, text: str) -> None:
        number = phones.read(cell=text).number
        assert number is None or phones.read(cell=number).number == number

    @given(
        st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "+86", "86", "0086", "+86 ", "86-", "(+86)", "0"])
    )
    def test_every_prefix_gives_the_same_number(self, number: str, prefix: str) -> None:
        assert phones.read(cell=prefix + number).number == "+86" + number
        assert phones.read(cell=f"{prefix}{number[:3]} {number[3:7]} {number[7:]}").number == "+86" + number
