"""Days of contracts that its people are to be reminded of, and the reports that are due."""

import datetime

from django.db.models import QuerySet
from django.utils import timezone

from marketplace.models import ContractDate
from marketplace.states import ContractStatus

FROM_SEVEN = 7


def dates_to_remind(now: datetime.datetime) -> QuerySet[ContractDate]:
    """Days that are near, not past and not yet reminded of, of contracts in force; from seven in the morning."""
    local = timezone.localtime(now)
    day = local.date() if local.hour >= FROM_SEVEN else local.date() - datetime.timedelta(days=1)
    near = ContractDate.objects.filter(remind_on__lte=day, on__gte=day, reminded_at__isnull=True)
    return near.filter(contract__status=ContractStatus.ACTIVE).order_by("remind_on", "id")
