"""What waits for a provider's people."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import Organisation, User
from core.work import Section, Task
from providers.models import Registration
from providers.policies.consortia import may_answer_invitation
from providers.policies.registration import may_edit_registration
from providers.queries.consortia import invitations_waiting, lead_of
from providers.queries.registration import registration_progress, registrations_visible_to, with_progress
from providers.sections import BY_KEY


def waiting(user: User, organisation: Organisation) -> list[Section]:
    """Answers the registration lacks that this person can give, and invitations they can answer."""
    if not organisation.is_provider:
        return []
    registration = with_progress(registrations_visible_to(user)).filter(organisation=organisation).first()
    sections = [
        Section(
            title=_("Consortia"),
            tasks=_invitation_tasks(user, organisation),
            url=reverse("consortium-list"),
            url_label=_("Your consortia"),
            empty=_("No invitation waits for your answer."),
        )
    ]
    if registration:
        asked = Section(
            title=_("Registration and declarations"),
            tasks=_registration_tasks(user, registration),
            url=reverse("registration-detail", args=[organisation.pk]),
            url_label=_("Your registration"),
            empty=_("Nothing is asked of you."),
        )
        sections.insert(0, asked)
    return sections


def _registration_tasks(user: User, registration: Registration) -> list[Task]:
    missing = [
        BY_KEY[key]
        for key in registration_progress(registration).missing
        if may_edit_registration(user, registration.organisation, key)
    ]
    tasks = []
    page = reverse("registration-detail", args=[registration.organisation_id])
    questions = [section for section in missing if not section.is_declaration]
    declarations = [section for section in missing if section.is_declaration]
    if questions:
        minutes = sum(section.minutes for section in questions)
        tasks.append(
            Task(
                title=_("Finish your registration"),
                url=page,
                hint=_("About %(minutes)d minutes. You can stop and come back.") % {"minutes": minutes},
                tag=_("To do"),
            )
        )
    if declarations:
        title = ngettext(
            "Make %(count)d declaration your first bid needs",
            "Make %(count)d declarations your first bid needs",
            len(declarations),
        )
        tasks.append(
            Task(
                title=title % {"count": len(declarations)},
                url=f"{page}#declarations",
                hint=", ".join(str(section.title) for section in declarations),
                tag=_("To do"),
            )
        )
    return tasks


def _invitation_tasks(user: User, organisation: Organisation) -> list[Task]:
    return [
        Task(
            title=_("Answer the invitation to %(name)s") % {"name": place.consortium.name},
            url=reverse("invitation-detail", args=[place.pk]),
            hint=_("From %(lead)s") % {"lead": lead_of(place.consortium).name},
            tag=_("Invited"),
        )
        for place in invitations_waiting(organisation)
        if may_answer_invitation(user, place)
    ]
