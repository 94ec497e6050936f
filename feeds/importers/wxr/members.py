"""What the old site showed to its members or subscribers alone: posts by their custom fields, parts of a body by blocks and
shortcodes; of Jetpack, which WordPress.com has as well, and of the plugins for members that newsrooms use.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from feeds.importers.wxr.values import meta
from feeds.importers.wxr.xmltree import Node

FOR_SUBSCRIBERS = "a part for subscribers alone"
FOR_MEMBERS = "a part for members alone"

_FOR_ANYBODY = re.compile(
    r"(?:0|no|none|false|off|all|any|public|everybody|everyone|default|unreg|a:0:\{\})?|.*\"all\".*", re.I | re.S
)
"""What says in such a field that there is no rule."""
_SUBSCRIBERS_FIELD = "_jetpack_newsletter_access"
_MEMBERS_FIELDS = frozenset(
    {
        "_is_paid", "_llms_is_restricted", "_members_access_all_logged_in", "_members_access_role", "_wpmem_block",
        "arm_access_plan", "groups-groups_read_post", "groups-read", "ihc_mb_who", "memberful_acl",
        "memberful_available_to_registered_users", "passster_activate_protection", "patreon-level",
        "pms-content-restrict-subscription-plan", "pms-content-restrict-user-status", "rcp_access_level",
        "rcp_subscription_level", "rcp_user_level",
    }
)  # fmt: skip
"""Of Restrict Content, LifterLMS, Members, WP-Members, ARMember, Groups, Ultimate Membership, Memberful, Passster, Patreon and Paid
Member Subscriptions.
"""
_RULES = {
    "um_content_restriction": re.compile(
        r"(?=.*\"_um_custom_access_settings\";(?:s:1:\"1\"|[ib]:1))(?=.*\"_um_accessible\";(?:s:1:\"2\"|i:2))", re.S
    ),
    "_issuem_leaky_paywall_visibility": re.compile(r".*\"only(?:always)?\"", re.S),
}
"""Of Ultimate Member and Leaky Paywall, which keep several settings in one field: what one begins with that is a rule."""
READERS_FIELDS = frozenset({_SUBSCRIBERS_FIELD, *_MEMBERS_FIELDS, *_RULES})
"""Custom fields that say who may read a post."""

_WHO = r"(?:members?|subscribers?|users?|customers?|patrons?|premium|paid|vip|registered|private|protected|restricted)"
_NAME = re.compile(
    rf"""
    (?!.*not_?logged) (?:\w+_)?logged_?in (?:_only|_users?)?
    | (?:\w+_)?{_WHO}_?only
    | {_WHO}_?(?:access|area|content|section|text|view)
    | (?:\w+_)?restrict(?:ed)? (?:_access|_content)?
    | members? | membership | subscribers? | premium | paid | is_paid | is_free | vip | private | protect(?:ed)? | access
    | armif | content_(?:protector|visibility) | groups_(?:can|member) | ihc_hide_content | memberful
    | mepr_(?:active|show) | passster | s2if | swpm_protected | um_show_content | wlm_(?:ismember|private\w*)
    """,
    re.X,
)
"""Names, in small letters and with '_' for '-', of shortcodes and blocks that show to a few what they hold."""
_RULE_OF_BLOCK = re.compile(
    r'"um_is_restrict":true|"contentControls":\{"enabled":true|"visibilityByRole":"(?!all"|public"|logged-out")'
)
"""By which a plugin hides any block: of Ultimate Member, Content Control and Block Visibility."""
_PAYWALL = "jetpack/paywall"
_OF_JETPACK = ("jetpack/", "premium-content/")
_BLOCK = re.compile(r"<!--\s++(?P<end>/?)wp:(?P<name>[a-z][\w/-]*+)")
_CODE = re.compile(r"(?<!\[)\[(?P<name>[A-Za-z][\w-]{0,60}+)")
_ENDED = re.compile(r"\[/(?P<name>[A-Za-z][\w-]{0,60}+)\]")


def readers_of(item: Node) -> str:
    """Who alone may read an item, as 'for members alone'; '' if everybody may."""
    if any(_is_rule(_SUBSCRIBERS_FIELD, value) for value in meta(item, _SUBSCRIBERS_FIELD)):
        return "for subscribers alone"
    return "for members alone" if rules_of(item) else ""


def rules_of(item: Node) -> list[str]:
    """The custom fields of an item by which some readers alone may read it."""
    return [f"{key} {value}" for key in sorted(READERS_FIELDS) for value in meta(item, key) if _is_rule(key, value)]


def _is_rule(key: str, value: str) -> bool:
    rule = _RULES.get(key)
    return rule.match(value) is not None if rule else _FOR_ANYBODY.fullmatch(value) is None


def for_everybody(html: str, stripped: Callable[[str], object]) -> str:
    """The HTML without what a block or a shortcode shows to a few, and without all that stands behind a paywall. A block that never
    ends hides the rest; a shortcode ends where WordPress has it end, and one that never does holds nothing. `stripped` is told of
    each. Linear.
    """
    return _without_codes(_without_blocks(html, stripped), stripped)


class _Comment(NamedTuple):
    """That begins or ends a block."""

    start: int
    end: int
    name: str
    is_end: bool
    text: str

    @property
    def hides(self) -> str:
        """What it hides, in words; '' if nothing."""
        if self.name == _PAYWALL:
            return FOR_SUBSCRIBERS
        is_hidden = _is_for_few(self.name.rpartition("/")[2]) or _RULE_OF_BLOCK.search(self.text)
        if self.is_end or self.text.endswith("/-->") or not is_hidden:
            return ""
        return FOR_SUBSCRIBERS if self.name.startswith(_OF_JETPACK) else f"{FOR_MEMBERS}, block {self.name}"


def _comments(html: str) -> Iterator[_Comment]:
    at = 0
    while begun := _BLOCK.search(html, at):
        at = html.find("-->", begun.end()) + 3
        if at < 3:
            return
        yield _Comment(begun.start(), at, begun["name"], bool(begun["end"]), html[begun.end() : at])


def _without_blocks(html: str, stripped: Callable[[str], object]) -> str:
    out: list[str] = []
    at = depth = 0
    hidden = ""
    for comment in _comments(html):
        if hidden and comment.name == hidden:
            depth += -1 if comment.is_end else 1
            if not depth:
                hidden, at = "", comment.end
        elif not hidden and (what := comment.hides):
            stripped(what)
            out.append(html[at : comment.start])
            hidden, depth = comment.name, 1
            if hidden == _PAYWALL:
                break
    return "".join(out if hidden else (*out, html[at:]))


def _without_codes(html: str, stripped: Callable[[str], object]) -> str:
    last = {ended["name"]: ended.start() for ended in _ENDED.finditer(html) if _is_for_few(ended["name"])}
    out: list[str] = []
    at = after = 0
    while last and (begun := _CODE.search(html, after)):
        after = html.find("]", begun.end()) + 1
        if not after:
            break
        name = begun["name"]
        if after > last.get(name, 0) or html.endswith("/]", 0, after):
            continue
        stripped(f"{FOR_MEMBERS}, shortcode [{name}]")
        out.append(html[at : begun.start()])
        at = after = html.index(f"[/{name}]", after) + len(f"[/{name}]")
    return "".join((*out, html[at:]))


def _is_for_few(name: str) -> bool:
    return _NAME.fullmatch(name.lower().replace("-", "_")) is not None
