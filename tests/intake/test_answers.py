"""Who said yes, and who said no."""

from datetime import date, timedelta

import pytest

from hongxian.intake import answers, terms
from hongxian.intake.terms import Marital

TODAY = date(2026, 11, 23)


class TestGaveBasis:
    @pytest.mark.parametrize(
        "basis",
        [
            "到店签署《个人信息授权书》",
            "线上注册勾选",
            "活动现场扫码",
            "签署授权书",
            "门店签字",
            "APP注册勾选同意",
            "已签",
            "signed consent form",
        ],
    )
    def test_what_the_person_did_is_a_basis(self, basis: str) -> None:
        assert answers.gave_basis(basis=basis)
        assert answers.is_known_basis(basis=basis)

    @pytest.mark.parametrize(
        "basis",
        [
            "",
            "老客户转介绍",
            "渠道采购名单",
            "购买名单",
            "朋友推荐",
            "未签署",
            "未勾选",
            "拒绝签署",
            "代签",
            "转介绍后签署",
            "口头同意",
            "撤回授权",
            "无授权",
            "授权书未签",
            "purchased list",
            "referral",
            "不同意扫码",
            "签署已过期",
            "待签署",
            "其他",
        ],
    )
    def test_what_others_did_is_none(self, basis: str) -> None:
        assert not answers.gave_basis(basis=basis)


class TestIsFresh:
    def test_holds_for_730_days_and_not_before_its_day(self) -> None:
        assert answers.is_fresh(given_on=TODAY, as_of=TODAY)
        assert answers.is_fresh(given_on=TODAY - timedelta(days=730), as_of=TODAY)
        assert not answers.is_fresh(given_on=TODAY - timedelta(days=731), as_of=TODAY)
        assert not answers.is_fresh(given_on=TODAY + timedelta(days=1), as_of=TODAY)


class TestSaysNo:
    @pytest.mark.parametrize(
        "result",
        [
            "不需要服务",
            "已结婚,要求删除",
            "已结婚，要求删除",
            "拒绝",
            "客户拒绝",
            "勿扰",
            "请勿打扰",
            "不要再打",
            "别打电话",
            "别再打了",
            "退订",
            "已婚勿扰",
            "不要给我打电话",
            "要求不再联系",
            "不想被打扰",
            "没兴趣",
            "不感兴趣",
            "没有意向",
            "投诉",
            "TD",
            "Do not call",
            "DNC",
            "Not interested",
            "要求注销",
            "加入黑名单",
            "不用再联系",
            "禁止来电",
            "停止联系",
            "明确拒绝",
            "结婚了",
            "勿\u3000扰",
        ],
    )
    def test_hears_a_refusal(self, result: str) -> None:
        assert answers.says_no(last_result=result, marital=None)
        assert not answers.intends(last_result=result)

    @pytest.mark.parametrize(
        "result",
        [
            "",
            "有意向",
            "无人接听",
            "空号",
            "已预约到店",
            "停机",
            "关机",
            "拒接",
            "拒绝接听",
            "忙线",
            "稍后再打",
            "暂时不需要",
            "改天联系",
            "没有拒绝",
            "想结婚",
            "有兴趣",
            "考虑一下",
            "不方便接听",
            "打电话没人接",
            "没有意见",
            "需要服务",
            "interested",
            "no answer",
            "别墅客户",
        ],
    )
    def test_hears_none_where_there_is_none(self, result: str) -> None:
        assert not answers.says_no(last_result=result, marital=Marital.DIVORCED)

    def test_who_is_married_has_said_no(self) -> None:
        assert answers.says_no(last_result="有意向", marital=Marital.MARRIED)


class TestIntends:
    @pytest.mark.parametrize("result", ["有意向", "已预约到店", "有兴趣", "意向强", "想了解", "interested"])
    def test_hears_interest(self, result: str) -> None:
        assert answers.intends(last_result=result)

    @pytest.mark.parametrize("result", ["", "无意向", "没有意向", "无人接听", "空号", "不愿意", "未预约", "not interested"])
    def test_hears_none(self, result: str) -> None:
        assert not answers.intends(last_result=result)


class TestTerms:
    @pytest.mark.parametrize("kind", [terms.Sex, terms.Education, terms.Marital, terms.Housing, terms.Car])
    def test_every_label_and_code_reads_as_itself(self, kind: type[terms.Term]) -> None:
        assert all(terms.read(cell=written, terms=kind) is term for term in kind for written in (term.label_zh, term.value))

    @pytest.mark.parametrize(
        ("cell", "term"),
        [
            ("离婚", Marital.DIVORCED),
            ("离异带孩", Marital.DIVORCED_WITH_CHILD),
            ("离异有一女", Marital.DIVORCED_WITH_CHILD),
            ("单身", None),
            ("离婚无孩", Marital.DIVORCED_NO_CHILD),
            ("未婚已育", Marital.NEVER_MARRIED),
            ("已婚勿扰", Marital.MARRIED),
            ("再婚", Marital.MARRIED),
            ("离婚中", None),
            ("想结婚", None),
            ("unmarried", Marital.NEVER_MARRIED),
            ("Divorced", Marital.DIVORCED),
        ],
    )
    def test_marital(self, cell: str, term: Marital | None) -> None:
        assert terms.read(cell=cell, terms=Marital) is term

    def test_other_spellings(self) -> None:
        assert terms.read(cell="硕士研究生", terms=terms.Education) is terms.Education.MASTER
        assert terms.read(cell="专升本", terms=terms.Education) is terms.Education.BACHELOR
        assert terms.read(cell="大专及以下", terms=terms.Education) is None
        assert terms.read(cell="无", terms=terms.Car) is terms.Car.NOT_OWNED
        assert terms.read(cell="有房有贷", terms=terms.Housing) is terms.Housing.OWNED
        assert terms.read(cell="暂未购房", terms=terms.Housing) is terms.Housing.NOT_OWNED
        assert terms.read(cell="女士", terms=terms.Sex) is terms.Sex.FEMALE
        assert terms.read(cell="男/女", terms=terms.Sex) is None
