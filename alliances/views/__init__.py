"""Pages, a file for each subject."""
