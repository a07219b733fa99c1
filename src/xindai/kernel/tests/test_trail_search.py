"""The search of the trail reads indexes: each audited table has them, also one that came later."""

import pytest
from django.db import connection

from xindai.kernel import audit

pytestmark = pytest.mark.django_db


def test_every_trail_has_an_index_for_what_people_search_by() -> None:
    with connection.cursor() as cursor:
        for model in audit.audited_models().values():
            table = model.pgh_event_model._meta.db_table  # type: ignore[attr-defined]
            found = connection.introspection.get_constraints(cursor, table)
            names = {name.rpartition("_trail_")[2] for name in found if "_trail_" in name}
            assert {"at", "actor", "verb", "request", "row"} <= names, table
