"""Addresses of the work page, the inbox, organisations and their people, places, and the record of events."""

from django.conf import settings
from django.urls import URLPattern, path

from core.views import (
    audit,
    documents,
    holdings,
    inbox,
    leaving,
    members,
    organisations,
    place_imports,
    places,
    site,
    style_guide,
)
from core.views.work import work

urlpatterns: list[URLPattern] = [
    path("health/", site.health, name="health"),
    path("work/", work, name="work"),
    path("account/", site.account, name="account"),
    path("account/close/", leaving.account_close, name="account-close"),
    path("organisations/<int:pk>/close/", leaving.organisation_close, name="organisation-close"),
    path("account/held/", holdings.account_held, name="account-held"),
    path("account/held/<slug:kind>/", holdings.account_take, name="account-take"),
    path("organisations/<int:pk>/held/", holdings.organisation_held, name="organisation-held"),
    path("organisations/<int:pk>/held/<slug:kind>/", holdings.organisation_take, name="organisation-take"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<int:pk>/", inbox.notice_detail, name="notice-detail"),
    path("inbox/read-all/", inbox.inbox_read_all, name="inbox-read-all"),
    path("organisations/", organisations.organisation_list, name="organisation-list"),
    path("organisations/find/", organisations.organisation_find, name="organisation-find"),
    path("organisations/new/", organisations.organisation_new, name="organisation-new"),
    path("organisations/switch/", organisations.organisation_switch, name="organisation-switch"),
    path("organisations/<int:pk>/join/", organisations.organisation_join, name="organisation-join"),
    path("organisations/<int:pk>/people/", members.member_list, name="member-list"),
    path("organisations/<int:pk>/people/add/", members.member_add, name="member-add"),
    path("memberships/<int:pk>/approve/", members.membership_approve, name="membership-approve"),
    path("memberships/<int:pk>/refuse/", members.membership_refuse, name="membership-refuse"),
    path("memberships/<int:pk>/withdraw/", organisations.membership_withdraw, name="membership-withdraw"),
    path("memberships/<int:pk>/roles/", members.membership_roles, name="membership-roles"),
    path("memberships/<int:pk>/end/", members.membership_end, name="membership-end"),
    path("places/", places.place_list, name="place-list"),
    path("places/import/", place_imports.place_import_list, name="place-import-list"),
    path("places/import/new/", place_imports.place_import_new, name="place-import-new"),
    path("places/import/<int:pk>/", place_imports.place_import_detail, name="place-import-detail"),
    path("places/import/<int:pk>/apply/", place_imports.place_import_apply, name="place-import-apply"),
    path("places/import/<int:pk>/take-back/", place_imports.place_import_take_back, name="place-import-take-back"),
    path("places/<slug:kind>/<slug:slug>/", places.place_detail, name="place-detail"),
    path("documents/<int:pk>/", documents.document_download, name="document-download"),
    path("audit/", audit.audit, name="audit"),
    path("audit/<int:pk>/", audit.event_detail, name="event-detail"),
]

if settings.DEBUG:
    urlpatterns.append(path("style/", style_guide.style_guide, name="style-guide"))
