"""Rows for tests, a file for each app; the shortest life-like thing that the constraints allow."""
