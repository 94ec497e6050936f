"""`dateline redirect`: by hand, and thousands from a file of another's making."""

from tests.cli.conftest import CommandLine


def test_add_list_remove(dateline: CommandLine) -> None:
    ran = dateline("redirect", "add", "/old", "/search?q=x")
    assert (ran.code, ran.out) == (0, "/old/ leads to /search?q=x\n")
    dateline("redirect", "add", "/?p=7", "https://x.example/")
    ran = dateline("redirect", "list")
    assert (ran.code, ran.out) == (0, "old,new\n/?p=7,https://x.example/\n/old/,/search?q=x\n")
    assert dateline("redirect", "remove", "/old").code == 0
    ran = dateline("redirect", "remove", "/old")
    assert (ran.code, "dateline redirect list" in ran.fault) == (1, True)
    ran = dateline("redirect", "add", "/feed.rss", "/x/")
    assert (ran.code, "the site's own" in ran.fault) == (1, True)
    ran = dateline("redirect", "add", "/a", "ftp://x")
    assert (ran.code, "new" in ran.fault) == (1, True)


def test_a_file_of_a_plugin(dateline: CommandLine) -> None:
    lines = [
        "source,target,regex,code,type,hits,title,status",
        '/old-story/,https://news.example/section/world/,0,301,url,12,"A, title",active',
        "https://old.example/about.php?id=3,/contact/,0,301,url,0,,active",
        "^/blog/(.*),/$1,1,301,url,0,,active",
        "/gone/,,0,410,url,0,,active",
        "/feed.rss,/x/,0,301,url,0,,active",
        "/loop/,/loop/,0,301,url,0,,active",
        "",
    ]
    (dateline.folder / "redirects.csv").write_text("\ufeff" + "\n".join(lines))
    ran = dateline("redirect", "import", "redirects.csv")
    assert ran.code == 0
    assert ran.out.startswith(
        "Redirects: 2 added, 0 changed, 0 unchanged\n  refused (4):\n    line 4, ^/blog/(.*): it is a pattern"
    )
    for number, why in ((5, "it leads nowhere"), (6, "a page of the site's own"), (7, "leads back to")):
        assert f"line {number}, " in ran.out
        assert why in ran.out
    listed = dateline("redirect", "list").out
    assert "/about.php?id=3,/contact/\n" in listed
    (dateline.folder / "again.csv").write_text(listed)
    assert dateline("redirect", "import", "again.csv").out == "Redirects: 0 added, 0 changed, 2 unchanged\n"


def test_a_file_of_yoasts_or_of_nobodys(dateline: CommandLine, alone: CommandLine) -> None:
    (dateline.folder / "a.csv").write_text("Origin,Target,Type,Format\nold-a,new-a,301,plain\n(x),y,301,regex\n")
    assert "1 added" in dateline("redirect", "import", "a.csv").out
    ran = alone("redirect", "import", "-", stdin=b"/old-b,/new-b\n")
    assert "1 added" in ran.out
    assert dateline("redirect", "list").out == "old,new\n/old-a/,/new-a/\n/old-b/,/new-b/\n"
    ran = dateline("redirect", "import", "-", stdin=b"/feed.rss,/new-b\n")
    assert ran.code == 1
