"""The real WordPress of Debian, as an old site to move from: server.py runs it, and in site.py a newsroom writes in it."""
