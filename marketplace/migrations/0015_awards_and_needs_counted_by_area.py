import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Apart from the copying: PostgreSQL lets no table be altered while rows of it were just written."""

    dependencies = [
        ("core", "0005_places"),
        ("marketplace", "0014_what_is_committed_by_area"),
    ]

    operations = [
        migrations.AlterField(
            "award",
            "area",
            models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.area"),
        ),
        migrations.AlterField(
            "award",
            "category",
            models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.needcategory"),
        ),
        migrations.AlterField(
            "award", "value_pence", models.PositiveBigIntegerField(verbose_name="value of the lot, VAT included")
        ),
        migrations.AddIndex(
            "award",
            models.Index(condition=models.Q(("public_at__isnull", False)), fields=["area", "category", "value_pence"], name="award_money_by_area"),
        ),
        migrations.AddIndex(
            "award",
            models.Index(fields=["area", "public_at", "id"], name="award_newest_by_area"),
        ),
        migrations.AddIndex("need", models.Index(fields=["area", "status", "category"], name="need_counted")),
        migrations.AddConstraint(
            "award",
            models.CheckConstraint(
                condition=models.Q(("public_at__isnull", True), ("public_at__gte", models.F("awarded_at")), _connector="OR"),
                name="award_public_after_it_is_made",
            ),
        ),
    ]
