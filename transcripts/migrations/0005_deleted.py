from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("transcripts", "0004_texts")]

    operations = [
        migrations.AddField(model_name="conversation", name="deleted_at", field=models.DateTimeField(null=True)),
    ]
