"""One sequence per kind of number; see kernel.numbering."""

from django.db import migrations

from xindai.kernel import numbering, sql


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]  # noqa: RUF012 - the shape that Django reads

    operations = [  # noqa: RUF012
        migrations.RunSQL(sql.create_sequence(name), sql.drop_sequence(name))
        for name in map(numbering.sequence_name, numbering.KINDS)
    ]
