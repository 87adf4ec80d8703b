"""The pages that open without signing in, by URL name. A page that is not here does not.

Those of our own apps also say `@entry(everyone)`; a test holds the two together.
"""

PUBLIC_PAGES = frozenset(
    {
        "health",
        "set_language",
        "account_login",
        "account_signup",
        "account_logout",
        "account_inactive",
        "account_confirm_email",
        "account_email_verification_sent",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "mfa_authenticate",
        "place-list",
        "place-detail",
        "provider-list",
        "provider-detail",
        "check-list",
        "need-list",
        "need-detail",
        "need-consultation",
        "need-principles",
        "consultation-list",
        # Whoever answered without a name comes back with a code; signing in would say who it was.
        "answer-code",
        "answer-by-code",
        "gap-list",
        "gap-table",
        "gap-export",
        "gap-cell",
        "region-detail",
        "opportunity-list",
        "opportunity-detail",
        "opportunity-export",
        "question-list",
        "contract-list",
        "contract-detail",
        "contract-export",
        "alliance-list",
        "alliance-detail",
        "alliance-text",
        "outcome-detail",
        "outcome-results",
        # The editors' pages: a page tree of its own, in which an editor may close a page.
        "wagtail_serve",
    }
)

# Open to someone signed in who has yet to set up the second factor that a role of theirs asks for.
BEFORE_SECOND_FACTOR = frozenset(
    {
        "mfa_activate_totp",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_index",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "account_email",
        "account_change_password",
    }
)
