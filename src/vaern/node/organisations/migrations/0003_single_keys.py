from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0002_last_look'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='single_keys',
            field=models.BooleanField(default=True),
        ),
    ]
