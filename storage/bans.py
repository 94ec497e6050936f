"""What bans are compared by, whatever the store: of every reply the same keys are made as of the bans that it may fall under."""

from unicodedata import category, normalize

from storage.model import BanKind, Comment

_COMPARED = 400
"""Characters of a text. A key has four bytes for each at most, so that an index holds it; no form takes as many."""
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
"""Letters and marks that have no width (Unicode's Default_Ignorable_Code_Point), besides the selectors of variations."""


def plain(text: str) -> str:
    """A text as bans compare it: without regard to case, to how letters are made up (NFKC), to what has no width, and to what kind
    of space there is, or how much.
    """
    before, after = "", text[:_COMPARED]
    # Each step may undo a part of another (Unicode, section 3.13, D146): a few rounds, until nothing moves.
    while before != after:
        before = after
        folded = normalize("NFKC", before.casefold())
        seen = "".join(char for char in folded if char.isspace() or not _is_unseen(char))
        after = " ".join(seen.split())[:_COMPARED].rstrip()
    return after


def ban_key(kind: BanKind, compared: str) -> str:
    """Of a network or an address: what stands for it. Of other kinds there are functions that make it."""
    return f"{kind.value}:{compared}"


def name_ban(name: str) -> str:
    """The key of a ban on a name; '' of one of which there is nothing to compare."""
    compared = plain(name)
    return ban_key(BanKind.NAME, compared) if compared else ""


def email_ban(email: str) -> str:
    """The key of a ban on an email, or on all of a host: '@host.example'; '' of what has no host.

    What follows a '+' before the '@' does not count: it leads to the same box (RFC 5233).
    """
    local, at, host = plain(email).replace(" ", "").rpartition("@")
    host = host.rstrip(".")
    box = local.partition("+")[0] or local
    return ban_key(BanKind.EMAIL, f"{box}@{host}") if at and host else ""


def reader_keys(comment: Comment) -> frozenset[str]:
    """The keys of the bans that a comment falls under, as far as it tells itself who sent it."""
    email = email_ban(comment.author_email)
    host = email.rpartition("@")[2]
    return frozenset(
        key
        for key in (
            email,
            ban_key(BanKind.EMAIL, f"@{host}") if host else "",
            name_ban(comment.author_name),
            ban_key(BanKind.ADDRESS, comment.ip_hash) if comment.ip_hash else "",
            ban_key(BanKind.NETWORK, comment.network_hash) if comment.network_hash else "",
        )
        if key
    )


def _is_unseen(char: str) -> bool:
    """Controls, joiners, marks of direction, selectors of variations, fillers."""
    return (
        category(char) in ("Cc", "Cf")
        or char in _FILLERS
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
    )
