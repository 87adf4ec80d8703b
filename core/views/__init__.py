"""Pages of core, a file for each subject."""
