"""Feeds of every format, written for tests by the words of their specifications. Each tells of the same two entries, as well
as its format can.
"""

HARBOUR = "https://agency.example/2023/harbour"
FERRY = "https://agency.example/2023/ferry"

RSS_091 = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91">
<channel>
<title>The Agency</title><link>https://agency.example/</link><description>News</description><language>en-gb</language>
<copyright>&copy; The Agency</copyright>
<item><title>Harbour&nbsp;reopens</title><link>https://agency.example/2023/harbour</link>
<description>The first boat left at dawn &amp; came back.</description></item>
<item><title>Caf&eacute; on a ferry</title><link>https://agency.example/2023/ferry</link>
<description>Coffee is served.</description></item>
</channel>
</rss>
"""

RSS_092 = """<?xml version="1.0"?>
<rss version="0.92">
<channel>
<title>The Agency</title><link>https://agency.example/</link><description>News</description>
<item>
<title>Harbour reopens</title><link>https://agency.example/2023/harbour</link>
<description>&lt;p&gt;The first boat left at &lt;a href="/dawn"&gt;dawn&lt;/a&gt; &amp;amp; came back.&lt;/p&gt;</description>
<category domain="https://agency.example/topics">World news</category><category>Storms</category>
<enclosure url="https://agency.example/boat.mp3" length="1234" type="audio/mpeg"/>
<source url="https://wire.example/rss">The Wire</source>
</item>
<item><title>Café on a ferry</title><link>https://agency.example/2023/ferry</link>
<description>Coffee is served.</description></item>
</channel>
</rss>
"""

RSS_1 = """<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel rdf:about="https://agency.example/rss"><title>The Agency</title><link>https://agency.example/</link>
<description>News</description><dc:rights>© The Agency</dc:rights><items><rdf:Seq>
<rdf:li rdf:resource="https://agency.example/2023/harbour"/><rdf:li rdf:resource="urn:agency:ferry"/></rdf:Seq></items>
</channel>
<item rdf:about="https://agency.example/2023/harbour"><title>Harbour reopens</title>
<link>https://agency.example/2023/harbour</link><description>The harbour is open.</description>
<content:encoded><![CDATA[<p>The first boat left at <a href="/dawn">dawn</a> &amp; came back.</p>]]></content:encoded>
<dc:creator>Jane Doe</dc:creator><dc:creator>A. Reporter</dc:creator><dc:date>2023-03-22T08:00:00+01:00</dc:date>
<dc:subject>World news</dc:subject><dc:subject>Storms</dc:subject></item>
<item rdf:about="urn:agency:ferry"><title>Café on a ferry</title><link>https://agency.example/2023/ferry</link></item>
</rdf:RDF>
"""

RSS_2 = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">
<channel>
<title>The Agency</title><link>https://agency.example/</link><description>News</description><language>fr-FR</language>
<atom:link href="https://agency.example/rss" rel="self" type="application/rss+xml"/>
<copyright>© The Agency</copyright><managingEditor>desk@agency.example</managingEditor>
<item>
<media:content url="/boat.jpg" type="image/jpeg" width="1200" height="800" fileSize="98765" medium="image">
<media:title>A boat</media:title><media:description>The first boat, at dawn</media:description>
<media:credit role="photographer">P. Hotographer</media:credit></media:content>
<media:content url="https://agency.example/boat.mp4" type="video/mp4" fileSize="5"/>
<media:thumbnail url="/small.jpg"/>
<title>Harbour reopens</title><link>https://agency.example/2023/harbour</link>
<guid isPermaLink="false">agency-1</guid><pubDate>Wed, 22 Mar 2023 08:00:00 +0100</pubDate>
<atom:updated>2023-03-22T09:30:00Z</atom:updated>
<dc:creator>Jane Doe</dc:creator><author>desk@agency.example (A. Reporter)</author>
<description>The harbour is open.</description>
<content:encoded><![CDATA[<p>The first boat left at <a href="/dawn">dawn</a> &amp; came back.</p>
<script>alert(1)</script>]]></content:encoded>
<itunes:summary>Not the body</itunes:summary>
<category>World news</category><category>Storms</category>
<enclosure url="https://agency.example/boat.mp3" length="1234" type="audio/mpeg"/>
<source url="https://wire.example/rss">The Wire</source>
</item>
<item><title>Café on a ferry</title><guid>https://agency.example/2023/ferry</guid>
<description>Coffee is served.</description><enclosure url="/ferry.png" length="77" type="image/png"/>
<itunes:image href="https://agency.example/cover.png"/></item>
</channel>
</rss>
"""

ATOM_03 = """<?xml version="1.0" encoding="utf-8"?>
<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="en">
<title>The Agency</title><link rel="alternate" type="text/html" href="https://agency.example/"/>
<modified>2023-03-22T09:30:00Z</modified><copyright>© The Agency</copyright><author><name>Jane Doe</name></author>
<entry><title>Harbour reopens</title><link rel="alternate" type="text/html" href="https://agency.example/2023/harbour"/>
<id>tag:agency.example,2023:1</id><issued>2023-03-22T08:00:00+01:00</issued><modified>2023-03-22T09:30:00Z</modified>
<summary>The harbour is open.</summary>
<content type="text/html" mode="escaped">
&lt;p&gt;The first boat left at &lt;a href="/dawn"&gt;dawn&lt;/a&gt; &amp;amp; came back.&lt;/p&gt;
</content></entry>
<entry><title>Café on a ferry</title><link rel="alternate" type="text/html" href="https://agency.example/2023/ferry"/>
<id>tag:agency.example,2023:2</id><modified>2023-03-21T09:30:00Z</modified></entry>
</feed>
"""

ATOM_1 = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xml:lang="sw"
 xml:base="https://agency.example/">
<title>The Agency</title><link href="/"/><link rel="self" href="/atom"/><id>urn:agency</id>
<updated>2023-03-22T09:30:00Z</updated><rights>© The Agency</rights>
<author><name>Jane Doe</name><uri>https://agency.example/jane</uri><email>jane@agency.example</email></author>
<entry xml:base="/2023/"><title type="html">Harbour &lt;i>reopens&lt;/i></title><link href="harbour"/>
<link rel="enclosure" href="/boat.mp3" type="audio/mpeg" length="1234"/>
<id>urn:agency:1</id><published>2023-03-22T08:00:00.25+01:00</published><updated>2023-03-22T09:30:00Z</updated>
<summary>The harbour is open.</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
<p>The first boat left at <a href="../dawn">dawn</a> &amp; came back.</p></div></content>
<category term="world" label="World news"/><category term="Storms"/>
<source><id>urn:wire</id><title>The Wire</title><link href="https://wire.example/"/><rights>© The Wire</rights>
<updated>2023-03-22T07:00:00Z</updated></source></entry>
<entry><title>Café on a ferry</title><link href="/2023/ferry"/><id>urn:agency:2</id><updated>2023-03-21T09:30:00Z</updated>
<author><name>A. Reporter</name></author><content>Coffee is served.

Twice &lt; thrice.</content></entry>
</feed>
"""

JSON_1 = """{
"version": "https:\\/\\/jsonfeed.org\\/version\\/1", "title": "The Agency", "home_page_url": "https://agency.example/",
"author": {"name": "Jane Doe", "url": "https://agency.example/jane"},
"items": [
{"id": 1, "url": "/2023/harbour", "title": "Harbour reopens", "summary": "The harbour is open.",
"content_html": "<p>The first boat left at <a href=\\"/dawn\\">dawn</a> &amp; came back.</p>",
"date_published": "2023-03-22T08:00:00+01:00", "date_modified": "2023-03-22T09:30:00Z",
"tags": ["World news", "Storms"], "image": "/boat.jpg",
"attachments": [{"url": "/boat.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 1234}]},
{"id": "2", "url": "https://agency.example/2023/ferry", "title": "Café on a ferry",
"content_text": "Coffee is served.\\n\\nTwice < thrice."}
]}
"""

JSON_11 = (
    JSON_1.replace("version\\/1", "version\\/1.1")
    .replace('"author": {', '"language": "sw", "authors": [{')
    .replace('jane"},', 'jane"}],')
)
