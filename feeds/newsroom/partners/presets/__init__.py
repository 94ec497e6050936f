"""The forms that partners demand, a file each."""

from collections.abc import Mapping

from feeds.newsroom.partners.presets.apple import APPLE
from feeds.newsroom.partners.presets.base import Preset
from feeds.newsroom.partners.presets.flipboard import FLIPBOARD
from feeds.newsroom.partners.presets.google import GOOGLE
from feeds.newsroom.partners.presets.msn import MSN
from feeds.newsroom.partners.presets.newsbreak import NEWSBREAK
from feeds.newsroom.partners.presets.smartnews import SMARTNEWS

PRESETS: Mapping[str, Preset] = {
    preset.name: preset for preset in (APPLE, FLIPBOARD, GOOGLE, MSN, NEWSBREAK, SMARTNEWS)
}
"""By name."""
