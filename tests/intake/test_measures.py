"""Heights and incomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongxian.intake import heights, incomes, numerals
from hongxian.intake.limits import Cell
from hongxian.intake.terms import IncomeBand


class TestHeights:
    @pytest.mark.parametrize(
        ("cell", "centimetres"),
        [
            ("155", 155),
            (155.0, 155),
            (155, 155),
            ("1米71", 171),
            ("1.74m", 174),
            ("184 CM", 184),
            ("168cm", 168),
            ("1米7", 170),
            ("一米七五", 175),
            ("一米七", 170),
            ("1米七五", 175),
            ("一米八零", 180),
            ("5'8", 173),
            ("5'8\"", 173),
            ("5′8″", 173),
            ("5ft8", 173),
            ("170公分", 170),
            ("170厘米", 170),
            ("1.75", 175),
            (1.75, 175),
            ("1,75", 175),
            ("１７０", 170),
            ("175㎝", 175),
            ("1M7", 170),
            ("171.5", 172),
            ("1750mm", 175),
            ("身高175cm", 175),
            ("2米", 200),
            ("1.8米", 180),
            ("1米05", 105),
            ("100", 100),
            ("250", 250),
        ],
    )
    def test_reads_every_spelling(self, cell: Cell, centimetres: int) -> None:
        assert heights.read(cell=cell) == heights.Reading(centimetres, None)

    @pytest.mark.parametrize("cell", ["约170", "170左右", "170+"])
    def test_tells_when_the_height_was_approximate(self, cell: str) -> None:
        assert heights.read(cell=cell) == heights.Reading(170, "approximate")

    @pytest.mark.parametrize("cell", ["99", "251", "300", 17.5, "5", 0])
    def test_does_not_believe_what_nobody_measures(self, cell: Cell) -> None:
        reading = heights.read(cell=cell)
        assert reading.centimetres is None
        assert reading.warning is not None

    @pytest.mark.parametrize("cell", ["五尺六", "165-170", "高", "175/65kg", "x" * 1_000_000, "5'99"])
    def test_leaves_out_what_it_cannot_read(self, cell: str) -> None:
        assert heights.read(cell=cell) == heights.Reading(None, "unreadable")

    @pytest.mark.parametrize("cell", [None, "", "不详", "-", True])
    def test_nothing_said(self, cell: Cell) -> None:
        assert heights.read(cell=cell) == heights.Reading()

    @given(st.integers(min_value=100, max_value=250))
    def test_metres_and_centimetres_agree(self, centimetres: int) -> None:
        metres, rest = divmod(centimetres, 100)
        for spelling in (f"{centimetres}cm", f"{metres}.{rest:02}m", f"{metres}米{rest:02}"):
            assert heights.read(cell=spelling).centimetres == centimetres


class TestIncomes:
    @pytest.mark.parametrize(
        ("cell", "band"),
        [
            ("3000-5000", "3k_5k"),
            ("5千-1万", "5k_10k"),
            ("1-2万", "10k_20k"),
            ("2-5万", "20k_50k"),
            ("5万以上", "over_50k"),
            ("8k", "5k_10k"),
            ("20万/年", "10k_20k"),
            ("年薪30万", "20k_50k"),
            ("年薪20-30万", "10k_20k"),
            ("年入百万", "over_50k"),
            ("百万年薪", "over_50k"),
            ("月薪8000", "5k_10k"),
            ("8000-12000", "5k_10k"),
            ("1.5w", "10k_20k"),
            ("15K*13", "10k_20k"),
            ("15k·13薪", "10k_20k"),
            ("税前8000", "5k_10k"),
            ("税后1.2万", "10k_20k"),
            (8000, "5k_10k"),
            (8000.0, "5k_10k"),
            ("8,000", "5k_10k"),
            ("¥8,000", "5k_10k"),
            ("8000元/月", "5k_10k"),
            ("八千", "5k_10k"),
            ("一万五", "10k_20k"),
            ("1万5", "10k_20k"),
            ("两万", "20k_50k"),
            ("8千到一万", "5k_10k"),
            ("3000以下", "under_3k"),
            ("1万以下", "5k_10k"),
            ("10-15k", "10k_20k"),
            ("5000～8000", "5k_10k"),
            ("月入10万", "over_50k"),
            ("1万左右", "10k_20k"),
            ("5万+", "over_50k"),
            ("无收入", "under_3k"),
            ("1 - 2 万", "10k_20k"),
            ("8k-12k*14薪", "5k_10k"),
        ],
    )
    def test_reads_every_spelling(self, cell: Cell, band: str) -> None:
        assert incomes.read(cell=cell) == incomes.Reading(IncomeBand[_name(band)], None)

    @pytest.mark.parametrize("cell", [None, "", "面议", "保密", "不详"])
    def test_what_is_not_said_is_unknown(self, cell: Cell) -> None:
        assert incomes.read(cell=cell) == incomes.Reading()

    @pytest.mark.parametrize(
        "cell", ["8", "20万", "10w+", "0", "十几万", "500/天", "5000美元", "$8000", "底薪3000+提成", "高", "1-0", "9" * 400]
    )
    def test_does_not_guess(self, cell: str) -> None:
        reading = incomes.read(cell=cell)
        assert reading.band is IncomeBand.UNKNOWN
        assert reading.warning is not None

    @pytest.mark.parametrize(
        ("cell", "heading"), [("20", "年收入(万)"), (20, "年收入（万元）"), ("20万", "年薪"), (200000, "Annual income")]
    )
    def test_the_heading_may_tell_the_unit(self, cell: Cell, heading: str) -> None:
        assert incomes.read(cell=cell, heading=heading).band is IncomeBand.FROM_10K

    @given(st.integers(min_value=500, max_value=90_000))
    def test_spellings_of_one_amount_agree(self, yuan: int) -> None:
        bands = {incomes.read(cell=cell).band for cell in (yuan, f"{yuan}元", f"月薪{yuan}", f"{yuan * 12}/年")}
        assert len(bands) == 1


def _name(code: str) -> str:
    return next(band.name for band in IncomeBand if band == code)


class TestNumerals:
    @pytest.mark.parametrize(
        ("text", "figures"),
        [
            ("八千", "8000"),
            ("一万五", "15000"),
            ("一万零五百", "10500"),
            ("百万", "1000000"),
            ("二十五", "25"),
            ("十", "10"),
            ("5千", "5千"),
        ],
    )
    def test_amounts(self, text: str, figures: str) -> None:
        assert numerals.with_amounts(text=text) == figures

    @pytest.mark.parametrize(
        ("text", "figures"), [("一九九〇", "1990"), ("十二", "12"), ("三十一", "31"), ("十", "10"), ("十十", "十十")]
    )
    def test_figures(self, text: str, figures: str) -> None:
        assert numerals.with_digits(text=text) == figures
