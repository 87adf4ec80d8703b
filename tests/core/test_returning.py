"""Whoever came for something is led on to it, and never to another site."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from core.returning import carrying, own_path

pytestmark = pytest.mark.django_db

WANTED = "/opportunities/7/bids/start/?lot=2"


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "work",
        "https://elsewhere.example.org/",
        "//elsewhere.example.org",
        "/\\elsewhere.example.org",
        "javascript:x",
    ],
)
def test_another_site_is_no_way_back(wanted):
    assert own_path(wanted) == ""
    assert own_path(WANTED) == WANTED


def test_way_back_is_carried_in_the_address_with_the_rest():
    assert carrying("/register/", "") == "/register/"
    assert carrying("/register/", "/work/?a=b", name="Q & A") == "/register/?name=Q+%26+A&next=%2Fwork%2F%3Fa%3Db"


def letter_to_new_account(wanted):
    sent = {"name": "Ann", "email": "ann@example.org", "password1": "a long enough password", "next": wanted}
    assert Client().post(reverse("account_signup"), sent).status_code == 302
    return re.search(r"https?://\S+", mail.outbox[-1].body)[0]


def test_confirming_an_address_leads_on_to_what_the_account_was_made_for():
    link = letter_to_new_account(WANTED)
    browser = Client()  # not the one in which the account was made
    shown = browser.get(link).content.decode()
    assert f'value="{WANTED}"' in shown
    confirmed = browser.post(link.partition("?")[0], {"next": WANTED})
    assert confirmed.headers["Location"] == WANTED


@pytest.mark.parametrize("wanted", ["", "https://elsewhere.example.org/"])
def test_confirming_an_address_leads_to_signing_in_where_nothing_of_ours_was_wanted(wanted):
    link = letter_to_new_account(wanted)
    assert "next" not in link
    assert Client().post(link).headers["Location"] == reverse("account_login")
