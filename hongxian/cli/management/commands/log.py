"""`bin/hongxian log …`: the sealed log: verify it, keep its checkpoints elsewhere, prove rows of it."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from hongxian.audit import checkpoints, exporting, notes, proving, sealing, verifying
from hongxian.cli import asked, company, log_reports
from hongxian.cli.sealer import signing_keys
from hongxian.cli.trouble import CannotStart, plainly
from hongxian.org import queries as org
from hongxian.rights import inspecting
from hongxian.vault import keys

if TYPE_CHECKING:
    from argparse import ArgumentParser

NOT_SOUND, CANNOT_SAY = 1, 2


class Command(BaseCommand):
    """Verifying reads as the auditor, who can alter nothing; what signs runs as the worker, who has the key."""

    help = "封存日志：核对、导出检查点、出具证明。 The sealed log: verify, export checkpoints, prove."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One verb each."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        verify = verbs.add_parser("verify", help="逐行核对；有问题则以 1 结束 | check every row; ends 1 when something is wrong")
        verify.add_argument(
            "--against",
            metavar="FILE",
            type=Path,
            help="另存的检查点文件，默认用本机最新的 | a kept checkpoint; default: this home's newest",
        )
        verify.add_argument("--json", action="store_true", help="以 JSON 输出 | as one JSON object")
        verbs.add_parser("seal", help="立即封存并签名 | seal and sign now")
        verbs.add_parser("status", help="日志的状态 | where the log stands")
        export = verbs.add_parser("export", help="导出可另存的检查点 | write a checkpoint to be kept elsewhere")
        export.add_argument("--out", metavar="FILE", type=Path, required=True)
        export.add_argument(
            "--without-rows", action="store_true", help="不含逐行指纹，文件小 | small; names 256 rows instead of one"
        )
        prove = verbs.add_parser("prove", help="某会员全部记录的证明 | the proof of all of a member's lines")
        prove.add_argument("--city", metavar="CODE", required=True)
        prove.add_argument("--member", metavar="ID", type=int, required=True)
        prove.add_argument("--out", metavar="FILE", type=Path, required=True)
        consistent = verbs.add_parser(
            "consistency", help="两个检查点之间的一致性证明 | that one checkpoint's log begins with another's"
        )
        consistent.add_argument("--from", metavar="FILE", type=Path, required=True, dest="older")
        consistent.add_argument("--to", metavar="FILE", type=Path, required=True, dest="newer")
        consistent.add_argument("--out", metavar="FILE", type=Path, required=True)
        inspection = verbs.add_parser("inspection", help="检查用数据包 | an inspector's bundle")
        inspection.add_argument("--from", metavar="DAY", type=date.fromisoformat, required=True, dest="since")
        inspection.add_argument(
            "--to", metavar="DAY", type=date.fromisoformat, required=True, dest="until", help="含当天 | included"
        )
        inspection.add_argument("--out", metavar="FILE.zip", type=Path, required=True)
        verbs.add_parser("rotate-key", help="换签名密钥 | sign with a new key from now on")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Ends 0, 1 when the log is not sound, 2 when that can't be said."""
        verb = str(options["verb"]).replace("-", "_")
        with asked.plainly_said(), company.prepared(say=self.stderr.write):
            getattr(self, f"_{verb}")(options)

    def _verify(self, options: dict[str, Any]) -> None:
        file = options["against"] or settings.HOME.checkpoints / exporting.NEWEST
        kept = _read(file) if options["against"] or file.exists() else None
        with company.site().connect("auditor") as auditor:
            report = verifying.verify(connection=auditor, keys=_public(), kept=kept, now=timezone.now())
        cities = {city.city_id: city.code for city in org.cities()}
        if options["json"]:
            self.stdout.write(log_reports.as_json(report, cities))
        else:
            for line in log_reports.as_lines(report, cities):
                self.stdout.write(line)
        if not report.sound:
            raise SystemExit(NOT_SOUND)

    def _seal(self, _options: dict[str, Any]) -> None:
        sealed = sealing.seal_all(now=timezone.now())
        checkpoints.sign_if_due(private=signing_keys()[-1], now=timezone.now())
        self.stdout.write(
            f"封存 {sealed.traces} 条记录、{sealed.leaves} 行 | sealed {sealed.traces} traces as {sealed.leaves} rows"
        )

    def _status(self, _options: dict[str, Any]) -> None:
        here, newest = checkpoints.head(), checkpoints.newest()
        self.stdout.write(f"日志 | log      {here.origin}")
        self.stdout.write(f"行数 | rows     {here.size:,}")
        if newest is not None:
            age = int((datetime.now(UTC) - newest.at).total_seconds())
            self.stdout.write(
                f"检查点 | newest checkpoint  {newest.size:,}，{age} 秒前 | {age} s ago，密钥 | key {newest.key.split('+')[1]}"
            )
        self.stdout.write(f"文件 | kept in  {settings.HOME.checkpoints}")

    def _export(self, options: dict[str, Any]) -> None:
        kept = exporting.export(keys=signing_keys(), now=timezone.now(), rows=not options["without_rows"])
        _write(options["out"], kept.dumps())
        self.stdout.write(f"{kept.checkpoint.size:,} 行 | rows → {options['out']}")

    def _prove(self, options: dict[str, Any]) -> None:
        city = next((city for city in org.cities() if city.code == options["city"]), None)
        if city is None:
            raise CannotStart(f"没有城市 {options['city']}。", f"no city {options['city']}.")
        proof = proving.of_member(city_id=city.city_id, member_id=options["member"])
        _write(options["out"], proving.dumps(proof))
        self.stdout.write(f"{len(proof['lines']):,} 行 | rows → {options['out']}")

    def _consistency(self, options: dict[str, Any]) -> None:
        older, newer = _read(options["older"]), _read(options["newer"])
        try:
            proof = proving.consistency(older=older.note, newer=newer.note, keys=[older.key, newer.key])
        except proving.Inconsistent:
            raise CannotStart("日志不含这两个检查点。", "the log does not hold these two checkpoints.") from None
        _write(options["out"], proving.dumps(proof))
        self.stdout.write(f"{older.checkpoint.size:,} → {newer.checkpoint.size:,} 行 | rows → {options['out']}")

    def _inspection(self, options: dict[str, Any]) -> None:
        with plainly(options["out"]):
            made = inspecting.make_bundle(
                since=options["since"], until=options["until"], now=timezone.now(), out=options["out"].resolve()
            )
        self.stdout.write(f"第 {made.begin:,}–{made.end - 1:,} 行 | rows → {options['out']}")

    def _rotate_key(self, _options: dict[str, Any]) -> None:
        """The log names the new key before it is there to be used; a rotation that was interrupted can be repeated."""
        known = keys.checkpoint_private(settings.HOME.keys)
        new = Ed25519PrivateKey.generate()
        checkpoints.rotate(old=known[max(known)], new=new, now=timezone.now())
        keys.add_checkpoint(settings.HOME.keys, max(known) + 1, new)
        name = notes.key_of(new, name=checkpoints.head().origin)
        self.stdout.write(f"新密钥 | new key  {name}")


def _public() -> list[bytes]:
    return [each.public_key().public_bytes_raw() for each in signing_keys()]


def _read(file: Path) -> exporting.Kept:
    """:raises SystemExit: 2, after one line."""
    try:
        return exporting.read(file)
    except exporting.Unusable as error:
        sys.stderr.write(f"无法使用检查点文件 {file}：{error}。 | can't use the checkpoint {file}: {error}.\n")
        raise SystemExit(CANNOT_SAY) from None


def _write(file: Path, text: str) -> None:
    with plainly(file):
        file.write_text(text, encoding="utf-8")
