"""What feedgen lacks or gets wrong, one XML namespace a file."""
