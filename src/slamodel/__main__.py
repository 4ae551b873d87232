"""``python -m slamodel``."""

import sys

from slamodel.cli import main

sys.exit(main())
