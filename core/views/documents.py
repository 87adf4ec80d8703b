"""Giving out a document."""

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from core.entry import entry, signed_in
from core.queries.documents import documents_visible_to
from core.services.documents import open_document
from core.views.requests import SignedIn


@entry(signed_in)
@require_safe
def document_download(request: SignedIn, pk: int) -> FileResponse:
    """The file, to save and not to show; that it was asked for is on record."""
    document = get_object_or_404(documents_visible_to(request.user), pk=pk)
    response = FileResponse(open_document(by=request.user, document=document), content_type=document.type)
    response["Content-Length"] = str(document.size)
    disposition = content_disposition_header(as_attachment=True, filename=document.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    # Whatever a browser does with it all the same, it does without our name, scripts or forms.
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
