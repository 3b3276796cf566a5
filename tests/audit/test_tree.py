"""The tree: RFC 9162's own words, and an implementation that is not ours, agree with it."""

from __future__ import annotations

import hashlib

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hongxian.audit import tree

SIZES = st.integers(min_value=1, max_value=700)


def leaves(size: int) -> list[bytes]:
    return [tree.leaf_hash(str(number).encode()) for number in range(size)]


def mth(hashes: list[bytes]) -> bytes:
    """RFC 9162 2.1.1, word by word."""
    if not hashes:
        return hashlib.sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(hashes[:k]) + mth(hashes[k:])).digest()


def oracle(size: int) -> pymerkle.InmemoryTree:
    """pymerkle's tree over the same leaves."""
    found = pymerkle.InmemoryTree(algorithm="sha256")
    for number in range(size):
        found.append_entry(str(number).encode())
    return found


class TestRoot:
    def test_of_nothing_is_the_hash_of_nothing(self) -> None:
        assert tree.root(tree.Stack(), 0) == hashlib.sha256(b"").digest() == tree.Edge().root()

    def test_is_that_of_the_rfc_at_every_size(self) -> None:
        hashes = leaves(600)
        stack = tree.Stack(hashes)
        for size in range(1, 601):
            assert tree.root(stack, size) == mth(hashes[:size])

    def test_is_that_of_pymerkle(self) -> None:
        theirs, stack = oracle(1000), tree.Stack(leaves(1000))
        for size in (1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 768, 999, 1000):
            assert tree.root(stack, size) == theirs.get_root(size)

    def test_grows_leaf_by_leaf_to_the_same(self) -> None:
        hashes, edge = leaves(530), tree.Edge()
        stack = tree.Stack(hashes)
        for size, each in enumerate(hashes, 1):
            edge.add(each)
            assert edge.root() == tree.root(stack, size)
            if size % tree.TILE == 0:
                assert edge.newest_tile == tree.root_of(hashes[size - tree.TILE : size])

    def test_over_a_hundred_thousand_needs_two_heights(self) -> None:
        hashes = leaves(70_000)
        stack, edge = tree.Stack(hashes), tree.Edge()
        for each in hashes:
            edge.add(each)
        assert [len(row) for row in stack.rows] == [70_000, 273, 1]
        assert tree.root(stack, 70_000) == edge.root()
        path = tree.inclusion(stack, 65_999, 70_000)
        assert tree.root_from_inclusion(leaf=hashes[65_999], index=65_999, size=70_000, path=path) == edge.root()


class TestInclusion:
    def test_of_every_leaf_at_every_small_size_is_that_of_pymerkle(self) -> None:
        theirs, hashes = oracle(70), leaves(70)
        stack = tree.Stack(hashes)
        for size in range(1, 71):
            for index in range(size):
                path = tree.inclusion(stack, index, size)
                assert tree.root_from_inclusion(leaf=hashes[index], index=index, size=size, path=path) == mth(hashes[:size])
                proof = theirs.prove_inclusion(index + 1, size)
                pymerkle.verify_inclusion(hashes[index], mth(hashes[:size]), proof)
                assert sorted(proof.path) == sorted([hashes[index], *path])

    @given(SIZES, st.data())
    @settings(max_examples=60, deadline=None)
    def test_holds_for_its_own_leaf_place_and_size_only(self, size: int, data: st.DataObject) -> None:
        hashes, index = leaves(size), data.draw(st.integers(0, size - 1))
        path = tree.inclusion(tree.Stack(hashes), index, size)
        root = mth(hashes)

        def leads(**changed: object) -> bytes | None:
            given = {"leaf": hashes[index], "index": index, "size": size, "path": path} | changed
            return tree.root_from_inclusion(**given)  # type: ignore[arg-type]

        assert leads() == root
        assert leads(leaf=tree.leaf_hash(b"another")) != root
        other = data.draw(st.integers(-1, size + 1))
        if other != index:
            assert leads(index=other) != root
        if path:
            at = data.draw(st.integers(0, len(path) - 1))
            assert leads(path=path[:at] + path[at + 1 :]) != root
            assert leads(path=[*path[:at], bytes(32), *path[at + 1 :]]) != root
        assert leads(path=[*path, bytes(32)]) != root

    @pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 5), (5, 5), (6, 5)])
    def test_of_what_is_not_there_is_refused(self, index: int, size: int) -> None:
        with pytest.raises(tree.OutOfTree):
            tree.inclusion(tree.Stack(leaves(5)), index, size)
        with pytest.raises(tree.OutOfTree):
            tree.inclusion(tree.Stack(leaves(5)), 5, 9)


class TestConsistency:
    def test_between_all_small_sizes(self) -> None:
        hashes = leaves(40)
        stack = tree.Stack(hashes)
        for new in range(1, 41):
            for old in range(1, new + 1):
                path = tree.consistency(stack, old, new)
                told = {"old": old, "old_root": mth(hashes[:old]), "new": new, "new_root": mth(hashes[:new]), "path": path}
                assert tree.is_consistent(**told)  # type: ignore[arg-type]
                assert not tree.is_consistent(**told | {"old_root": bytes(32)})  # type: ignore[arg-type]
                if old < new:
                    assert not tree.is_consistent(**told | {"new_root": bytes(32)})  # type: ignore[arg-type]
                    assert not tree.is_consistent(**told | {"path": [*path, bytes(32)]})  # type: ignore[arg-type]
                    assert not tree.is_consistent(**told | {"path": path[:-1]})  # type: ignore[arg-type]

    def test_of_pymerkle_holds_between_our_roots(self) -> None:
        theirs, hashes = oracle(70), leaves(70)
        for old in range(1, 70):
            proof = theirs.prove_consistency(old, 70)
            pymerkle.verify_consistency(mth(hashes[:old]), mth(hashes), proof)
            with pytest.raises(pymerkle.InvalidProof):
                pymerkle.verify_consistency(mth(hashes[:old]), bytes(32), proof)

    @given(SIZES, SIZES)
    @settings(max_examples=60, deadline=None)
    def test_is_broken_by_one_leaf_that_changed(self, one: int, other: int) -> None:
        old, new = sorted((one, other))
        hashes = leaves(new)
        forged = [tree.leaf_hash(b"forged"), *hashes[1:]]
        path = tree.consistency(tree.Stack(forged), old, new)
        assert not tree.is_consistent(old=old, old_root=mth(hashes[:old]), new=new, new_root=mth(forged), path=path)

    @pytest.mark.parametrize(("old", "new"), [(0, 5), (6, 5), (-1, 5)])
    def test_of_what_is_not_there_is_refused(self, old: int, new: int) -> None:
        with pytest.raises(tree.OutOfTree):
            tree.consistency(tree.Stack(leaves(5)), old, new)
        assert not tree.is_consistent(old=old, old_root=b"", new=new, new_root=b"", path=[])
