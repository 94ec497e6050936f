"""WordPress sites that run, read by their REST API.

What the API says is kept on a shelf, a file of its own, so that a reading that ends early goes on where it was; and it is written
down as the export that WordPress would make of it: an export and its site are one thing to all that follows.
"""
