"""`python -m hongxian.config COMMAND`: what bin/hongxian runs."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hongxian.config.settings")
    sys.argv[0] = "bin/hongxian"
    execute_from_command_line(sys.argv)
