"""Makes the first person of a new installation."""

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.forms import ValidationError
from django.urls import reverse

from core.access import Refused
from core.models.people import User
from core.services.organisations import create_operator


class Command(BaseCommand):
    """Sets up who runs this service, with its first administrator; once for each installation."""

    help = "Make the organisation that runs this service and its first administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who runs the service and who begins."""
        parser.add_argument("--organisation", required=True, help="the name of whoever runs this service")
        parser.add_argument("--name", required=True, help="the full name of its first administrator")
        parser.add_argument("--email", required=True, help="the address the administrator signs in with")

    def handle(self, *args: Any, organisation: str, name: str, email: str, **options: Any) -> None:
        """The two are there, and the link to set a password is on the screen."""
        try:
            validate_email(email.strip())
            person = create_operator(name=organisation, email=email, person_name=name)
        except ValidationError as error:
            raise CommandError(f"{email} is no email address.") from error
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{organisation} runs this service, and {person.email} is its administrator.")
        if not person.has_usable_password():
            self.stdout.write(f"Set a password here, once: {_link(person)}")


def _link(person: User) -> str:
    """The same address that a letter about a forgotten password has."""
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    uid, _dash, token = key.partition("-")
    return settings.SITE_URL + reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
