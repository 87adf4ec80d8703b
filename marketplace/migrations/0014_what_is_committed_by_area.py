from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery


def copy_from_lots(apps, schema_editor):
    """Each award gets the area, kind and value of its lot, and is public if its opportunity is awarded."""
    awards = apps.get_model("marketplace", "Award").objects
    every_lot = apps.get_model("marketplace", "Lot").objects
    lots = every_lot.filter(pk=OuterRef("lot"))
    awards.update(
        area=Subquery(lots.values("opportunity__area")[:1]),
        category=Subquery(lots.values("opportunity__category")[:1]),
        value_pence=Subquery(lots.values("value_pence")[:1]),
    )
    awarded = every_lot.filter(opportunity__status="awarded").values("pk")
    # The last decision of the opportunity made it public; before this each award was shown with its own time.
    awards.filter(lot__in=awarded).update(public_at=F("awarded_at"))


class Migration(migrations.Migration):

    dependencies = [
        ("core", "0005_places"),
        ("marketplace", "0013_bids_of_a_status"),
    ]

    operations = [
        migrations.AddField("award", "area", models.ForeignKey("core.area", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)),
        migrations.AddField("award", "category", models.ForeignKey("core.needcategory", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)),
        migrations.AddField("award", "value_pence", models.PositiveBigIntegerField("value of the lot, VAT included", null=True)),
        migrations.AddField("award", "public_at", models.DateTimeField("public since", null=True, blank=True, help_text="When the last lot of the opportunity was decided.")),
        migrations.RunPython(copy_from_lots, migrations.RunPython.noop, elidable=True),
    ]
