"""Microsoft's ingestion, for MSN: `shortTitle` (helpcenter.microsoftstart.com)."""

from feeds.formats.extensions.base import Namespace


class MicrosoftIngestion(Namespace):
    prefix = "mi"
    uri = "http://schemas.ingestion.microsoft.com/common/"
