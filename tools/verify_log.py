#!/usr/bin/env python3
"""
Checks hongxian's proofs and inspection bundles, offline, with nothing but Python 3.8 or later.

    python3 verify_log.py PROOF.json   [--against CHECKPOINT]     one or all of a member's lines, or a consistency proof
    python3 verify_log.py BUNDLE.zip   [--against CHECKPOINT]     an inspector's bundle, packed or unpacked
    python3 verify_log.py CHECKPOINT                              whether a kept checkpoint holds together

Without --against the signature is checked with the key that the file itself names: that finds damage, not fraud. A checkpoint
that you fetched earlier and kept yourself tells you more: its key must have signed what you are given, and where it is older,
the rows that it covers must be the same. Ends 0 when everything holds, 1 when something does not, 2 when a file can't be used.

RFC 9162 (section 2.1: tree, inclusion, consistency), RFC 8032 (Ed25519), C2SP signed-note. docs/verifying.md explains more.
"""

import argparse
import base64
import hashlib
import json
import sys
import zipfile
from pathlib import Path

# --- Ed25519, RFC 8032 section 5.1: verifying only, where nothing is secret and slowness does no harm

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def _point(data):
    """Section 5.1.3: 32 bytes as a point; None when they are none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def _add(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar, point):
    found = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            found = _add(found, point)
        point, scalar = _add(point, point), scalar >> 1
    return found


_BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_holds(public, text, signature):
    """Section 5.1.7."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r, s = _point(public), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + text).digest(), "little") % ORDER
    left, right = _times(s, _BASE), _add(r, _times(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# --- the tree, RFC 9162 section 2.1


def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(hashes):
    return [hashes[at : at + 32] for at in range(0, len(hashes), 32)]


def root_of(hashes):
    """The root over a list of leaf hashes, or of roots of complete subtrees of one size."""
    row = list(hashes)
    if not row:
        return hashlib.sha256(b"").digest()
    while len(row) > 1:
        row = [node_hash(*row[at : at + 2]) if at + 1 < len(row) else row[at] for at in range(0, len(row), 2)]
    return row[0]


def root_from_inclusion(leaf, index, size, path):
    """Section 2.1.3.2: where a path leads; None when it is not one for this place."""
    if not 0 <= index < size:
        return None
    place, last, found = index, size - 1, leaf
    for each in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = node_hash(each, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, each)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


def consistent(old, old_root, new, new_root, path):
    """Section 2.1.4.2: whether the newer tree begins with the older one."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    hashes = list(path) if old & (old - 1) else [old_root, *path]
    if not hashes:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = hashes[0]
    for each in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(each, before), node_hash(each, after)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, each)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


# --- notes and checkpoints


def told(chinese, english, *about):
    return chinese % about, english % about


class Wrong(Exception):
    """Something does not hold: the two texts say what, in Chinese and in English."""


def read_key(text):
    """`name+id+base64` as (name, id, public key)."""
    name, key_id, encoded = text.split("+", 2)
    raw = base64.b64decode(encoded, validate=True)
    if raw[:1] != b"\x01" or hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() != key_id:
        raise Wrong("密钥无法识别", "not a key")
    return name, bytes.fromhex(key_id), raw[1:]


def signed_text(note, keys):
    """The text of a signed note, once one of the keys has been found to have signed it."""
    text, _, signatures = note.rpartition("\n\n")
    for line in signatures.splitlines():
        for name, key_id, public in keys:
            encoded = line[len("— %s " % name) :]
            raw = base64.b64decode(encoded, validate=True)
            if line != "— %s %s" % (name, base64.b64encode(raw).decode()) or raw[:4] != key_id:
                continue
            if ed25519_holds(public, text.encode() + b"\n", raw[4:]):
                return text
    raise Wrong("签名不成立，或不是已知的密钥", "the signature does not hold, or is of an unknown key")


class Checkpoint:
    """A signed note: origin, size, root, and lines of the log's own."""

    def __init__(self, note, keys):
        try:
            lines = signed_text(note, keys).split("\n")
            self.origin, self.size, self.root = lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)
            self.more = dict(line.split(" ", 1) for line in lines[3:])
        except (IndexError, ValueError) as error:
            raise Wrong("检查点无法读取", "the checkpoint can't be read") from error
        if self.origin not in [name for name, _, _ in keys]:
            raise Wrong("密钥属于另一份日志", "the key is of another log")


class Kept:
    """A checkpoint file: the roots of every 256 rows lead to the signed root; fingerprints say which row."""

    def __init__(self, said):
        self.key = read_key(said["key"])
        self.checkpoint = Checkpoint(said["note"], [self.key])
        self.tiles, self.edge, self.rows = (base64.b64decode(said.get(part, "")) for part in ("tiles", "edge", "rows"))
        roots, rest = split(self.tiles), split(self.edge)
        found = root_of(roots + ([root_of(rest)] if rest else []))  # the rest stands where one more whole tile would
        if (len(roots), len(rest)) != divmod(self.checkpoint.size, 256) or found != self.checkpoint.root:
            raise Wrong("检查点文件已损坏：哈希与根不符", "the checkpoint file is damaged: its hashes do not lead to the root")
        digest = base64.b64encode(hashlib.sha256(self.rows).digest()).decode()
        if self.checkpoint.more.get("rows", digest) != digest:
            raise Wrong("检查点文件已损坏：逐行指纹不符", "the checkpoint file is damaged: the rows' fingerprints")

    def check_row(self, index, found):
        """Whether the row at this place is the one that was there when the file was written."""
        if index < self.checkpoint.size and self.rows and self.rows[index * 4 : index * 4 + 4] != found[:4]:
            raise Wrong("第 %d 行与另存的检查点不同", "row %d is not what the kept checkpoint has there", index)


def keys_of(said, kept):
    """The kept checkpoint's key where there is one; else the one that the file names itself."""
    return [kept.key] if kept else [read_key(each) for each in said.get("keys", [])]


def against_kept(kept, checkpoint):
    """A kept checkpoint of the same size has the same root; of another log it says nothing."""
    if kept is None:
        return
    if kept.checkpoint.origin != checkpoint.origin:
        raise Wrong("另存的检查点属于另一份日志", "the kept checkpoint is of another log")
    if kept.checkpoint.size == checkpoint.size and kept.checkpoint.root != checkpoint.root:
        raise Wrong("同样的行数，根却与另存的检查点不同", "as many rows as the kept checkpoint, and another root")


def check_proof(said, kept):
    """A member's lines: each is in the tree, each names this member, and all of them count from 1 without a gap."""
    checkpoint = Checkpoint(said["note"], keys_of(said, kept))
    against_kept(kept, checkpoint)
    numbers = []
    for line in said["lines"]:
        index, leaf = line["index"], line["leaf"].encode()
        path = [base64.b64decode(each, validate=True) for each in line["path"]]
        if root_from_inclusion(leaf_hash(leaf), index, checkpoint.size, path) != checkpoint.root:
            raise Wrong(
                "第 %d 行：不在已签名的日志里，内容或路径被改动",
                "row %d: not in the signed log, its text or path was changed",
                index,
            )
        if kept:
            kept.check_row(index, leaf_hash(leaf))
        values = dict(each.split("=", 1) for each in line["leaf"].split("\n")[1:] if "=" in each)
        number = int(values["number"])
        if said["salt"] is not None:
            named = "%s/%s/%s" % (said["city"], said["member"], number)
            if values["member"] != hashlib.sha256(bytes.fromhex(said["salt"]) + named.encode()).hexdigest():
                raise Wrong("第 %d 行：不是关于这位会员的", "row %d: not about this member", index)
        numbers.append(number)
    if said["complete"] and sorted(numbers) != list(range(1, len(numbers) + 1)):
        missing = min(set(range(1, max(numbers, default=0) + 1)) - set(numbers), default=0)
        raise Wrong("缺少第 %d 号记录", "line number %d is missing", missing)
    return told("%d 行都在 %d 行的日志里", "%d lines, all in the log of %d rows", len(numbers), checkpoint.size)


def check_consistency(said, kept):
    """Two checkpoints: the newer log begins with the older one."""
    keys = keys_of(said, kept)
    older, newer = Checkpoint(said["older"], keys), Checkpoint(said["newer"], keys)
    path = [base64.b64decode(each, validate=True) for each in said["path"]]
    if older.origin != newer.origin or not consistent(older.size, older.root, newer.size, newer.root, path):
        raise Wrong("后一个检查点不是前一个的延续", "the newer log does not begin with the older one")
    against_kept(kept, older), against_kept(kept, newer)
    return told("%d 行的日志从 %d 行延续而来", "the log of %d rows begins with that of %d", newer.size, older.size)


def check_kept(said, kept):
    """A checkpoint file by itself, or as the continuation of a kept one, as far as fingerprints tell."""
    own = Kept(said)
    if kept:
        if own.key != kept.key:
            raise Wrong("不是同一把密钥签名", "signed with another key")
        against_kept(kept, own.checkpoint)
        shared = min(len(own.rows), len(kept.rows))
        if own.rows[:shared] != kept.rows[:shared]:
            row = next(at for at in range(0, shared, 4) if own.rows[at : at + 4] != kept.rows[at : at + 4]) // 4
            raise Wrong("第 %d 行与另存的检查点不同", "row %d is not what the kept checkpoint has there", row)
        if own.checkpoint.size < kept.checkpoint.size:
            raise Wrong("行数比另存的检查点少", "fewer rows than the kept checkpoint")
    return told("%d 行的检查点完好", "a checkpoint of %d rows, sound", own.checkpoint.size)


def check_bundle(folder, kept):
    """An inspector's bundle: every row against its hash, all hashes against the signed root, every file against the list."""
    said = json.loads(folder.read("bundle.json").decode())
    checkpoint = Checkpoint(said["note"], keys_of(said, kept))
    against_kept(kept, checkpoint)
    begin, end = said["begin"], said["end"]
    hashes = folder.read("hashes.bin")
    rows = folder.read("rows.txt").split(b"\n\n")[:-1]
    for place in range(max(len(rows), end - begin)):
        index, known = begin + place, hashes[place * 32 : place * 32 + 32]
        found = leaf_hash(rows[place] + b"\n") if place < len(rows) else b""
        if found != known:
            raise Wrong("第 %d 行的内容与它的哈希不符", "row %d: its text is not that of its hash", index)
        if kept:
            kept.check_row(index, found)
    if len(hashes) != 32 * (end - begin):
        raise Wrong("哈希的数目不对", "a wrong number of hashes")
    left, right = ([base64.b64decode(each, validate=True) for each in said[side]] for side in ("left", "right"))
    if range_root(split(hashes), begin, checkpoint.size, left, right) != checkpoint.root:
        raise Wrong("这些行不在已签名的日志里", "these rows are not in the signed log")
    listed = signed_text(folder.read("files.txt").decode(), keys_of(said, kept))
    for line in listed.splitlines():
        digest, name = line.split("  ", 1)
        if hashlib.sha256(folder.read(name)).hexdigest() != digest:
            raise Wrong("文件 %s 被改动", "the file %s was changed", name)
    return told("第 %d 到 %d 行都在 %d 行的日志里", "rows %d to %d, all in the log of %d", begin, end - 1, checkpoint.size)


def range_root(hashes, begin, size, left, right):
    """The root of a tree of `size` of which these leaves from `begin` on are known, and subtrees to their left and right."""
    left, right, end = list(left), list(right), begin + len(hashes)

    def over(low, high):
        if low >= end or high <= begin:
            return (left if high <= begin else right).pop(0)
        if begin <= low and high <= end:
            return root_of(hashes[low - begin : high - begin])
        middle = low + (1 << ((high - low - 1).bit_length() - 1))
        return node_hash(over(low, middle), over(middle, high))

    try:
        found = over(0, size)
    except IndexError:
        return None
    return found if not left and not right else None


class Folder:
    """The files of a bundle, packed (without compression, so that a damaged byte stays where it is) or unpacked."""

    def __init__(self, path):
        self.path = path
        self.packed = None if path.is_dir() else path.read_bytes()
        if self.packed is not None:
            with zipfile.ZipFile(str(path)) as archive:
                self.places = {each.filename: each for each in archive.infolist()}

    def read(self, name):
        if self.packed is None:
            return (self.path / name).read_bytes()
        if name not in self.places:
            raise Wrong("缺少文件 %s", "the file %s is missing", name)
        at, size = self.places[name].header_offset, self.places[name].file_size
        begin = at + 30 + sum(int.from_bytes(self.packed[at + where : at + where + 2], "little") for where in (26, 28))
        return self.packed[begin : begin + size]  # past the archive's own check sum: ours name the row


KINDS = {
    "hongxian proof 1": check_proof,
    "hongxian consistency 1": check_consistency,
    "hongxian checkpoint file 1": check_kept,
}


def check(path, kept):
    """What is right about a file, in both languages."""
    if path.is_dir() or zipfile.is_zipfile(str(path)):
        return check_bundle(Folder(path), kept)
    said = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(said, dict) or said.get("format") not in KINDS:
        raise ValueError
    return KINDS[said["format"]](said, kept)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="a proof, a bundle or a checkpoint")
    parser.add_argument("--against", metavar="CHECKPOINT", type=Path, help="a checkpoint file that you kept")
    asked = parser.parse_args()
    reading = asked.against
    try:
        kept = Kept(json.loads(asked.against.read_text(encoding="utf-8"))) if asked.against else None
        reading = asked.file
        chinese, english = check(asked.file, kept)
    except Wrong as wrong:
        print("不成立 | FAILED: %s | %s" % told(*wrong.args))
        return 1
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        print("文件无法使用 | can't use %s (%s)" % (reading, type(error).__name__))
        return 2
    print("成立 | HOLDS: %s | %s" % (chinese, english))
    if not asked.against:
        print("只用了文件自带的密钥；请用您自己另存的检查点再核对（--against）。")
        print("Checked with the file's own key only: check again with a checkpoint that you kept (--against).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
