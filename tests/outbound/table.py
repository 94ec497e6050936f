"""The guard's cases: what a stranger may write to be led into the newsroom's own network, in every disguise that is known.

A row is what is written, what it stands for, and whether a request may go there. A new disguise is a new row.
"""

from typing import NamedTuple


class Address(NamedTuple):
    """As a name server answers."""

    written: str
    is_public: bool
    why: str


class Host(NamedTuple):
    """As it stands in a URL: with brackets, a user, a port, whatever somebody thinks of."""

    written: str
    answer: tuple[str, ...] | None
    """The name server's; None: the system reads it as it would itself."""
    why: str


ADDRESSES = (
    Address("1.1.1.1", True, "public"),
    Address("8.8.8.8", True, "public"),
    Address("9.255.255.255", True, "before 10.0.0.0/8"),
    Address("11.0.0.0", True, "after it"),
    Address("100.63.255.255", True, "before 100.64.0.0/10"),
    Address("100.128.0.0", True, "after it"),
    Address("126.255.255.255", True, "before 127.0.0.0/8"),
    Address("128.0.0.0", True, "after it"),
    Address("169.253.255.255", True, "before 169.254.0.0/16"),
    Address("169.255.0.0", True, "after it"),
    Address("172.15.255.255", True, "before 172.16.0.0/12"),
    Address("172.32.0.0", True, "after it"),
    Address("192.167.255.255", True, "before 192.168.0.0/16"),
    Address("192.169.0.0", True, "after it"),
    Address("223.255.255.255", True, "before multicast"),
    Address("168.63.129.15", True, "beside Azure's"),
    Address("2606:4700::1111", True, "public"),
    Address("2001:4860:4860::8888", True, "public"),
    Address("2a00:1450:4001::1", True, "public"),
    Address("::ffff:8.8.8.8", True, "mapped, of a public one"),
    Address("64:ff9b::808:808", True, "by NAT64, of a public one"),
    Address("2002:808:808::1", True, "by 6to4, of a public one"),
    Address("0.0.0.0", False, "this host"),
    Address("0.1.2.3", False, "this network"),
    Address("10.0.0.1", False, "private (RFC 1918)"),
    Address("10.255.255.255", False, "private"),
    Address("100.64.0.1", False, "a carrier's (RFC 6598)"),
    Address("100.100.100.200", False, "Alibaba's metadata"),
    Address("100.127.255.255", False, "a carrier's"),
    Address("127.0.0.1", False, "loopback"),
    Address("127.255.255.254", False, "loopback, all of it"),
    Address("168.63.129.16", False, "Azure's machines' secrets"),
    Address("169.254.169.254", False, "metadata of most clouds"),
    Address("169.254.170.2", False, "credentials of Amazon's containers"),
    Address("172.16.0.1", False, "private"),
    Address("172.31.255.255", False, "private"),
    Address("192.0.0.192", False, "Oracle's metadata, once"),
    Address("192.0.2.1", False, "documentation"),
    Address("192.88.99.1", False, "relays of 6to4"),
    Address("192.168.1.1", False, "private"),
    Address("198.18.0.1", False, "benchmarks"),
    Address("198.51.100.1", False, "documentation"),
    Address("203.0.113.1", False, "documentation"),
    Address("224.0.0.1", False, "multicast"),
    Address("239.255.255.255", False, "multicast"),
    Address("240.0.0.1", False, "reserved"),
    Address("255.255.255.255", False, "broadcast"),
    Address("::", False, "this host"),
    Address("::1", False, "loopback"),
    Address("::7f00:1", False, "compatible (RFC 4291, 2.5.5.1), of loopback"),
    Address("::127.0.0.1", False, "the same"),
    Address("::ffff:127.0.0.1", False, "mapped, of loopback"),
    Address("::ffff:a9fe:a9fe", False, "mapped, of metadata"),
    Address("::ffff:0:127.0.0.1", False, "translated (RFC 2765), of loopback"),
    Address("64:ff9b::7f00:1", False, "by NAT64 (RFC 6052), of loopback"),
    Address("64:ff9b::a9fe:a9fe", False, "by NAT64, of metadata"),
    Address("64:ff9b:1::7f00:1", False, "by a network's own NAT64 (RFC 8215)"),
    Address("64:ff9b:1::808:808", False, "the same, whatever it stands for there"),
    Address("2002:7f00:1::", False, "by 6to4 (RFC 3056), of loopback"),
    Address("2002:a9fe:a9fe::", False, "by 6to4, of metadata"),
    Address("2002:a00:1::1", False, "by 6to4, of a private one"),
    Address("2002:c0a8:101::1", False, "by 6to4, of a private one"),
    Address("2001::1", False, "Teredo (RFC 4380)"),
    Address("2001:0:4136:e378:8000:63bf:3fff:fdd2", False, "Teredo"),
    Address("2001:10::1", False, "ORCHID"),
    Address("2001:20::1", False, "ORCHIDv2"),
    Address("2001:db8::1", False, "documentation"),
    Address("3fff::1", False, "documentation (RFC 9637)"),
    Address("100::1", False, "discarded (RFC 6666)"),
    Address("5f00::1", False, "segment routing (RFC 9602)"),
    Address("fc00::1", False, "unique local"),
    Address("fd00:ec2::254", False, "Amazon's metadata"),
    Address("fe80::1", False, "link-local"),
    Address("fe80::1%eth0", False, "link-local, with a scope"),
    Address("fe80::a9fe:a9fe%25eth0", False, "link-local, with a scope as URLs write it"),
    Address("fec0::1", False, "site-local, once"),
    Address("ff02::1", False, "multicast"),
    Address("4000::1", False, "nobody's"),
)

HOSTS = (
    Host("127.0.0.1", None, "as it is"),
    Host("2130706433", None, "decimal"),
    Host("0x7f000001", None, "hexadecimal"),
    Host("0X7F000001", None, "in capitals"),
    Host("017700000001", None, "octal"),
    Host("0x7f.1", None, "hexadecimal and short"),
    Host("0x7f.0x0.1", None, "of three parts"),
    Host("0177.0.0.0x1", None, "each part otherwise"),
    Host("127.1", None, "short"),
    Host("127.0.1", None, "short"),
    Host("127.000.000.001", None, "with zeros"),
    Host("127.0.0.1.", None, "with a dot at its end"),
    Host("0", None, "this host"),
    Host("0x0", None, "this host"),
    Host("0.0.0.0", None, "this host"),
    Host("localhost", None, "by name"),
    Host("LOCALHOST", None, "in capitals"),
    Host("localhost.", None, "with a dot at its end"),
    Host("127。0。0。1", None, "dots of another script (UTS 46)"),
    Host("127．0．0．1", None, "wide dots"),
    Host("127｡0｡0｡1｡", None, "half-wide dots"),
    Host("１２７.０.０.１", None, "wide digits"),
    Host("①②⑦.⓪.⓪.①", None, "digits in circles"),
    Host("ⓛocalhost", None, "a letter in a circle"),
    Host("local\u00adhost", None, "a soft hyphen within"),
    Host("127.0.0.1%00.example", None, "an end within"),
    Host("%31%32%37.0.0.1", None, "percent-encoded"),
    Host("[::1]", None, "loopback"),
    Host("[::]", None, "this host"),
    Host("[0:0:0:0:0:0:0:1]", None, "written out"),
    Host("[::127.0.0.1]", None, "compatible"),
    Host("[::ffff:127.0.0.1]", None, "mapped"),
    Host("[::ffff:7f00:1]", None, "mapped, hexadecimal"),
    Host("[0:0:0:0:0:ffff:127.0.0.1]", None, "mapped, written out"),
    Host("[64:ff9b::7f00:1]", None, "by NAT64"),
    Host("[2002:7f00:1::1]", None, "by 6to4"),
    Host("[fe80::1%25lo]", None, "with a scope"),
    Host("[fe80::1%lo]", None, "with a scope"),
    Host("169.254.169.254", None, "metadata"),
    Host("2852039166", None, "metadata, decimal"),
    Host("0xa9fea9fe", None, "metadata, hexadecimal"),
    Host("0251.0376.0251.0376", None, "metadata, octal"),
    Host("[::ffff:169.254.169.254]", None, "metadata, mapped"),
    Host("[fd00:ec2::254]", None, "metadata by IPv6"),
    Host("192.168.1.1", None, "private"),
    Host("user@127.0.0.1", None, "a user before it"),
    Host("public.example@127.0.0.1", None, "a host as the user"),
    Host("public.example:80@127.0.0.1", None, "a host and port as the user"),
    Host("public.example\\@127.0.0.1", None, "what browsers read as a path"),
    Host("public.example%2f@127.0.0.1", None, "a path as the user"),
    Host("inside.example", ("127.0.0.1",), "a name of it"),
    Host("INSIDE.example", ("127.0.0.1",), "in capitals"),
    Host("inside.example.", ("127.0.0.1",), "with a dot at its end"),
    Host("bücher.example", ("127.0.0.1",), "an IDN"),
    Host("xn--bcher-kva.example", ("127.0.0.1",), "the same as ASCII"),
    Host("127.0.0.1.nip.example", ("127.0.0.1",), "a name that says so"),
    Host("metadata.google.internal", ("169.254.169.254",), "metadata by name"),
    Host("both.example", ("8.8.8.8", "127.0.0.1"), "one of two"),
    Host("last.example", ("2606:4700::1111", "8.8.8.8", "::1"), "the last of three"),
    Host("mapped.example", ("::ffff:127.0.0.1",), "a name of a mapped one"),
    Host("nat.example", ("64:ff9b::7f00:1",), "a name of one by NAT64"),
    Host("scoped.example", ("fe80::1%lo",), "a name of one with a scope"),
    Host("nonsense.example", ("not an address",), "no address"),
    Host("none.example", (), "no address at all"),
)
"""None of them may be reached, over whatever port and scheme."""

PORTS = (0, 1, 7, 19, 22, 23, 25, 53, 79, 110, 111, 143, 389, 465, 587, 993, 2049, 6000, 6667, 10080, 65536, 99999)
"""At a public address, none of these is asked: what listens there speaks another protocol."""

SCHEMES = (
    "file:///etc/passwd", "ftp://public.example/", "gopher://public.example:70/_x", "dict://public.example:2628/d", "data:,x",
    "javascript:1", "unix:///run/x.sock", "ws://public.example/", "//public.example/", "public.example", "http:", "http:///x",
    "http://", "https://?x", "", "http://[::1", "http://public.example/\r\nX: y", "http://public.example\t/",
)  # fmt: skip
"""No URLs of the web."""
