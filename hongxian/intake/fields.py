"""What an import can bring for a person, how long it may be, and the headings that stores write above it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Self


class Field(StrEnum):
    """A column that an import understands, with its name on the screen."""

    label_zh: str
    label_en: str
    __hash__ = str.__hash__  # an Enum's own is Python, and every cell is looked up by its field

    def __new__(cls, code: str, label_zh: str = "", label_en: str = "") -> Self:
        """Make a member from its code and its two labels; `Field(code)` alone finds one."""
        field = str.__new__(cls, code)
        field._value_ = code
        field.label_zh, field.label_en = label_zh, label_en
        return field

    LABEL = "label", "会员编号", "Row id"
    NAME = "name", "姓名", "Name"
    SEX = "sex", "性别", "Sex"
    BIRTH = "birth", "出生日期", "Date of birth"
    PHONE = "phone", "手机号码", "Mobile number"
    WECHAT = "wechat", "微信号", "WeChat"
    HEIGHT = "height", "身高", "Height"
    EDUCATION = "education", "学历", "Education"
    INCOME = "income", "月收入", "Income"
    MARITAL = "marital", "婚史", "Marital history"
    HOUSING = "housing", "住房", "Housing"
    CAR = "car", "购车", "Car"
    CITY = "city", "所在城市", "City"
    DISTRICT = "district", "所在区", "District"
    OCCUPATION = "occupation", "职业", "Occupation"
    SOURCE = "source", "来源", "Source"
    BASIS = "basis", "授权依据", "Basis of consent"
    BASIS_DATE = "basis_date", "授权日期", "Date of consent"
    REGISTERED_ON = "registered_on", "登记日期", "Registered on"
    CRITERIA = "criteria", "择偶要求", "Wishes"
    LAST_RESULT = "last_result", "上次联系结果", "Last contact"
    REMARK = "remark", "备注", "Remark"


# Each shorter than what the reader cuts a cell to, so that a cut is always noticed here.
MAX_LENGTH: Mapping[Field, int] = MappingProxyType(
    dict.fromkeys(Field, 100)
    | {
        Field.LABEL: 64,
        Field.NAME: 60,
        Field.WECHAT: 64,
        Field.CITY: 40,
        Field.DISTRICT: 40,
        Field.OCCUPATION: 80,
        Field.SOURCE: 60,
        Field.BASIS: 200,
        Field.LAST_RESULT: 300,
        Field.CRITERIA: 2000,
        Field.REMARK: 2000,
    }
)

# The earlier a heading stands here, the better it fits: of two columns that fit, the earlier wins.
HEADINGS: Mapping[Field, str] = MappingProxyType(
    {
        Field.LABEL: "会员编号 会员号 会员ID 资源编号 客户编号 客户号 客户ID 编号 档案号 档案编号 卡号 序号 行号"
        " memberid memberno membernumber membercode customerid clientid recordid rowid"
        " id no row number label",
        Field.NAME: "姓名 会员姓名 客户姓名 真实姓名 客户名称 名字 会员名 客户名"
        " 称呼 name fullname membername customername realname",
        Field.SEX: "性别 男女 sex gender",
        Field.BIRTH: "出生日期 出生年月日 生日 出生年月 出生 出生时间 出生年份 出生年 年份"
        " birth birthday birthdate dateofbirth dob born",
        Field.PHONE: "手机号码 手机号 手机 移动电话 手机电话 会员手机 会员手机号 客户手机 客户手机号 本人手机 本人手机号"
        " 本人电话 注册手机号"
        " 注册手机"
        " 手机号码1 手机号1 手机1 联系手机 联系电话 联系号码 电话号码 客户电话 会员电话 电话"
        " 联系方式 号码 电话1"
        " mobile mobilephone mobilenumber mobileno cellphone cell cellphonenumber phone phonenumber phoneno telephone tel"
        " contactnumber"
        " contactphone contact",
        Field.WECHAT: "微信号 微信 微信号码 微信账号 微信ID wechat wechatid weixin wx vx",
        Field.HEIGHT: "身高 个子 净身高 height",
        Field.EDUCATION: "学历 最高学历 文化程度 教育程度 受教育程度 教育 文化 education degree educationlevel",
        Field.INCOME: "月收入 月薪 每月收入 税前月收入 税后月收入 月均收入 收入 收入情况 收入水平 薪资 工资 薪水"
        " 年收入 年薪 收入范围"
        " monthlyincome income salary monthlysalary annualincome yearlyincome annualsalary",
        Field.MARITAL: "婚史 婚姻状况 婚姻 婚姻情况 婚姻状态 婚况 婚姻史 maritalstatus marital marriage maritalhistory",
        Field.HOUSING: "住房 住房情况 住房状况 购房 购房情况 房产 房产情况 是否有房 有无住房 有房 房子 居住情况"
        " house housing home property",
        Field.CAR: "购车 购车情况 车辆 车辆情况 是否有车 有无车辆 有车 车产 汽车 车子 车 car vehicle",
        Field.CITY: "所在城市 城市 居住城市 居住地 现居城市 现居地 常住地 常住城市 工作城市 所在地 所在市 市 city location",
        Field.DISTRICT: "所在区 区 所在区县 区县 区域 城区 行政区 居住区 district area",
        Field.OCCUPATION: "职业 工作 职务 岗位 职位 从事职业 工作性质 行业 occupation job jobtitle profession position",
        Field.SOURCE: "来源 客户来源 会员来源 资源来源 来源渠道 渠道 渠道来源 source leadsource channel",
        Field.BASIS: "授权依据 授权方式 授权 同意依据 授权来源 合法性依据 合法依据 授权情况 同意方式 取得同意方式 个人信息授权"
        " basis consentbasis lawfulbasis legalbasis consent",
        Field.BASIS_DATE: "授权日期 授权时间 同意日期 同意时间 签署日期 签署时间 授权签署日期"
        " basisdate consentdate dateofconsent consentgivenon consentedon consentedat",
        Field.REGISTERED_ON: "登记日期 登记时间 注册日期 注册时间 录入日期 录入时间 创建日期 创建时间 入库日期"
        " 入库时间 建档日期 入会日期"
        " registeredon registered registrationdate registerdate createdat createdon created datecreated",
        Field.CRITERIA: "择偶要求 择偶标准 择偶条件 择偶意向 择偶 对象要求 要求 对另一半的要求"
        " criteria requirements preferences partnerpreferences wishes",
        Field.LAST_RESULT: "上次联系结果 最近联系结果 最后联系结果 联系结果 沟通结果 跟进结果 回访结果 上次沟通结果"
        " 上次跟进结果 跟进状态 联系状态"
        " lastresult lastcontact lastcontactresult callresult lastcallresult outcome lastoutcome result",
        Field.REMARK: "备注 备注信息 说明 其他说明 其他 备考 附注 remark remarks note notes comment comments memo",
    }
)
