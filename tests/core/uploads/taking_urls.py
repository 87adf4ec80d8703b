"""A page with a box for a document, for the tests of what browsers send."""

from django.http import HttpResponse, JsonResponse
from django.urls import path

from config.urls import urlpatterns as own
from core.entry import entry, signed_in
from core.forms import Form, TextField, submitted
from core.uploads import DocumentField, takes_files


class PaperForm(Form):
    words = TextField(label="Words")
    file = DocumentField(label="Document")


@entry(signed_in)
@takes_files()
def paper(request):
    form = submitted(PaperForm, request)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors, "words": form["words"].value()}, status=422)
    return HttpResponse(form.cleaned_data["file"].name)


urlpatterns = [path("paper/", paper, name="paper"), *own]
