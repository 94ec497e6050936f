"""What whoever imports decides."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from feeds.importers.addresses import ToldAddresses
from feeds.importers.base import Placement
from feeds.importers.report import Tell, tell_nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    media: Path | None = None
    """The old site's uploads folder, whose pictures are copied into the media folder."""
    placement: Placement = field(default_factory=Placement)
    """The sections of what comes from a feed."""
    told: ToldAddresses = field(default_factory=ToldAddresses)
    """How the old site's addresses were made, as far as its own links do not say."""
    tags_from: Collection[str] = ()
    """Taxonomies of the old site's own whose terms become tags."""
    strip_shortcodes: bool = False
    """Plugins' are taken out of a WordPress export's bodies; else they stay."""
    theirs: bool = False
    """The source is right where it and the newsroom changed the same."""
    scheduled: bool = False
    """Publish here what a WordPress that runs has scheduled, which it must do no more."""
    rehearsal: bool = False
    """Nothing is written outside of the store, which is a copy."""
    tell: Tell = tell_nobody
    """Is told of every case that the summary counts."""
