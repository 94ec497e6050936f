"""The operations on bans."""

from feeds.newsroom.bans import BanFields
from feeds.web.api import bans
from feeds.web.api.access import MODERATE
from feeds.web.api.operations import Operation
from feeds.web.api.resources import BanPage, KeptBan

BAN_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="addBan",
        method="POST",
        path="/bans",
        summary="Put the replies of an email, a name, an address or a network in the trash: a new ban (201), or that there is",
        handler=bans.add_ban,
        scopes=(MODERATE,),
        body=BanFields,
        example={"kind": "network", "value": "203.0.113.0/24", "note": "Floods of advertisements"},
        answer=KeptBan,
        new_status=201,
    ),
    Operation(
        name="listBans",
        method="GET",
        path="/bans",
        summary="Bans that stand, newest first",
        handler=bans.list_bans,
        scopes=(MODERATE,),
        query=bans.BansQuery,
        answer=BanPage,
    ),
    Operation(
        name="liftBan",
        method="DELETE",
        path="/bans/{id}",
        summary="Lift a ban",
        handler=bans.lift_ban,
        scopes=(MODERATE,),
        status=204,
        refusals=(404,),
    ),
)
