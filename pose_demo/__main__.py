"""Entry point of ``python -m pose_demo`` and of the ``pose-demo`` script."""

from __future__ import annotations

import signal
import sys


def main() -> int:
    """Run the command line with Ctrl-C enabled; returns the exit code (see `pose_demo.cli.main`)."""
    # A shell starts background jobs with SIGINT ignored; restore it so that they can be interrupted too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        from pose_demo import cli
    except ImportError as error:
        return _explain(error)
    return cli.main()


def _explain(error: ImportError) -> int:
    """No command can run without its packages: print what `doctor` finds instead of a traceback."""
    from pose_demo import doctor

    print(f"error: {error}", file=sys.stderr)
    print(doctor.as_text(doctor.examine(doctor.Host())), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
