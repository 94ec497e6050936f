"""What is packed as gzip, however it is cut into packets and members: all of it, a bounded piece at a time."""

import gzip
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.outbound import DamagedBody, Unpacked

MIB = 1024 * 1024


def unpacked(*packets: bytes) -> bytes:
    body = Unpacked("gzip")
    pieces = [list(islice(body.pieces(packet), 100)) for packet in packets]
    assert all(len(found) < 100 and len(piece) <= MIB for found in pieces for piece in found)
    return b"".join([*(piece for found in pieces for piece in found), body.rest()])


@given(
    members=st.lists(
        st.binary(max_size=40) | st.just(bytes(MIB)) | st.just(bytes(2 * MIB + 1)), min_size=1, max_size=4
    ),
    after=st.sampled_from([b"", b"\n", b"\0" * 600, b"<!-- served in 3 ms -->"]),
    cuts=st.lists(st.integers(0, 5000), max_size=6),
)
def test_all_members_are_unpacked_and_what_is_none_is_left_out(
    members: list[bytes], after: bytes, cuts: list[int]
) -> None:
    whole = b"".join(gzip.compress(member, mtime=0) for member in members) + after
    ends = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    assert unpacked(*(whole[begin:end] for begin, end in pairwise(ends))) == b"".join(members)


@pytest.mark.parametrize("kept", [1, 9, 12, 25])
def test_a_member_that_does_not_end_is_damage(kept: int) -> None:
    member = gzip.compress(b"words of a feed", mtime=0)
    for before in (b"", member):
        with pytest.raises(DamagedBody):
            unpacked(before + member[:kept])
