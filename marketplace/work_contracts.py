"""What contracts ask of a person: to finish, to sign, to report, to read a report."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import holds
from core.work import Section, Task
from marketplace.queries.contract_work import ContractStep

RIGHTS = (P.CONTRACT_SIGN, P.CONTRACT_MANAGE, P.CONTRACT_WORK)
# What waits -> what to do, the tag and its tone.
WORDS: dict[ContractStep, tuple[Promise, Promise, str]] = {
    ContractStep.SIGN: (gettext_lazy("Read the contract and sign it."), gettext_lazy("to sign"), "warn"),
    ContractStep.SIGN_VARIATION: (
        gettext_lazy("All have agreed to a variation. Read it and sign it."),
        gettext_lazy("to sign"),
        "warn",
    ),
    ContractStep.AGREE: (
        gettext_lazy("A variation is proposed. Read the difference, then agree or refuse."),
        gettext_lazy("to agree"),
        "warn",
    ),
    ContractStep.FINISH: (
        gettext_lazy("Finish the text and ask for signatures."),
        gettext_lazy("draft"),
        "info",
    ),
    ContractStep.REPORT: (
        gettext_lazy("Say in a few lines what was delivered in the last quarter."),
        gettext_lazy("report due"),
        "info",
    ),
    ContractStep.ACKNOWLEDGE: (
        gettext_lazy("The provider has reported. Read it and say that you did."),
        gettext_lazy("to read"),
        "info",
    ),
}


def contract_rights(user: User, organisation: Organisation) -> list[P]:
    """What the person may do about the organisation’s contracts."""
    return [right for right in RIGHTS if holds(user, right, organisation)]


def contract_task(row: Mapping[str, Any]) -> Task:
    """A line of work from a row of marketplace.queries.contract_work."""
    step = ContractStep(row["step"])
    hint, tag, tone = WORDS[step]
    url = reverse("contract-detail", args=[row["agreement"]])
    if step == ContractStep.SIGN:
        url = reverse("contract-sign", args=[row["agreement"], row["place"]])
    return Task(title=row["title"], url=url, hint=str(hint), tag=str(tag), tone=tone)


def contract_section(tasks: list[Task]) -> Section:
    """The heading over them, with the way to all contracts."""
    url = f"{reverse('contract-list')}?whose=own"
    return Section(_("Contracts"), tasks, url=url, url_label=_("All your contracts"))
