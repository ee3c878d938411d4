"""Which messages named a symptom that was not taken as had: nurses review them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0008_stored_search")]
    operations = [
        migrations.AddField("reason", "set_aside", models.BooleanField(default=False)),
        migrations.AddIndex(
            "reason", models.Index(fields=["message"], condition=models.Q(set_aside=True), name="set_aside_reasons")
        ),
    ]
