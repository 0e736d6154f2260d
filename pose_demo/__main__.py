"""``python -m pose_demo``."""

import signal
import sys

from pose_demo.cli import main

# A shell script that starts us in the background has Ctrl-C ignored; asked to stop, we stop all the same.
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main())
