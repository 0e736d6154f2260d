"""Entry point of ``python -m pose_demo`` and of the ``pose-demo`` script."""

from __future__ import annotations

import signal
import sys

from pose_demo import cli


def main() -> int:
    """Run the command line with Ctrl-C enabled; returns the exit code (see `pose_demo.cli.main`)."""
    # A shell starts background jobs with SIGINT ignored; restore it so that they can be interrupted too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
