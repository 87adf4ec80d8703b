"""Filter forms drawn for the next reader: never with what is offered to somebody else."""

from django import forms
from django.utils import translation

from core.forms import Form
from core.forms.drawn import DrawnOnce


class Filters(DrawnOnce, Form):
    """One list, offered as it is given."""

    place = forms.ChoiceField(required=False)

    def __init__(self, choices, **kwargs):
        super().__init__(**kwargs)
        self.fields["place"].choices = choices


NORTH, SOUTH = [("1", "North")], [("2", "South")]


def test_same_form_offering_the_same_is_drawn_once():
    assert Filters(NORTH).drawn_as == Filters(list(NORTH)).drawn_as


def test_form_that_offers_something_else_is_another():
    grouped = [("Region", NORTH)]
    drawn = {
        Filters(choices).drawn_as for choices in (NORTH, SOUTH, [("1", "Nord")], grouped, [("Region", SOUTH)])
    }
    assert len(drawn) == 5


def test_form_that_holds_something_else_is_another():
    assert Filters(NORTH, initial={"place": "1"}).drawn_as != Filters(NORTH).drawn_as


def test_form_in_another_language_is_another():
    english = Filters(NORTH).drawn_as
    with translation.override("cy"):
        assert Filters(NORTH).drawn_as != english
