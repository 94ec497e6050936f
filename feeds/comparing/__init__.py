"""What each subscriber of the old site would see after the move, and before it: its feeds and addresses beside this server's."""
