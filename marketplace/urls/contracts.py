"""Addresses of contracts."""

from django.urls import URLPattern, path

from marketplace.views import contract_lists, contract_reports, contract_signing, contracts

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
    path("contracts/<int:pk>/sign/<int:place>/", contract_signing.contract_sign, name="contract-sign"),
]
