"""A name is enough to begin; names that differ in their trimmings only are the same name."""

import re
import unicodedata

from django.conf import settings
from django.db import migrations, models

from core.search import SearchIndex

LEGAL_FORMS = ["charity", "cio", "cic", "company", "mutual", "unregistered"]
LEGAL_FORM_CHOICES = [
    ("charity", "charity (trust or association)"),
    ("cio", "charitable incorporated organisation (CIO)"),
    ("cic", "community interest company (CIC)"),
    ("company", "company"),
    ("mutual", "mutual or co-operative"),
    ("unregistered", "unregistered group with a governing document"),
]
BEHIND = [
    ending.split()
    for ending in ["limited", "ltd", "cyfyngedig", "cyf", "plc", "llp", "cic", "c i c", "community interest company", "cwmni buddiannau cymunedol", "cbc", "cio", "c i o", "charitable incorporated organisation", "sefydliad elusennol corfforedig", "sec"]
]


def key_of(name):
    """As providers.names wrote it when this migration was made."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    whole = re.sub(r"[\W_]+", " ", re.sub("['’]", "", bare)).split()
    words = whole[1:] if whole[:1] and whole[0] in ("the", "y", "yr") else whole
    shorter, before = list(words), None
    while shorter != before:
        before = shorter
        for ending in BEHIND:
            if len(shorter) > len(ending) and shorter[-len(ending) :] == ending:
                shorter = shorter[: -len(ending)]
    return " ".join(shorter or whole)[:200].strip() or name.casefold()[:200]


def fill_keys(apps, schema_editor):
    """Names that were told apart until now stay so: the later of two with one key gets its number behind it."""
    registrations = apps.get_model("providers", "Registration").objects
    taken, rows = set(), []
    for row in registrations.only("listed_name").order_by("pk").iterator(chunk_size=2000):
        key = key_of(row.listed_name)
        row.name_key = key if key not in taken else f"{key[:180]} {row.pk}"
        taken.add(row.name_key)
        rows.append(row)
    registrations.bulk_update(rows, ["name_key"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_places"),
        ("providers", "0005_why_members_part"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="registration", name="legal_form_known"),
        migrations.AlterField(
            model_name="registration",
            name="legal_form",
            field=models.CharField(
                blank=True, choices=LEGAL_FORM_CHOICES, max_length=20, verbose_name="legal form"
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="name_key",
            field=models.CharField(
                default="", editable=False, max_length=200, verbose_name="name without its trimmings"
            ),
            preserve_default=False,
        ),
        migrations.RunPython(fill_keys, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(("legal_form__in", ["", *LEGAL_FORMS])), name="legal_form_known_or_not_told"
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.UniqueConstraint(fields=("name_key",), name="registration_name_once"),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(("name_key", ""), _negated=True), name="registration_has_name_key"
            ),
        ),
        # Last: on SQLite everything above builds the table anew, and a table built anew loses its triggers.
        *SearchIndex("providers_registration", ("listed_name", "summary")).operations(),
    ]
