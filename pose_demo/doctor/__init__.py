"""Whether this machine can host the page: one small check for each thing that goes wrong on hosts.

A check imports what it examines only when it runs, so that an incomplete installation is examined too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pose_demo.doctor import installation, machine, network
from pose_demo.doctor.finding import ERROR, OK, WARNING, Finding, Host

Check = Callable[[Host], Finding]

CHECKS: dict[str, Check] = {
    "python": installation.python_version,
    "packages": installation.packages,
    "opencv": installation.opencv,
    "models": installation.models,
    "weights": installation.weight_files,
    "cores": machine.cores,
    "memory": machine.memory,
    "temporary files": machine.temporary_files,
    "privacy": installation.usage_statistics,
    "secrets": network.secrets_file,
    "turn": network.turn_variables,
    "relay": network.relay,
    "https": network.https,
}


def examine(host: Host, checks: Iterable[str] = tuple(CHECKS)) -> dict[str, Finding]:
    """Run checks, by default all; one that fails itself is an error too.

    Args:
        host: what the checks read.
        checks: names in `CHECKS`.
    """
    return {name: _run(CHECKS[name], host) for name in checks}


def _run(check: Check, host: Host) -> Finding:
    try:
        return check(host)
    except ImportError as error:
        return Finding(ERROR, f"a package cannot be imported: {error}", installation.INSTALL)
    except Exception as error:  # whatever is wrong with the machine, the other checks are made
        return Finding(ERROR, f"this check failed: {type(error).__name__}: {error}")


def as_text(findings: Mapping[str, Finding]) -> str:
    """One line for each finding, with the advice below it."""
    lines = []
    for name, finding in findings.items():
        lines.append(f"{finding.level:<8} {name:<16} {finding.found}")
        if finding.advice:
            lines.append(f"{'':<25} -> {finding.advice}")
    return "\n".join(lines)


__all__ = ["CHECKS", "ERROR", "OK", "WARNING", "Finding", "Host", "as_text", "examine"]
