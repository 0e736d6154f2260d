"""The command ``doctor``: whether this machine can host the page."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from pose_demo.cli.arguments import add_command
from pose_demo.cli.output import FOUND_ERROR, OK, print_json
from pose_demo.doctor import ERROR, Host, as_text, examine


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = add_command(commands, "doctor", "Check whether this machine can host the page.", _examine)
    parser.add_argument(
        "--url", default="", help="the address that visitors open, for example https://pose.example.org"
    )


def _examine(options: argparse.Namespace) -> int:
    findings = examine(Host(url=options.url))
    if options.json:
        print_json({"findings": [{"check": name} | asdict(finding) for name, finding in findings.items()]})
    else:
        print(as_text(findings))
    return FOUND_ERROR if any(finding.level == ERROR for finding in findings.values()) else OK
