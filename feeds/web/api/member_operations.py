"""The operations on members of partners."""

from feeds.newsroom.partners.members import EndedMembers, MemberFields
from feeds.web.api import members
from feeds.web.api.access import ADMIN
from feeds.web.api.member_resources import EndedCount, KeptMember, Member, MemberPage
from feeds.web.api.operations import Operation

_MEMBER = "/partners/{name}/members/{member}"

MEMBER_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="rotateMemberKey",
        method="POST",
        path=f"{_MEMBER}/rotate",
        summary="End a member's key at once, and give it another, which is told this once and is not flagged",
        handler=members.rotate_key,
        tells_secret=True,
        scopes=(ADMIN,),
        answer=KeptMember,
        refusals=(404,),
    ),
    Operation(
        name="clearMember",
        method="POST",
        path=f"{_MEMBER}/clear",
        summary="Take the flag from a member's key",
        handler=members.clear_member,
        scopes=(ADMIN,),
        answer=Member,
        refusals=(404,),
    ),
    Operation(
        name="readMember",
        method="GET",
        path=_MEMBER,
        summary="One member",
        handler=members.read_member,
        scopes=(ADMIN,),
        answer=Member,
        refusals=(404,),
    ),
    Operation(
        name="putMember",
        method="PUT",
        path=_MEMBER,
        summary="Give a member a key, which is told this once (201); of one that has a key, say until when it opens feeds",
        handler=members.put_member,
        scopes=(ADMIN,),
        body=MemberFields,
        example={"expires_at": "2033-12-31T23:59:59Z"},
        answer=KeptMember,
        new_status=201,
        refusals=(404,),
    ),
    Operation(
        name="endMember",
        method="DELETE",
        path=_MEMBER,
        summary="End a member's key at once, and forget the member",
        handler=members.end_member,
        scopes=(ADMIN,),
        status=204,
        refusals=(404,),
    ),
)
"""They come first, and each before the shorter: a member may be called as what stands in other addresses is."""
MEMBERS_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="listMembers",
        method="GET",
        path="/partners/{name}/members",
        summary="A partner's members, by the newsroom's own ids of them",
        handler=members.list_members,
        scopes=(ADMIN,),
        query=members.MembersQuery,
        answer=MemberPage,
        refusals=(404,),
    ),
    Operation(
        name="endMembers",
        method="POST",
        path="/partners/{name}/ended-members",
        summary="End the keys of many members at once",
        handler=members.end_many,
        scopes=(ADMIN,),
        body=EndedMembers,
        example={"members": ["4711", "4712"]},
        answer=EndedCount,
        refusals=(404,),
    ),
)
"""They come after those of keys, which may be called so as well."""
