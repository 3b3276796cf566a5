"""/desk/imports/: a workbook from upload to report, over HTTP; the worker does its part in its own role."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from hongxian.intake import jobs
from tests import cast as stage
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]

HEADINGS = "会员编号,姓名,性别,出生日期,手机号码,学历,授权依据,授权日期"


def number() -> str:
    """A number that nobody has."""
    [(place,)] = stage.rows("SELECT nextval('intake_run_id_seq')")
    return f"139{(place * 7919) % 100_000_000:08d}"


def workbook(*rows: str) -> str:
    return "\n".join((HEADINGS, *rows))


def three() -> str:
    """One who agreed, one who did not, one who is too young."""
    return workbook(
        f"T001,王小美,女,1995-03-02,{number()},本科,会员服务合同签署授权书,2026-10-01",
        f"T002,李大明,男,1990-05-06,{number()},大专,,",
        f"T003,赵小小,女,2015-05-06,{number()},本科,会员服务合同签署授权书,2026-10-01",
    )


def upload(client: Client, text: str, *, htmx: bool = False, name: str = "名单.csv") -> Any:
    given = {"file": SimpleUploadedFile(name, text.encode()), "as_of": "2026-11-24"}
    return client.post("/desk/imports/", given, headers={"HX-Request": "true"} if htmx else {})


def work(cast: Cast, run_id: int) -> None:
    """What the worker does with a run in line."""
    with signed_in_as("worker"):
        jobs.import_workbook(city_id=cast.city_id, run_id=run_id)


def brought(client: Client, cast: Cast, text: str, *, dry: str = "0") -> int:
    """A run that has been uploaded, sent and done; its number."""
    address = upload(client, text)["Location"]
    run_id = int(address.split("/")[3])
    assert client.post(address, fields_of(client, address) | {"dry": dry}).status_code == 303
    work(cast, run_id)
    return run_id


def fields_of(client: Client, address: str) -> dict[str, str]:
    """The mapping page's form as it stands."""
    context = client.get(address).context
    return {f"field-{field}": heading for field, heading in context["chosen"].items()} | {"as_of": "2026-11-24"}


class TestUpload:
    def test_goes_on_to_the_columns(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        answer = upload(client, three())
        assert answer.status_code == 303
        page = client.get(answer["Location"])
        assert page.context["chosen"]["phone"] == "手机号码"
        assert page.context["chosen"]["basis"] == "授权依据"
        assert page.context["sheet"].rows == 3

    def test_shows_a_glimpse_at_once_and_keeps_none_of_it(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        answer = upload(client, three(), htmx=True)
        page = answer.content.decode()
        assert "王＊" in page
        assert "王小美" not in page
        assert "大专" in page
        address = answer["HX-Push-Url"]
        assert "王" not in str(dict(client.session))
        assert "王＊" not in client.get(address).content.decode()

    @pytest.mark.parametrize(
        ("text", "words"),
        [("", "文件是空的"), ("只有一列没有标题\n1\n", "找不到标题行"), ("MZ\x00\x01 not a workbook", "这不是表格文件")],
    )
    def test_says_why_a_file_is_not_read_and_keeps_nothing(self, cast: Cast, sign_in: SignIn, text: str, words: str) -> None:
        answer = upload(sign_in(cast.zheng), text)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not stage.rows("SELECT 1 FROM intake_run WHERE city_id = %(c)s", c=cast.city_id)

    def test_refuses_what_is_too_large(self, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("hongxian.desk.pages.imports.LARGEST", 100)
        answer = upload(sign_in(cast.zheng), three())
        assert answer.status_code == 422
        assert "50 MB" in answer.content.decode()

    def test_is_remembered_in_the_list(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        assert "还没有导入过" in client.get("/desk/imports/").content.decode()
        upload(client, three())
        page = client.get("/desk/imports/").content.decode()
        assert "名单.csv" in page
        assert "待确认" in page

    @pytest.mark.parametrize("name", ["lan", "chen", "operations", "auditor", "privacy_officer"])
    def test_is_closed_to_others(self, cast: Cast, sign_in: SignIn, name: str) -> None:
        client = sign_in(cast.people[name])
        assert client.get("/desk/imports/").status_code == 403
        assert upload(client, three()).status_code == 403


class TestColumns:
    def test_a_correction_is_used_and_remembered(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        text = f"会员编号,姓名,打哪个,授权依据,授权日期\nK1,钱多多,{number()},会员服务合同签署授权书,2026-10-01"
        address = upload(client, text)["Location"]
        page = client.get(address)
        assert "没有认出手机号码是哪一列" in page.content.decode()
        form = fields_of(client, address) | {"field-phone": "打哪个", "dry": "1"}
        assert client.post(address, form).status_code == 303
        work(cast, int(address.split("/")[3]))
        assert client.get(address.replace("mapping/", "")).context["run"].summary["accepted"] == 1
        second = upload(client, text.replace("K1", "K2"))["Location"]
        assert client.get(second).context["chosen"]["phone"] == "打哪个"

    def test_one_column_is_not_two_fields(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        address = upload(client, three())["Location"]
        answer = client.post(address, fields_of(client, address) | {"field-wechat": "手机号码", "dry": "1"})
        assert answer.status_code == 422
        assert "同一列不能用于两个字段：手机号码" in answer.content.decode()

    def test_wants_a_phone_column(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        address = upload(client, three())["Location"]
        answer = client.post(address, fields_of(client, address) | {"field-phone": "", "dry": "1"})
        assert answer.status_code == 422
        assert "请指定哪一列是手机号码" in answer.content.decode()

    def test_works_without_what_the_session_kept(self, cast: Cast, sign_in: SignIn) -> None:
        address = upload(sign_in(cast.zheng), three())["Location"]
        another = sign_in(cast.zheng)
        assert "文件已加密" in another.get(address).content.decode()
        assert another.post(address, {"as_of": "2026-11-24", "dry": "1"}).status_code == 303

    def test_of_another_store_are_not_found(self, cast: Cast, sign_in: SignIn) -> None:
        address = upload(sign_in(cast.zheng), three())["Location"]
        stranger = sign_in(cast.xu)
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, {"as_of": "2026-11-24", "dry": "1"}).status_code == 404
        assert stranger.get(address.replace("mapping/", "")).status_code == 404
        assert stranger.get(address.replace("mapping/", "report.csv")).status_code == 404


class TestRun:
    def test_asks_again_while_it_is_under_way(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        address = upload(client, three())["Location"]
        client.post(address, fields_of(client, address) | {"dry": "0"})
        page = client.get(address.replace("mapping/", "")).content.decode()
        assert 'hx-trigger="every 2s"' in page
        assert "排队中" in page

    def test_shows_what_became_of_each_row(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        run_id = brought(client, cast, three())
        answer = client.get(f"/desk/imports/{run_id}/")
        page = answer.content.decode()
        assert [(part.code, part.count) for part in answer.context["parts"]] == [("accepted", 2), ("merged", 0), ("refused", 1)]
        assert "未满 18 周岁" in page
        assert "不可联系：没有有效授权" in page
        assert "hx-trigger" not in page
        assert "王小美" not in page
        [silent] = client.get("/desk/members/?place=no_consent").context["rows"]
        assert silent.place == "no_consent"

    def test_a_dry_run_keeps_nobody_and_can_be_done_for_real(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        run_id = brought(client, cast, three(), dry="1")
        page = client.get(f"/desk/imports/{run_id}/").content.decode()
        assert "这是试运行，没有保存任何人" in page
        assert not stage.rows("SELECT 1 FROM members_member WHERE city_id = %(c)s", c=cast.city_id)
        assert client.post(f"/desk/imports/{run_id}/again/", {"dry": "0"}).status_code == 303
        work(cast, run_id)
        assert "已导入" in client.get("/desk/imports/").content.decode()
        assert stage.rows("SELECT count(*) FROM members_member WHERE city_id = %(c)s", c=cast.city_id) == [(2,)]

    def test_is_done_once(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        run_id = brought(client, cast, three())
        assert client.post(f"/desk/imports/{run_id}/again/").status_code == 409

    def test_filters_by_result(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        run_id = brought(client, cast, three())
        answer = client.get(f"/desk/imports/{run_id}/?result=refused")
        assert [line.label for line in answer.context["lines"]] == ["T003"]

    def test_filters_by_reason(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        run_id = brought(client, cast, three())
        assert (
            f"/desk/imports/{run_id}/?result=refused&amp;reason=minor#lines"
            in client.get(f"/desk/imports/{run_id}/").content.decode()
        )
        assert [line.label for line in client.get(f"/desk/imports/{run_id}/?reason=minor").context["lines"]] == ["T003"]
        assert client.get(f"/desk/imports/{run_id}/?reason=phone").context["lines"] == []

    def test_goes_on_by_key(self, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
        client = sign_in(cast.zheng)
        run_id = brought(client, cast, three())
        monkeypatch.setattr("hongxian.intake.queries.PAGE", 2)
        first = client.get(f"/desk/imports/{run_id}/").context
        second = client.get(f"/desk/imports/{run_id}/?after={first['next']}").context
        assert [line.label for line in first["lines"]] == ["T001", "T002"]
        assert [line.label for line in second["lines"]] == ["T003"]
        assert second["next"] is None

    def test_says_why_it_failed(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        address = upload(client, three())["Location"]
        run_id = int(address.split("/")[3])
        stage.run(
            "UPDATE intake_run SET state = 'failed', failure = 'upload_gone' WHERE city_id = %(c)s AND id = %(r)s",
            c=cast.city_id,
            r=run_id,
        )
        page = client.get(f"/desk/imports/{run_id}/").content.decode()
        assert "上传的文件已不在" in page

    def test_that_was_interrupted_can_be_started_again(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        address = upload(client, three())["Location"]
        run_id = int(address.split("/")[3])
        stage.run(
            "UPDATE intake_run SET state = 'running', dry = false, rows = 3, rows_done = 1 WHERE city_id = %(c)s AND id = %(r)s",
            c=cast.city_id,
            r=run_id,
        )
        assert "导入在 1 / 3 行时中断了" in client.get(f"/desk/imports/{run_id}/").content.decode()
        assert client.post(f"/desk/imports/{run_id}/again/").status_code == 303
        work(cast, run_id)
        assert client.get(f"/desk/imports/{run_id}/").context["run"].state == "done"


class TestReport:
    def test_takes_every_row_along_and_nobodys_name(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        run_id = brought(client, cast, three())
        answer = client.get(f"/desk/imports/{run_id}/report.csv")
        text = answer.content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        assert [row[1:3] for row in rows[1:]] == [["T001", "新会员"], ["T002", "新会员"], ["T003", "拒收"]]
        assert "王小美" not in text
        assert answer["Content-Disposition"].startswith("attachment;")

    def test_is_a_workbook_too(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        run_id = brought(client, cast, three())
        book = load_workbook(io.BytesIO(client.get(f"/desk/imports/{run_id}/report.xlsx").content))
        assert [row[1].value for row in book.worksheets[0].iter_rows(min_row=2)] == ["T001", "T002", "T003"]
