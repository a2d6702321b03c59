"""Reports that a person wrote down, and those of a platform's form, are kinds of document of their own."""

from __future__ import annotations

from django.db import migrations, models

WAYS_IN = (
    "public",
    "telephone",
    "letter",
    "mail",
    "visit",
    "form",
    "api",
    "scan",
    "cybertipline",
    "xarf",
    "arf",
    "csv",
    "mapped",
    "forward",
)


class Migration(migrations.Migration):
    """The constraint names them."""

    dependencies = [("reports", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="report", name="report_document"),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("document__in", WAYS_IN)), name="report_document"
            ),
        ),
    ]
