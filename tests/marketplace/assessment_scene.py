"""A region with two delivery units, its body and people, and files of case figures about it."""

import io
import uuid
from dataclasses import dataclass, field
from functools import cached_property

from core.models import Area, Organisation, User
from core.roles import Role
from marketplace.models import Assessment, AssessmentImport
from marketplace.services.assessments import confirm_import, upload_assessments
from tests.factories.core import AreaFactory, CommissionerFactory, OperatorFactory, member
from tests.factories.places import BodyFactory, acts, lies

HEADING = "area,period,category,priority,available,sufficient"
SOURCE = "Case records, made for a test"


def region_of(*units: str, name: str = "Testshire") -> Area:
    """A new region with delivery units of these names in it."""
    region = AreaFactory(name=name)
    for unit in units:
        lies(AreaFactory(kind="delivery_unit", name=unit, slug=unit.lower()), region)
    return region


def body_for(region: Area) -> Organisation:
    """The body that commissions for it, and its organisation here."""
    name = f"{region.name} service"
    role = acts(region, "commissions_probation", BodyFactory(kind="probation_region", name=name))
    return CommissionerFactory(name=name, body=role.body)


@dataclass
class Scene:
    """One region, its body, a manager of it; the service administrator where asked for."""

    region: Area = field(default_factory=lambda: region_of("Northton", "Southton"))

    @cached_property
    def body(self) -> Organisation:
        return body_for(self.region)

    @cached_property
    def manager(self) -> User:
        return member(Role.COMMISSIONING_MANAGER, self.body, name="Maya Manning")

    @cached_property
    def director(self) -> User:
        return member(Role.DIRECTOR, self.body, name="Dilys Rector")

    @cached_property
    def operator(self) -> Organisation:
        return OperatorFactory()

    @cached_property
    def administrator(self) -> User:
        return member(Role.SERVICE_ADMINISTRATOR, self.operator)

    def upload(self, *lines: str, heading: str = HEADING, by: User | None = None) -> AssessmentImport:
        """The lines wait to be confirmed."""
        return upload_assessments(
            by=by or self.manager,
            organisation=self.body,
            file=io.BytesIO("\n".join([heading, *lines]).encode()),
            file_name="figures.csv",
            source=SOURCE,
            form_key=uuid.uuid4(),
        )

    def bring_in(self, *lines: str, heading: str = HEADING) -> AssessmentImport:
        """The lines count."""
        batch = self.upload(*lines, heading=heading)
        return confirm_import(by=self.manager, batch=batch, plan_sha256=batch.plan_sha256)


def in_force() -> dict[tuple[str, str, str, str], tuple[int, int, int]]:
    """Every figure that counts: {(area, quarter, kind, group): (priority, available, sufficient)}."""
    rows = Assessment.objects.filter(in_force=True).select_related("area", "category", "cohort")
    return {
        (row.area.name, row.starts_on.isoformat(), row.category.code, row.cohort.code if row.cohort else ""): (
            row.priority_cases,
            row.available_cases,
            row.sufficient_cases,
        )
        for row in rows
    }
