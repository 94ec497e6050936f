# Varnish 7 in front of Dateline, with the vmods std, directors and xkey (Debian: varnish, varnish-modules).
#
# It keeps feeds and pages for as long as DATELINE_CDN_MAX_AGE says, and forgets by key what changed. The server is set to
#
#   DATELINE_SURROGATE_KEYS=xkey
#   DATELINE_CDN_MAX_AGE=3600
#   DATELINE_PURGE_URLS=http://127.0.0.1:6081/      (every Varnish, with commas)
#   DATELINE_TRUSTED_PROXIES=127.0.0.1
#
# Vinyl Cache 9, which this became, is started as vinyld; it takes this file as it is, with vmods that were built for it. The
# reader's view is the same. docs/front.md says how to check.

vcl 4.1;

import directors;
import std;
import xkey;

probe ready {
    .url = "/readyz";
    .interval = 1s;
    .timeout = 2s;
    .window = 3;
    .threshold = 2;
    .initial = 2;
}

# The hosts that Dateline runs on.
backend one {
    .host = "127.0.0.1";
    .port = "8000";
    .probe = ready;
}

backend two {
    .host = "127.0.0.1";
    .port = "8001";
    .probe = ready;
}

# Who may say what is to be forgotten: the hosts that Dateline runs on, and nobody else.
acl purgers {
    "127.0.0.1";
    "::1";
}

sub vcl_init {
    new hosts = directors.round_robin();
    hosts.add_backend(one);
    hosts.add_backend(two);
}

sub vcl_recv {
    set req.backend_hint = hosts.backend();

    if (req.method == "PURGE") {
        if (client.ip !~ purgers || !req.http.xkey-purge) {
            return (synth(403));
        }
        # Softly: what was forgotten is asked for again with its ETag, and where both hosts are down, it is better than nothing.
        set req.http.x-forgotten = xkey.softpurge(req.http.xkey-purge);
        return (synth(200, "Forgot " + req.http.x-forgotten));
    }

    # While a host is there, nothing is served that is past its time or was forgotten.
    if (std.healthy(req.backend_hint)) {
        set req.grace = 0s;
    }

    # Each answer to these is for one client.
    if (req.url ~ "^/(api|desk|partner|hub|replies)(/|$)" || req.url ~ "^/events(\?|$)" || req.http.Authorization) {
        return (pass);
    }
    # Nothing else that Dateline answers depends on one; those of a browser are mostly other programs'.
    unset req.http.Cookie;

    # Proxies between a reader and here add a suffix to the ETag of what they compress.
    if (req.http.If-None-Match ~ {"[-;]gzip""}) {
        set req.http.If-None-Match = regsuball(req.http.If-None-Match, {"[-;]gzip""}, {"""});
    }
}

sub vcl_hit {
    # The changes alone (RFC 3229) only the server can tell. Who has it all is answered 304 from here.
    if (req.http.A-IM ~ "feed" && req.http.If-None-Match && !std.strstr(req.http.If-None-Match, obj.http.ETag)) {
        return (pass);
    }
}

sub vcl_backend_response {
    # The age that is meant for this cache (RFC 9213). Varnish has read Cache-Control already; what says no-store is not kept.
    if (beresp.http.CDN-Cache-Control ~ "max-age=[0-9]+") {
        set beresp.ttl = std.duration(regsub(beresp.http.CDN-Cache-Control, "^.*max-age=([0-9]+).*$", "\1s"), 0s);
    } else if (!beresp.http.Cache-Control) {
        set beresp.ttl = 0s;
    }
    # For conditional requests to the hosts, and for when these are down.
    set beresp.grace = 1d;
    set beresp.keep = 1d;
}

sub vcl_deliver {
    # Varnish does not read lists of ETags (RFC 9110, section 13.1.2).
    if (req.http.If-None-Match ~ "," && std.strstr(req.http.If-None-Match, regsub(resp.http.ETag, "^W/", ""))) {
        set req.http.If-None-Match = resp.http.ETag;
    }

    # What was kept by key is as new as at the server: so is its age, which is never longer than it is kept here.
    if (resp.http.CDN-Cache-Control) {
        unset resp.http.Age;
        set resp.http.Date = now;
        if (obj.ttl > 0s && obj.ttl < std.duration(regsub(resp.http.Cache-Control, "^.*max-age=([0-9]+).*$", "\1s"), 0s)) {
            set resp.http.Cache-Control = "public, max-age=" + std.integer(duration=obj.ttl, fallback=0);
        }
    }
    # These are for this cache alone.
    unset resp.http.xkey;
    unset resp.http.Surrogate-Key;
    unset resp.http.Cache-Tag;
    unset resp.http.CDN-Cache-Control;
    unset resp.http.X-Varnish;
    unset resp.http.Via;

    # For whoever checks.
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } else {
        set resp.http.X-Cache = "MISS";
    }
}
