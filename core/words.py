"""Sentences of the sign-in library that reach our pages, listed so that our catalogue holds them in Welsh.

The library has no Welsh of its own, and the words of our catalogue come before those of any library.
"""

from django.utils.translation import gettext_noop

LIBRARY_SENTENCES = (
    gettext_noop("A user is already registered with this email address."),
    gettext_noop("Invalid or expired key."),
    gettext_noop("The password reset token was invalid."),
    gettext_noop("You must type the same password each time."),
)
