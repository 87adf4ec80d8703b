"""Documents that somebody gave."""

import io

from core.models import Document, Organisation, User
from core.services.documents import keep_document
from core.uploads import check_file
from tests.factories.files import GOOD


def document(by: User, organisation: Organisation, name: str = "policy.pdf", content: bytes = b"") -> Document:
    """A small PDF of the organisation's, unless told otherwise."""
    checked = check_file(io.BytesIO(content or GOOD["policy.pdf"]), name)
    return keep_document(by=by, organisation=organisation, checked=checked)
