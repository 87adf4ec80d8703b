"""Addresses of case figures, of the table of gaps, and of a region at a glance."""

from django.urls import URLPattern, path

from marketplace.views import assessment_imports, gaps, regions

urlpatterns: list[URLPattern] = [
    path("needs/gaps/", gaps.gap_list, name="gap-list"),
    path("needs/gaps/<slug:slug>/", gaps.gap_table_page, name="gap-table"),
    path("needs/gaps/<slug:slug>/download/", gaps.gap_export, name="gap-export"),
    path("needs/gaps/<slug:slug>/<slug:area>/<slug:kind>/", gaps.gap_cell, name="gap-cell"),
    path("needs/figures/", assessment_imports.assessment_import_list, name="assessment-import-list"),
    path("needs/figures/new/", assessment_imports.assessment_import_create, name="assessment-import-create"),
    path("needs/figures/<int:pk>/", assessment_imports.assessment_import_detail, name="assessment-import-detail"),
    path(
        "needs/figures/<int:pk>/confirm/",
        assessment_imports.assessment_import_confirm,
        name="assessment-import-confirm",
    ),
    path(
        "needs/figures/<int:pk>/discard/",
        assessment_imports.assessment_import_discard,
        name="assessment-import-discard",
    ),
    path(
        "needs/figures/<int:pk>/take-back/",
        assessment_imports.assessment_import_take_back,
        name="assessment-import-take-back",
    ),
    path("regions/<slug:slug>/", regions.region_detail, name="region-detail"),
]
