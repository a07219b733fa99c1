"""Every change of a model has its migration; needs no database."""

import os
import sys
import warnings

# An address where nothing answers: the models are compared with the migrations' files alone.
os.environ["DATABASE_URL"] = "postgres://nobody@127.0.0.1:9/none"

import django
from django.core.management import call_command

if __name__ == "__main__":
    warnings.filterwarnings("ignore", message="Got an error checking a consistent migration history")
    django.setup()
    try:
        call_command("makemigrations", check_changes=True, dry_run=True, interactive=False)
    except SystemExit:
        sys.exit("Some models have changed: ./xindai manage makemigrations")
