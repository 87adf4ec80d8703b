"""Telling people, with the change or not at all; once by e-mail, whatever breaks."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.template import TemplateDoesNotExist
from django.utils import timezone

from core import notices
from core.models import Notice, Organisation
from core.queries.notices import notices_visible_to, unread_count
from tests.factories.core import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

KIND = "core/membership_requested"


class BrokenBackend(EmailBackend):
    """A mail server that is away."""

    def send_messages(self, messages):
        raise OSError("the mail server is away")


class HalfBrokenBackend(EmailBackend):
    """A mail server that does not know one address."""

    def send_messages(self, messages):
        if any("nowhere@example.org" in message.to for message in messages):
            raise OSError("no such address")
        return super().send_messages(messages)


BROKEN, HALF_BROKEN = f"{__name__}.BrokenBackend", f"{__name__}.HalfBrokenBackend"


def sent_to(*people, **context):
    values = {"applicant": "Ada Lovelace", "organisation": "Hope House", "message": "", **context}
    return notices.send(KIND, to=people, context=values, url="/organisations/1/people/")


def test_notice_is_in_the_inbox_and_in_the_post(django_capture_on_commit_callbacks):
    person = UserFactory()
    with django_capture_on_commit_callbacks(execute=True):
        sent_to(person)
    notice = Notice.objects.get(recipient=person)
    (letter,) = mail.outbox
    assert letter.to == [person.email]
    assert letter.subject == notice.subject
    assert notice.body in letter.body
    assert "http://127.0.0.1:8000/organisations/1/people/" in letter.body
    assert notice.emailed_at is not None


def test_notice_is_written_to_each_person_once():
    ada, grace = UserFactory(), UserFactory()
    written = sent_to(ada, grace, ada)
    assert [notice.recipient for notice in written] == [ada, grace]
    assert Notice.objects.count() == 2


def test_notice_is_written_in_the_language_of_its_reader(tmp_path, settings):
    folder = tmp_path / "core" / "notices"
    folder.mkdir(parents=True)
    (folder / "spoken.txt").write_text("{% get_current_language as now %}{{ now }}\n{{ now }}")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    welsh, english = UserFactory(language="cy"), UserFactory()
    written = notices.send("core/spoken", to=[welsh, english])
    assert [notice.subject for notice in written] == ["cy", "en-gb"]


def test_notice_keeps_names_as_they_are_written():
    (notice,) = sent_to(UserFactory(), organisation="Smith & Sons' <Trust>", message='We "help" & <listen>')
    assert "Smith & Sons' <Trust>" in notice.subject + notice.body
    assert 'We "help" & <listen>' in notice.body


def test_notice_subject_is_one_line_that_fits():
    (notice,) = sent_to(UserFactory(), applicant="A\r\nBcc: all@example.org" + "a" * 300)
    assert "\n" not in notice.subject
    assert "\r" not in notice.subject
    assert len(notice.subject) <= 200


def test_notice_without_a_template_is_a_mistake():
    with pytest.raises(TemplateDoesNotExist):
        notices.send("core/no_such_notice", to=[UserFactory()])


def test_nobody_to_tell_writes_nothing():
    assert notices.send(KIND, to=[]) == []


def test_delivering_twice_sends_once():
    (notice,) = sent_to(UserFactory())
    assert notices.deliver(notice.pk) is True
    assert notices.deliver(notice.pk) is False
    assert len(mail.outbox) == 1


def test_notice_being_sent_is_left_alone_for_ten_minutes():
    (notice,) = sent_to(UserFactory())
    Notice.objects.update(claimed_at=timezone.now())
    assert notices.deliver(notice.pk) is False
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=11)):
        assert notices.deliver(notice.pk) is True


def test_notice_of_someone_who_is_gone_is_not_sent():
    (notice,) = sent_to(UserFactory())
    Notice.objects.all().delete()
    assert notices.deliver(notice.pk) is False


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("committed")
def test_failing_mail_leaves_the_change_and_the_notice(settings, caplog):
    settings.EMAIL_BACKEND = BROKEN
    with transaction.atomic():
        organisation = OrganisationFactory()
        sent_to(UserFactory())
    assert Organisation.objects.filter(pk=organisation.pk).exists()
    notice = Notice.objects.get()
    assert (notice.emailed_at, notice.claimed_at) == (None, None)

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    call_command("deliver_notices", verbosity=0)
    assert len(mail.outbox) == 1
    assert Notice.objects.get().emailed_at is not None


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("committed")
def test_act_that_failed_tells_nobody():
    @transaction.atomic
    def act() -> None:
        sent_to(UserFactory())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert not Notice.objects.exists()
    assert mail.outbox == []


def test_command_sends_what_waits_and_nothing_twice(capsys):
    sent_to(UserFactory(), UserFactory())
    call_command("deliver_notices")
    call_command("deliver_notices")
    assert capsys.readouterr().out.splitlines() == ["2 sent", "0 sent"]
    assert len(mail.outbox) == 2


def test_command_goes_on_past_an_address_that_fails(settings, capsys):
    settings.EMAIL_BACKEND = HALF_BROKEN
    sent_to(UserFactory(email="nowhere@example.org"), UserFactory())
    with pytest.raises(CommandError, match="1 could not be sent"):
        call_command("deliver_notices")
    assert len(mail.outbox) == 1
    assert "no such address" in capsys.readouterr().err
    assert Notice.objects.filter(emailed_at__isnull=True).count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("committed")
def test_two_who_send_at_once_send_once():
    (notice,) = sent_to(UserFactory())
    Notice.objects.update(emailed_at=None, claimed_at=None)
    mail.outbox.clear()

    def deliver(_turn: int) -> bool:
        try:
            return notices.deliver(notice.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(deliver, range(4))) == [False, False, False, True]
    assert len(mail.outbox) == 1


def test_inbox_holds_ones_own_newest_first():
    person = UserFactory()
    first, second = sent_to(person) + sent_to(person)
    sent_to(UserFactory())
    assert list(notices_visible_to(person)) == [second, first]
    assert unread_count(person) == 2


def test_unread_count_stops_at_a_hundred(django_assert_num_queries):
    person = UserFactory()
    Notice.objects.bulk_create(
        [Notice(recipient=person, kind=KIND, subject="s", body="b") for _number in range(120)]
    )
    with django_assert_num_queries(1):
        assert unread_count(person) == 100
