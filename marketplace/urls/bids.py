"""Addresses of bids."""

from django.urls import URLPattern, path

from marketplace.views import (
    bid_answers,
    bid_checks,
    bid_comments,
    bid_costs,
    bid_decisions,
    bid_partners,
    bid_profiles,
    bid_writing,
    bids,
    covers,
)

urlpatterns: list[URLPattern] = [
    path("opportunities/<int:pk>/bids/start/", bids.bid_start, name="bid-start"),
    path("bids/", bids.bid_list, name="bid-list"),
    path("bids/<int:pk>/", bids.bid_detail, name="bid-detail"),
    path("bids/<int:pk>/read/", bids.bid_read, name="bid-read"),
    path("bids/<int:pk>/questions/<int:number>/", bid_answers.bid_answer, name="bid-answer"),
    path("bids/<int:pk>/questions/<int:number>/open/", bid_answers.bid_answer_writing, name="bid-answer-writing"),
    path(
        "bids/<int:pk>/questions/<int:number>/earlier/", bid_answers.bid_answer_history, name="bid-answer-history"
    ),
    path("bids/<int:pk>/questions/<int:number>/writer/", bid_answers.bid_answer_writer, name="bid-answer-writer"),
    path("bids/<int:pk>/costs/", bid_costs.bid_costs, name="bid-costs"),
    path("bids/<int:pk>/costs/open/", bid_costs.bid_costs_open, name="bid-costs-open"),
    path("bids/<int:pk>/costs/<int:number>/remove/", bid_costs.bid_cost_remove, name="bid-cost-remove"),
    path("bids/<int:pk>/comments/", bid_comments.bid_comments, name="bid-comments"),
    path("bids/comments/<int:pk>/settle/", bid_comments.bid_comment_settle, name="bid-comment-settle"),
    path("bids/comments/<int:pk>/reopen/", bid_comments.bid_comment_reopen, name="bid-comment-reopen"),
    path("bids/comments/<int:pk>/delete/", bid_comments.bid_comment_delete, name="bid-comment-delete"),
    path("bids/<int:pk>/profiles/<int:organisation>/", bid_profiles.bid_profile, name="bid-profile"),
    path("bids/<int:pk>/consortium/", bid_writing.bid_consortium, name="bid-consortium"),
    path("bids/<int:pk>/partners/", bid_partners.bid_partners, name="bid-partners"),
    path("bids/<int:pk>/members/", bid_writing.bid_members, name="bid-members"),
    path("bids/<int:pk>/checks/", bid_checks.bid_checks, name="bid-checks"),
    path("bids/<int:pk>/covers/<int:member>/<slug:check>/", covers.cover_ask, name="cover-ask"),
    path("covers/", covers.cover_list, name="cover-list"),
    path("covers/<int:pk>/", covers.cover_detail, name="cover-detail"),
    path("covers/<int:pk>/sign/", covers.cover_sign, name="cover-sign"),
    path("covers/<int:pk>/decline/", covers.cover_decline, name="cover-decline"),
    path("covers/<int:pk>/withdraw/", covers.cover_withdraw, name="cover-withdraw"),
    path("bids/<int:pk>/price/", bid_writing.bid_price, name="bid-price"),
    path("bids/<int:pk>/ask-consent/", bid_decisions.bid_ask_consent, name="bid-ask-consent"),
    path("bids/<int:pk>/consent/", bid_decisions.bid_consent, name="bid-consent"),
    path("bids/<int:pk>/consent/take-back/", bid_decisions.bid_take_back_consent, name="bid-take-back-consent"),
    path("bids/<int:pk>/submit/", bid_decisions.bid_submit, name="bid-submit"),
    path("bids/<int:pk>/receipt/", bid_decisions.bid_receipt, name="bid-receipt"),
    path("bids/<int:pk>/receipt/content/", bid_decisions.bid_content, name="bid-content"),
    path("bids/<int:pk>/withdraw/", bid_decisions.bid_withdraw, name="bid-withdraw"),
]
