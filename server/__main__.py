"""Let ``python -m server`` be the same program as ``interlock``."""

import sys

from server.cli import main

if __name__ == "__main__":
    sys.exit(main())
