"""Why a request that goes out came to no answer."""


class OutboundError(Exception):
    """A request without an answer. The message is one line for the operator; it holds no path, no query, no user, no password."""


class Forbidden(OutboundError):
    """It would leave the public Internet, or speak to what is no web server. The next try meets the same, unless its name leads
    elsewhere by then.
    """


class Unreachable(OutboundError):
    """Its host is not known, takes no connection, or shows no certificate that is its own."""


class TooSlow(OutboundError):
    """The time of the attempt was over before the answer was there."""


class BadAnswer(OutboundError):
    """What came is no answer that HTTP knows, one without end, or one that broke off."""


class Busy(OutboundError):
    """Nothing was sent: as many requests as one host gets at once are under way, and stayed so."""


class Resting(OutboundError):
    """Nothing was sent: the last attempts at this host failed, and the next is made later."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds
        """Until it is worth another try."""
