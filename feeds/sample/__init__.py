"""The sample edition: a fictional newsroom's last two weeks, to try the server with."""
