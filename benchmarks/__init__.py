"""What pages cost, measured the same way every time: `make bench`."""
