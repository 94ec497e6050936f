"""Members of a partner as the API answers with them."""

from datetime import datetime

from feeds import paths
from feeds.formats import FORMATS
from feeds.urls import Urls
from feeds.web.api.resources import Resource
from storage import model


class Member(Resource):
    id: str
    """The newsroom's own."""
    created_at: datetime
    """Of its key."""
    expires_at: datetime | None
    """From when on its key opens nothing; null: never."""
    used_at: datetime | None
    """When the key was last used, to the day; null as long as it was not."""
    flagged_at: datetime | None
    """Since when the key seems to have leaked; null: it does not."""
    networks: int
    """From which it was used on the day that it was flagged, as far as they were counted; 0: it is not flagged."""

    @classmethod
    def of(cls, member: model.Member) -> "Member":
        return cls(
            id=member.name,
            created_at=member.created_at,
            expires_at=member.expires_at,
            used_at=member.used_at,
            flagged_at=member.flagged_at,
            networks=member.networks,
        )


class MemberPage(Resource):
    items: list[Member]
    next: str | None
    """The cursor of the next page; null at the end."""


class KeptMember(Member):
    key: str | None
    """What its readers prove themselves with. It cannot be told again, for only its hash is kept: null of a key made before."""
    feeds: dict[str, str] | None
    """Addresses of the latest articles by format, ready for any reader: each has the key in it, unless the partner's keys may not
    stand in a path. Null with `key`.
    """

    @classmethod
    def with_key(cls, member: model.Member, partner: model.Partner, secret: str, urls: Urls) -> "KeptMember":
        """`secret`: '' where nobody can tell it any more."""
        root = f"{paths.PARTNER}{secret}/" if partner.key_in_path else paths.PARTNER
        feeds = {extension[1:]: urls.of(f"{root}feed{extension}") for extension in FORMATS}
        shown = Member.of(member).model_dump()
        return cls(**shown, key=secret or None, feeds=feeds if secret else None)


class EndedCount(Resource):
    ended: int
    """Members that there were."""
