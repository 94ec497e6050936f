"""What is served over HTTP: public feeds, pages, the management API."""
