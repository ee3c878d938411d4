from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0003_cases")]

    operations = [
        migrations.AddField("conversation", "held_until", models.DateTimeField(null=True)),
        migrations.AddField(
            "conversation",
            "cannot_text",
            models.CharField(
                blank=True,
                choices=[
                    ("stopped", "The patient texted STOP"),
                    ("blocked", "The provider says that the patient opted out"),
                    ("unreachable", "The number takes no texts"),
                ],
                default="",
                max_length=12,
            ),
        ),
    ]
