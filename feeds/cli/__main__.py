"""`python -m feeds.cli`."""

from feeds.cli.app import main

if __name__ == "__main__":
    main()
