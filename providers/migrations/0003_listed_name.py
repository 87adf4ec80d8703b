from django.conf import settings
from django.db import migrations, models

from core.search import SearchIndex


def copy_names(apps, schema_editor):
    organisations = apps.get_model("core", "Organisation").objects.filter(pk=models.OuterRef("organisation"))
    apps.get_model("providers", "Registration").objects.update(
        listed_name=models.Subquery(organisations.values("name")[:1])
    )


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_ground"),
        ("providers", "0002_documents_leads_and_taken_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="registration",
            name="listed_name",
            field=models.CharField(default="", editable=False, max_length=200, verbose_name="name in lists"),
            preserve_default=False,
        ),
        migrations.RunPython(copy_names, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(fields=["listed_name", "id"], name="registration_by_name"),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(("listed_name", ""), _negated=True), name="registration_has_listed_name"
            ),
        ),
        # Last: on SQLite everything above builds the table anew, and a table built anew loses its triggers.
        *SearchIndex("providers_registration", ("listed_name", "summary")).operations(),
    ]
