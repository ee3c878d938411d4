from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="message", name="unanswered"),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("answered__in", [False])),
                fields=["conversation", "seq"],
                name="unanswered",
            ),
        ),
        migrations.AddField("conversation", "last_level", models.CharField(default="none", max_length=10)),
        migrations.AddField("conversation", "waiting", models.PositiveIntegerField(default=0)),
    ]
