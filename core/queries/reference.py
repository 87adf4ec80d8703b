"""Lists that the law makes, as they were in force on a day."""

import datetime

from django.db.models import Max, Q

from core.models.reference import IncomeBand


def income_band(income_pence: int | None, on: datetime.date) -> IncomeBand | None:
    """The band a yearly income of so many pence falls into by the bands in force on that day.

    Before the first bands came into force those count; none for an income that is not told.
    """
    if income_pence is None:
        return None
    begun = IncomeBand.objects.filter(effective_from__lte=on).aggregate(day=Max("effective_from"))["day"]
    in_force = IncomeBand.objects.filter(effective_from=begun) if begun else IncomeBand.objects.all()
    reached = in_force.filter(Q(above_pence__lt=income_pence) | Q(above_pence=0))
    return reached.order_by("-above_pence" if begun else "effective_from", "-above_pence").first()
