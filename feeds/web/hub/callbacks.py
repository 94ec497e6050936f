"""Where subscribers may want to be told.

No name is looked up while it is asked for: the answer would wait for a name server that somebody chose, and the hub would ask name
servers for whoever likes. An address that stands in the URL itself is judged at once; of a name it is judged each time that
something is sent there.
"""

import httpx2

from feeds.outbound import Forbidden, Guard, Networks
from feeds.outbound.guard import NOT_OF_THE_WEB
from feeds.outbound.resolving import written_address
from feeds.outbound.target import read_target
from feeds.settings import Settings
from feeds.web.hub.asked import Unclear
from feeds.web.hub.topics import host_of


async def host_of_callback(callback: str, settings: Settings, *, is_own: bool = False) -> str:
    """Its host as requests are counted by it: in ASCII and lower case. Raises Unclear for what is no place to be told at.

    `is_own`: it is the server's own, in a trial of its hub, which is wherever the operator says.
    """
    if "#" in callback:
        raise Unclear("hub.callback: leave out the fragment, from the # on.")
    try:
        target, host = read_target(callback), host_of(callback)
    except (Forbidden, ValueError):
        raise Unclear("hub.callback is no http or https URL: give an absolute one, percent-encoded.") from None
    if is_own:
        return target.host
    if host == host_of(settings.base_url):
        raise Unclear("hub.callback is this site's own: give an address of the subscriber's.")
    if target.origin[2] in NOT_OF_THE_WEB:
        raise Unclear(f"hub.callback: at port {target.origin[2]} there is no web server.")
    guard = Guard(Networks.of(settings.outbound_allow), resolve=written_address)
    try:
        await guard.present_addresses(httpx2.URL(target.url))
    except Forbidden:
        raise Unclear("hub.callback leads to an address that is not on the public Internet.") from None
    except OSError:
        # A name.
        pass
    return target.host
