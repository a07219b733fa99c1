"""Gives everybody who is known already the traces by which they are found."""

from typing import Any

from django.db import migrations

_AT_ONCE = 500


def leave_traces(apps: Any, _schema_editor: Any) -> None:
    """Compute the traces of each customer whose personal data are still there."""
    from xindai.customers import traces  # noqa: PLC0415 - models load after the migrations
    from xindai.kernel import vault  # noqa: PLC0415
    from xindai.kernel.errors import NotFound  # noqa: PLC0415

    customers = apps.get_model("customers", "Customer").objects
    made = apps.get_model("customers", "SearchTrace")
    columns = ("pk", "kind", "subject_id", "sealed_name", "sealed_identity_number")
    rows = []
    for pk, kind, subject, name, number in customers.values_list(*columns).iterator(_AT_ONCE):
        try:
            hashes = traces.of_customer(kind, vault.unseal(subject, name), vault.unseal(subject, number))
        except NotFound:
            continue
        rows += [made(customer_id=pk, hash=one) for one in hashes]
    made.objects.bulk_create(rows, batch_size=_AT_ONCE, ignore_conflicts=True)


def remove_traces(apps: Any, _schema_editor: Any) -> None:
    """Take all traces away."""
    apps.get_model("customers", "SearchTrace").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0006_searchtrace"),
        ("kernel", "0004_place_in_the_feed"),
    ]

    operations = [migrations.RunPython(leave_traces, remove_traces)]
