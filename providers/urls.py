"""Addresses of registration, the public list of providers, and consortia."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from providers.models import DeclarationKind
from providers.views import (
    check_versions,
    checks,
    claim_steps,
    claims,
    consortia,
    directory,
    evidence,
    evidence_queue,
    facts,
    interest_steps,
    interests,
    invitations,
    look_ups,
    partner_notices,
    partners,
    profiles,
    register,
    registration,
    statements,
)


class DeclarationKindConverter(StringConverter):
    """One of the kinds of declaration."""

    regex = "|".join(DeclarationKind.values)


register_converter(DeclarationKindConverter, "declaration")

urlpatterns: list[URLPattern] = [
    path("register/", register.register, name="register"),
    path("organisations/<int:pk>/registration/", registration.registration_detail, name="registration-detail"),
    path("organisations/<int:pk>/registration/name/", registration.registration_name, name="registration-name"),
    path(
        "organisations/<int:pk>/registration/look-up/", look_ups.registration_look_up, name="registration-look-up"
    ),
    path("organisations/<int:pk>/registration/about/", registration.registration_about, name="registration-about"),
    path("organisations/<int:pk>/registration/areas/", registration.registration_areas, name="registration-areas"),
    path("organisations/<int:pk>/registration/needs/", registration.registration_needs, name="registration-needs"),
    path("organisations/<int:pk>/registration/details/", facts.registration_details, name="registration-details"),
    path("organisations/<int:pk>/registration/people/", facts.registration_people, name="registration-people"),
    path("organisations/<int:pk>/registration/contact/", facts.registration_contact, name="registration-contact"),
    path(
        "organisations/<int:pk>/registration/<declaration:kind>/",
        registration.declaration_form,
        name="declaration-form",
    ),
    path("organisations/<int:pk>/checks/<slug:check>/word/", statements.statement_form, name="statement-form"),
    path("organisations/<int:pk>/evidence/", evidence.evidence_list, name="evidence-list"),
    path("organisations/<int:pk>/evidence/<slug:check>/", evidence.evidence_form, name="evidence-form"),
    path("evidence/queue/", evidence_queue.evidence_queue, name="evidence-queue"),
    path("evidence/<int:pk>/", evidence_queue.evidence_detail, name="evidence-detail"),
    path("evidence/<int:pk>/verify/", evidence_queue.evidence_verify, name="evidence-verify"),
    path("evidence/<int:pk>/refuse/", evidence_queue.evidence_refuse, name="evidence-refuse"),
    path("evidence/<int:pk>/undo/", evidence_queue.evidence_undo, name="evidence-undo"),
    path("evidence/<int:pk>/withdraw/", evidence.evidence_withdraw, name="evidence-withdraw"),
    path("organisations/<int:pk>/profile/", profiles.profile_list, name="profile-list"),
    path("organisations/<int:pk>/profile/share/", profiles.profile_share, name="profile-share"),
    path("organisations/<int:pk>/profile/<int:number>/", profiles.profile_detail, name="profile-detail"),
    path("profiles/codes/<int:pk>/revoke/", profiles.share_code_revoke, name="share-code-revoke"),
    path("profiles/shared/", profiles.profile_shared, name="profile-shared"),
    path("organisations/<int:pk>/claim/", claims.claim_make, name="claim-make"),
    path("claims/", claims.claim_list, name="claim-list"),
    path("claims/<int:pk>/", claims.claim_detail, name="claim-detail"),
    path("claims/<int:pk>/accept/", claim_steps.claim_accept, name="claim-accept"),
    path("claims/<int:pk>/refuse/", claim_steps.claim_refuse, name="claim-refuse"),
    path("claims/<int:pk>/undo/", claim_steps.claim_undo, name="claim-undo"),
    path("claims/<int:pk>/withdraw/", claim_steps.claim_withdraw, name="claim-withdraw"),
    path("providers/", directory.provider_list, name="provider-list"),
    path("providers/<int:pk>/", directory.provider_detail, name="provider-detail"),
    path("checks/", checks.check_list, name="check-list"),
    path("checks/versions/", check_versions.check_version_list, name="check-version-list"),
    path("checks/versions/<int:pk>/", check_versions.check_version_detail, name="check-version-detail"),
    path("checks/versions/<int:pk>/start/", check_versions.check_version_start, name="check-version-start"),
    path("checks/versions/<int:pk>/bands/", check_versions.check_version_bands, name="check-version-bands"),
    path("checks/versions/<int:pk>/effect/", check_versions.check_version_effect, name="check-version-effect"),
    path("checks/versions/<int:pk>/publish/", check_versions.check_version_publish, name="check-version-publish"),
    path(
        "checks/versions/<int:pk>/withdraw/", check_versions.check_version_withdraw, name="check-version-withdraw"
    ),
    path("checks/versions/<int:pk>/discard/", check_versions.check_version_discard, name="check-version-discard"),
    path("checks/versions/<int:pk>/restore/", check_versions.check_version_restore, name="check-version-restore"),
    path(
        "checks/versions/<int:pk>/checks/<slug:code>/",
        check_versions.check_version_check,
        name="check-version-check",
    ),
    path("consortia/", consortia.consortium_list, name="consortium-list"),
    path("consortia/new/", consortia.consortium_form, name="consortium-form"),
    path("consortia/<int:pk>/", consortia.consortium_detail, name="consortium-detail"),
    path("consortia/<int:pk>/name/", consortia.consortium_rename, name="consortium-rename"),
    path("consortia/<int:pk>/find/", invitations.consortium_search, name="consortium-search"),
    path("consortia/<int:pk>/invite/<int:organisation>/", invitations.consortium_invite, name="consortium-invite"),
    path("consortia/places/<int:pk>/leave/", consortia.consortium_leave, name="consortium-leave"),
    path("consortia/places/<int:pk>/remove/", consortia.consortium_remove, name="consortium-remove"),
    path("consortia/invitations/<int:pk>/", invitations.invitation_detail, name="invitation-detail"),
    path("consortia/invitations/<int:pk>/accept/", invitations.invitation_accept, name="invitation-accept"),
    path("consortia/invitations/<int:pk>/decline/", invitations.invitation_decline, name="invitation-decline"),
    path(
        "consortia/invitations/<int:pk>/take-back/", invitations.invitation_take_back, name="invitation-take-back"
    ),
    path("partners/", partners.partner_list, name="partner-list"),
    path("partners/post/", partner_notices.partner_notice_post, name="partner-notice-post"),
    path("partners/<int:pk>/", partners.partner_notice, name="partner-notice"),
    path("partners/<int:pk>/change/", partner_notices.partner_notice_change, name="partner-notice-change"),
    path(
        "partners/<int:pk>/take-down/", partner_notices.partner_notice_take_down, name="partner-notice-take-down"
    ),
    path("partners/<int:pk>/renew/", partner_notices.partner_notice_renew, name="partner-notice-renew"),
    path("partners/<int:pk>/interest/", interests.interest_send, name="interest-send"),
    path("partners/introductions/", interests.interest_list, name="interest-list"),
    path("partners/introductions/<int:pk>/", interests.interest_detail, name="interest-detail"),
    path("partners/introductions/<int:pk>/accept/", interest_steps.interest_accept, name="interest-accept"),
    path("partners/introductions/<int:pk>/decline/", interest_steps.interest_decline, name="interest-decline"),
    path("partners/introductions/<int:pk>/withdraw/", interest_steps.interest_withdraw, name="interest-withdraw"),
    path(
        "partners/introductions/<int:pk>/together/<int:organisation>/",
        interest_steps.interest_together,
        name="interest-together",
    ),
]
