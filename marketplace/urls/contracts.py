"""Addresses of contracts and their variations."""

from django.urls import URLPattern, path

from marketplace.views import (
    contract_lists,
    contract_reports,
    contract_signing,
    contracts,
    variation_signing,
    variations,
)

urlpatterns: list[URLPattern] = [
    path("contracts/", contract_lists.contract_list, name="contract-list"),
    path("contracts/export/", contract_lists.contract_export, name="contract-export"),
    path("contracts/from-award/<int:award>/", contracts.contract_create, name="contract-create"),
    path("contracts/<int:pk>/", contracts.contract_detail, name="contract-detail"),
    path("contracts/<int:pk>/text/", contracts.contract_text, name="contract-text"),
    path("contracts/<int:pk>/edit/", contracts.contract_edit, name="contract-edit"),
    path("contracts/<int:pk>/years/", contracts.contract_years, name="contract-years"),
    path("contracts/<int:pk>/contacts/", contracts.contract_contacts, name="contract-contacts"),
    path("contracts/<int:pk>/documents/new/", contracts.contract_document_add, name="contract-document-add"),
    path(
        "contracts/<int:pk>/documents/<int:place>/remove/",
        contracts.contract_document_remove,
        name="contract-document-remove",
    ),
    path(
        "contracts/<int:pk>/ask-signatures/",
        contract_signing.contract_ask_signatures,
        name="contract-ask-signatures",
    ),
    path("contracts/<int:pk>/take-back/", contract_signing.contract_take_back, name="contract-take-back"),
    path("contracts/<int:pk>/terminate/", contract_signing.contract_terminate, name="contract-terminate"),
    path(
        "contracts/<int:pk>/reports/new/", contract_reports.contract_report_create, name="contract-report-create"
    ),
    path("contracts/reports/<int:pk>/", contract_reports.contract_report, name="contract-report"),
    path("contracts/reports/<int:pk>/edit/", contract_reports.contract_report_edit, name="contract-report-edit"),
    path("contracts/<int:pk>/variations/new/", variations.variation_create, name="variation-create"),
    path("contracts/variations/<int:pk>/", variations.variation_detail, name="variation-detail"),
    path("contracts/variations/<int:pk>/text/", variations.variation_text, name="variation-text"),
    path("contracts/variations/<int:pk>/agree/<int:place>/", variations.variation_agree, name="variation-agree"),
    path(
        "contracts/variations/<int:pk>/refuse/<int:place>/", variations.variation_refuse, name="variation-refuse"
    ),
    path("contracts/variations/<int:pk>/withdraw/", variations.variation_withdraw, name="variation-withdraw"),
    path(
        "contracts/variations/<int:pk>/sign/<int:place>/", variation_signing.variation_sign, name="variation-sign"
    ),
    path("contracts/variations/<int:pk>/notice/", variation_signing.variation_notice, name="variation-notice"),
    path(
        "contracts/variations/<int:pk>/notice/data/",
        variations.variation_notice_data,
        name="variation-notice-data",
    ),
    path("contracts/<int:pk>/sign/<int:place>/", contract_signing.contract_sign, name="contract-sign"),
]
