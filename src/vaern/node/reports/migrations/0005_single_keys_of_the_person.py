from django.db import migrations

KEEP = """
    UPDATE organisations_person SET single_keys = false
    FROM reports_preference WHERE reports_preference.person_id = organisations_person.id AND NOT reports_preference.letters
"""
"""Whoever had switched single keys off for the work list has them off everywhere."""

BACK = """
    UPDATE reports_preference SET letters = false
    FROM organisations_person WHERE reports_preference.person_id = organisations_person.id AND NOT organisations_person.single_keys
"""


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0003_single_keys'),
        ('reports', '0004_viewing_stations'),
    ]

    operations = [
        migrations.RunSQL(KEEP, BACK),
        migrations.RemoveField(
            model_name='preference',
            name='letters',
        ),
    ]
