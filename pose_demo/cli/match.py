"""The command ``match``: compare the poses in two images."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pose_demo.cli.arguments import add_command, add_settings, note_animations, read_settings
from pose_demo.cli.output import OK, print_json, print_message
from pose_demo.matching.feedback import advice
from pose_demo.matching.rules import RULES
from pose_demo.matching.similarity import Match, report
from pose_demo.offline.compare import compare


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = add_command(commands, "match", "Compare the poses in two images.", _match)
    parser.add_argument("reference", type=Path, metavar="REFERENCE", help="an image, or a pose saved as JSON")
    parser.add_argument("query", type=Path, metavar="QUERY", help="an image")
    parser.add_argument("--rule", choices=tuple(RULES), metavar="NAME", help=f"one of {', '.join(RULES)}")
    add_settings(parser)


def _match(options: argparse.Namespace) -> int:
    note_animations(options.reference, options.query)
    result = compare(options.reference, options.query, read_settings(options))
    if options.json:
        print_json(report(result))
        return OK
    print_message(_verdict(result))
    for line in filter(None, advice(result) or (result.reason,)):
        print_message(line)
    return OK


def _verdict(result: Match) -> str:
    if result.score is None:
        return "no verdict: too little to tell"
    return f"{'match' if result.is_match else 'no match'}: {result.score:.2f}{' (mirrored)' if result.mirrored else ''}"
