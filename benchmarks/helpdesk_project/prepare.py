"""Make the tables of django-helpdesk and one queue that reads the mailbox."""

from __future__ import annotations

import json
import os

import django
from django.core.management import call_command

django.setup()
call_command("migrate", verbosity=0)

from helpdesk.models import Queue  # noqa: E402 - only after setup()

host, port, user, password = json.loads(os.environ["HELPDESK_BOX"])
Queue.objects.create(
    title="Credit",
    slug="icc",
    email_address="icc@northgate.example",
    allow_email_submission=True,
    email_box_type="imap",
    email_box_host=host,
    email_box_port=port,
    email_box_ssl=False,
    email_box_user=user,
    email_box_pass=password,
    email_box_imap_folder="INBOX",
    email_box_interval=0,
)
