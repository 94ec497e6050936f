"""What the old site did not show to everybody: posts and parts of bodies for its members alone, and blocks that were hidden.

Who may read is said by plugins, each in its own way: in a custom field of a post, in a shortcode or a block around the part.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from feeds.importers.wxr.editor import MARK, read_attributes, without_blocks
from feeds.importers.wxr.php import PhpValue, read_php_array
from feeds.importers.wxr.values import fields_of, meta
from feeds.importers.wxr.xmltree import Node

FOR_SUBSCRIBERS = "a part for subscribers alone"
HIDDEN = "a block that was hidden"

_FOR_EVERYBODY = frozenset(
    {"", "0", "no", "off", "false", "none", "all", "guest", "everybody", "everyone", "public", "unreg"}
)
"""What a field says of a post that all may read."""
_FIELDS = (
    "_jetpack_newsletter_access",
    "_is_paid",
    "_llms_is_restricted",
    "_members_access_role",
    "_members_access_all_logged_in",
    "_wpmem_block",
    "_wppcp_post_page_visibility",
    "arm_access_plan",
    "groups-groups_read_post",
    "groups-read",
    "ihc_mb_who",
    "memberful_acl",
    "memberful_available_to_registered_users",
    "passster_activate_protection",
    "patreon-level",
    "pms-content-restrict-subscription-plan",
    "pms-content-restrict-user-status",
    "rcp_access_level",
    "rcp_subscription_level",
    "rcp_user_level",
    "rcUserLevel",
)
"""Where plugins keep who may read a post: Jetpack and WordPress.com, Restrict Content, LifterLMS, Members, WP-Members, Private
Content Plus, ARMember, Groups, Ultimate Membership, Memberful, Passster, Patreon, Paid Member Subscriptions.
"""
_LEAKY_PAYWALL = "_issuem_leaky_paywall_visibility"
_ULTIMATE_MEMBER = "um_content_restriction"
READERS_FIELDS = frozenset({*_FIELDS, _LEAKY_PAYWALL, _ULTIMATE_MEMBER})

_GATES = frozenset(
    {
        "ismember", "logged", "loggedin", "member", "memberful", "memberonly", "members", "membersonly", "membership", "paid",
        "paywall", "premium", "private", "protect", "protected", "protector", "restrict", "restricted", "restriction", "subscriber",
        "subscribers",
    }
)  # fmt: skip
"""Words in the names of shortcodes and blocks that not everybody is shown the content of."""
_NAMES = frozenset(
    {
        "access", "armif", "content-visibility", "content_control", "groups_can", "ihc-hide-content", "is_free", "mepr-active",
        "mepr-show", "mycred_sell_this", "passster", "pc-pvt-content", "ppwp", "s2if", "um_show_content", "vip",
    }
)  # fmt: skip
"""Of Members, ARMember, Paid Memberships Pro, Content Control, Groups, Ultimate Membership, Restrict Content, MemberPress, myCred,
Passster, PrivateContent, PPWP, s2Member and Ultimate Member, which no such word is in.
"""
_ULTIMATE_MEMBERS_BLOCK = '"um_is_restrict":true'
"""By which Ultimate Member hides any block."""
_GUESTS = frozenset(
    {"guest", "guests", "hide", "loggedout", "no", "non", "nonmember", "nonmembers", "not", "out", "public", "visitor", "visitors"}
)  # fmt: skip
"""Words of the names of those that members are not shown."""
_PEOPLE = frozenset(
    {"board", "button", "card", "crew", "directory", "email", "form", "grid", "list", "login", "mail", "staff", "team"}
)
"""Words of the names of those that tell of members: '[team_member]' holds what somebody is."""
_ROLES = frozenset({"logged-in", "user-role", "user-rule-sets", "users"})
"""To whom Block Visibility shows a block, other than everybody and those who are not logged in."""
_BLOCK_RULES = ("blockVisibility", "contentControls")
"""Attributes in which WordPress, Block Visibility and Content Control keep who is shown a block."""

_CODE = re.compile(r"\[(?P<end>/?)(?P<name>[A-Za-z][\w-]{0,60}+)(?=[\s=:/\]])")
_LONGEST_CODE = 2_000
_BEHIND = re.compile(
    r"<!--\s++wp:jetpack/paywall(?=\s|/-->)|___STEADY_PAYWALL___|<div\s[^<>]*?\bid=[\"']steady_paywall[\"']", re.I
)
"""Marks behind which a body is for subscribers alone."""


def is_for_members(item: Node) -> bool:
    """Whether a post or a page was not for everybody to read."""
    if READERS_FIELDS.isdisjoint(fields_of(item)):
        return False
    if any(_is_limited(value) for key in _FIELDS for value in meta(item, key)):
        return True
    rules = [read_php_array(value) for value in meta(item, _ULTIMATE_MEMBER)]
    if any(
        _is_set(rule.get("_um_custom_access_settings")) and str(rule.get("_um_accessible")) == "2" for rule in rules
    ):
        return True
    return any(
        str(read_php_array(value).get("visibility_type")).startswith("only") for value in meta(item, _LEAKY_PAYWALL)
    )


def _is_limited(value: str) -> bool:
    """By the value of a field, or where it is a list by any in it."""
    return any(_is_set(one) for one in _flat(read_php_array(value))) if value.startswith("a:") else _is_set(value)


def _is_set(value: PhpValue) -> bool:
    return value not in (None, False) and str(value).strip().lower() not in _FOR_EVERYBODY


def _flat(values: Mapping[int | str, PhpValue]) -> Iterator[PhpValue]:
    for value in values.values():
        if isinstance(value, dict):
            yield from _flat(value)
        else:
            yield value


def for_everybody(html: str, stripped: Callable[[str], object]) -> str:
    """The HTML without these: what a block or a shortcode for members holds, all that stands behind a paywall, and blocks that the
    editors hid. A block that never ends hides the rest; a shortcode that never ends holds nothing. `stripped` is told of each, by
    FOR_SUBSCRIBERS or HIDDEN. Linear.
    """
    if wall := _BEHIND.search(html):
        html = html[: wall.start()]
        stripped(FOR_SUBSCRIBERS)
    if MARK in html:
        html = without_blocks(html, _why_not_shown, stripped)
    return _without_codes(html, lambda: stripped(FOR_SUBSCRIBERS)) if "[/" in html else html


def _is_gate(name: str) -> bool:
    name = name.lower()
    words = re.split(r"[_-]", name)
    return name in _NAMES or (not _GATES.isdisjoint(words) and (_GUESTS | _PEOPLE).isdisjoint(words))


def _why_not_shown(name: str, written: str) -> str:
    """What hides a block of this name with these attributes; '' of one that everybody is shown."""
    if _is_gate(name.rpartition("/")[2]) or _ULTIMATE_MEMBERS_BLOCK in written:
        return FOR_SUBSCRIBERS
    attributes = read_attributes(written) if any(key in written for key in _BLOCK_RULES) else {}
    metadata, rules = attributes.get("metadata"), attributes.get("blockVisibility")
    if isinstance(metadata, Mapping) and metadata.get("blockVisibility") is False:
        return HIDDEN
    if isinstance(rules, Mapping):
        if rules.get("hideBlock") is True:
            return HIDDEN
        sets = rules.get("controlSets")
        sets = [one for one in sets if isinstance(one, Mapping)] if isinstance(sets, list) else []
        enabled = [one.get("controls") for one in sets if one.get("enable") is not False]
        if enabled and all(map(_is_for_roles, enabled)):
            return FOR_SUBSCRIBERS
    return FOR_SUBSCRIBERS if _is_controlled(attributes.get("contentControls")) else ""


def _is_controlled(controls: object) -> bool:
    if not isinstance(controls, Mapping) or not controls.get("enabled"):
        return False
    rules = controls.get("rules")
    user = rules.get("user") if isinstance(rules, Mapping) else None
    return isinstance(user, Mapping) and user.get("userStatus") not in (None, "", "logged_out")


def _is_for_roles(controls: object) -> bool:
    roles = controls.get("userRole") if isinstance(controls, Mapping) else None
    return (
        isinstance(roles, Mapping)
        and roles.get("visibilityByRole") in _ROLES
        and not roles.get("hideOnRestrictedRoles")
    )


def _without_codes(html: str, stripped: Callable[[], object]) -> str:
    codes = [code for code in _CODE.finditer(html) if _is_gate(code["name"])]
    ends = {code["name"]: code.start() for code in codes if code["end"]}
    out: list[str] = []
    at = 0
    opened: re.Match[str] | None = None
    depth = deepest = 0
    for code in codes:
        name = code["name"]
        if opened is None:
            if not code["end"] and not _is_closed(html, code) and ends.get(name, -1) > code.start():
                opened, depth, deepest = code, 1, 1
            continue
        if name != opened["name"]:
            continue
        depth += -1 if code["end"] else 1
        deepest = max(deepest, depth)
        if code["end"] and (not depth or code.start() == ends[name]):
            end = html.find("]", code.end(), code.end() + _LONGEST_CODE) + 1 or code.end()
            # In a second pair of brackets it is shown as it was typed: the first end of it is its own.
            if deepest > 1 or html[opened.start() - 1 : opened.start()] != "[" or html[end : end + 1] != "]":
                out.append(html[at : opened.start()])
                at = end
                stripped()
            opened = None
    return "".join((*out, html[at:]))


def _is_closed(html: str, code: re.Match[str]) -> bool:
    """Whether it ends in a slash: it holds nothing."""
    end = html.find("]", code.end(), code.end() + _LONGEST_CODE)
    return end > 0 and html[end - 1] == "/"
