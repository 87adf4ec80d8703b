"""Files from outside, good and bad."""
