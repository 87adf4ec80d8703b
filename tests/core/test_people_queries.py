"""Where a person belongs, read once for each user object."""

import pytest

from core.queries import people
from core.roles import Role
from tests.factories.core import member

pytestmark = pytest.mark.django_db


def test_read_that_failed_is_not_kept_as_an_answer(monkeypatch):
    director = member(Role.DIRECTOR)

    def fail(user):
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(people, "_organisations_with_role", fail)
        with pytest.raises(ConnectionError):
            people.roles_by_organisation(director)
    assert list(people.roles_by_organisation(director).values()) == [frozenset({Role.DIRECTOR})]


def test_second_question_costs_no_query(django_assert_num_queries):
    director = member(Role.DIRECTOR)
    with django_assert_num_queries(1):
        people.roles_by_organisation(director)
        people.own_organisations(director)
