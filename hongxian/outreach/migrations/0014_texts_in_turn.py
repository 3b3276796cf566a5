from django.db import migrations

# A campaign that is held up must not be walked over by whoever looks for the next text of another, or of nobody's.
FORWARD = """
DROP INDEX outreach_message_waiting;
CREATE INDEX outreach_message_waiting ON outreach_message (city_id, campaign_id, at, id) WHERE state = 'waiting';
"""
BACKWARD = """
DROP INDEX outreach_message_waiting;
CREATE INDEX outreach_message_waiting ON outreach_message (city_id, at, id) WHERE state = 'waiting';
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0013_campaign_plan")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
