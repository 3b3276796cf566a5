"""Kannel for real: what goes in arrives at the carrier's SMSC as it was, counted as carriers count, and reports come back."""

from __future__ import annotations

import os
import pwd
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.utils import timezone

from hongxian.cli import kannel as boxes
from hongxian.outreach import arriving
from hongxian.outreach.gateways import port, rendering, signing
from hongxian.outreach.gateways.kannel import Kannel
from hongxian.outreach.gateways.port import Outgoing, Ref
from tests.gateways.conftest import gateway_to, running_kannel, until
from tests.gateways.smsc import INVALID_NUMBER, Behaviour, Smsc

if TYPE_CHECKING:
    from tests.gateways.conftest import Heard

NUMBER = "+8613800138000"
TEXTS = {
    "Chinese": "【红线·静安店】您好，明天下午三点见。回T退订",
    "rare characters": "【红线】𠮷先生、䶮女士，㐂迎 𡈽 您",
    "emoji": "【红线】生日快乐🎂👨‍👩‍👧🇨🇳 祝您顺利",
    "seventy units": "红" * 70,
    "one more is two parts": "红" * 71,
    "two parts full": "线" * 134,
    "three parts": "线" * 135,
    "an emoji over the seam": "红" * 66 + "😀" + "线" * 40,
    "many parts of rare ones": "𠮷" * 150,
    "signs": "a+b=c&d%20e {[~]} € \"'<>\n第二行",
}


def one(gateway: Kannel, text: str, *, ref: Ref | None = None, number: str = NUMBER) -> port.Result:
    [result] = gateway.hand_over([Outgoing(ref=ref, number=number, text=text)], now=timezone.now())
    return result


@pytest.mark.parametrize("what", list(TEXTS))
def test_text_arrives_as_it_was_in_as_many_parts_as_were_counted(gateway: Kannel, smsc: Smsc, what: str) -> None:
    assert one(gateway, TEXTS[what]).answer == port.TAKEN
    [received] = smsc.wait_for(1)
    assert (received.text, received.number) == (TEXTS[what], NUMBER.removeprefix("+"))
    assert received.parts == rendering.parts_of(TEXTS[what]).count or TEXTS[what].isascii()


def test_batch_is_answered_in_order_and_each_arrives_once(gateway: Kannel, smsc: Smsc) -> None:
    batch = [Outgoing(ref=None, number=f"+861380013{n:04d}", text=f"第{n}条") for n in range(200)]
    assert [each.answer for each in gateway.hand_over(batch, now=timezone.now())] == [port.TAKEN] * 200
    received = smsc.wait_for(200)
    time.sleep(0.3)
    assert sorted((each.number, each.text) for each in received) == sorted((each.number[1:], each.text) for each in batch)
    assert smsc.pdus == 200


def test_reports_come_back_for_the_text_that_they_are_about(gateway: Kannel, smsc: Smsc, calls_back: Heard) -> None:
    outcomes = {"+8613800138001": Behaviour(), "+8613800138002": Behaviour(report="failed")}
    outcomes["+8613800138003"] = Behaviour(refuse=INVALID_NUMBER)
    smsc.behave = lambda number, _body: outcomes[f"+{number}"]
    refs = {number: Ref(7, timezone.now(), place) for place, number in enumerate(outcomes, 1)}
    gateway.hand_over([Outgoing(ref=refs[number], number=number, text="红" * 100) for number in outcomes], now=timezone.now())
    until("three reports", lambda: len(calls_back) == 3)
    said = {path.split("/")[5]: path.partition("?s=")[2].partition("&")[0] for _, path, _, _ in calls_back}
    assert said == dict(zip((signing.word_of(ref) for ref in refs.values()), ("1", "2", "16"), strict=True))
    for _, path, _, _ in calls_back:
        _, _, _, name, _, word, mac, _ = path.split("/")
        assert signing.is_ours(mac, "report", name, word)
        assert "13800138" not in path


def test_answers_come_with_the_number_and_the_words(gateway: Kannel, smsc: Smsc, calls_back: Heard) -> None:
    smsc.say("8613800138009", "退 订")
    until("the answer", lambda: len(calls_back) == 1)
    method, path, headers, body = calls_back[0]
    assert (method, path.split("/")[4], headers["X-Kannel-From"].lstrip("+")) == ("POST", "reply", "8613800138009")
    charset = headers["Content-Type"].partition("charset=")[2].strip('"')
    assert body.decode(charset) == "退 订"
    assert "13800138" not in path


def test_dead_kannel_has_taken_nothing_and_comes_back(box: boxes.Kannel, gateway: Kannel, smsc: Smsc) -> None:
    box.fall()
    until("nobody there", lambda: gateway.room() == 0)
    until("away", lambda: one(gateway, "一").answer == port.AWAY)  # a connection of before may end in the middle
    until("back and bound", lambda: gateway.room() > 0)
    assert one(gateway, "二").answer == port.TAKEN
    assert [each.text for each in smsc.wait_for(1)] == ["二"]


def test_wrong_password_is_refused(box: boxes.Kannel, smsc: Smsc) -> None:
    wrong = Kannel(url=box.url, user="hongxian", password="wrong")
    assert one(wrong, "一").answer == port.REFUSED
    wrong.close()


def test_it_runs_without_rights_listens_here_alone_and_writes_nothing_down(
    box: boxes.Kannel, gateway: Kannel, smsc: Smsc
) -> None:
    one(gateway, TEXTS["Chinese"])
    smsc.wait_for(1)
    assert {stat.S_IMODE(file.stat().st_mode) for file in box.folder.glob("*.conf")} == {0o600}
    for each in box._boxes:
        status = Path(f"/proc/{each.pid}/status").read_text()
        uid = int(status.partition("Uid:")[2].split()[0])
        assert uid == (pwd.getpwnam("kannel").pw_uid if os.geteuid() == 0 else os.geteuid())
        for line in Path(f"/proc/{each.pid}/net/tcp").read_text().splitlines()[1:]:
            fields = line.split()
            port_number = int(fields[1].partition(":")[2], 16)
            if fields[3] == "0A" and port_number in {box.ports.admin, box.ports.boxes, box.ports.sendsms}:
                assert fields[1].startswith("0100007F:")
    written = b"".join(file.read_bytes() for file in box.folder.iterdir() if file.suffix != ".conf")
    assert b"13800138" not in written
    assert "明天".encode() not in written


def test_nothing_has_room_while_the_carrier_is_away(home: None, ear: Heard) -> None:
    with Smsc() as smsc, running_kannel(smsc, "away") as box:
        gateway = gateway_to(box)
        until("room", lambda: gateway.room() > 0)
        smsc.close()
        until("no room", lambda: gateway.room() == 0)
        assert gateway.room() == 0, "and it stays so"
        gateway.close()


def test_demos_kannel_takes_texts_says_so_and_lets_nothing_out(home: None, ear: Heard) -> None:
    """Its own loopback stands behind it: what goes in comes back as an answer to ourselves, which says nothing to anybody."""
    ear.clear()
    box = boxes.Kannel(folder=settings.HOME.run / "demo")
    with box:
        assert box.environment()["HONGXIAN_KANNEL_STAND_IN"] == "1"
        gateway = Kannel(url=box.url, user=boxes.USER, password=box.password, status_url=box.status_url, stand_in=True)
        until("room", lambda: gateway.room() > 0)
        assert one(gateway, TEXTS["Chinese"], ref=Ref(1, timezone.now(), 1)).answer == port.TAKEN
        until("a report and an echo", lambda: len(ear) == 2)
        gateway.close()
    (report,) = (path for method, path, _, _ in ear if method == "GET")
    assert "?s=8&" in report
    (echo,) = (body for method, _, _, body in ear if method == "POST")
    assert not arriving.is_opt_out(echo.decode())
