"""Runs a command where nothing but the loopback exists: ``python tests/isolated.py COMMAND ...``.

No packet of a test can leave, and no private address is within reach. Where the system does not permit a network
namespace the command runs as it is, and the browser tests skip.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys

_INSIDE = "POSE_DEMO_TESTS_ISOLATED"
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 0x1


def isolated() -> bool:
    """Whether this process sees no network interface but the loopback."""
    return [name for _, name in socket.if_nameindex()] == ["lo"]


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = fcntl.ioctl(any_socket, _SIOCGIFFLAGS, struct.pack("16sh14x", b"lo", 0))
        (flags,) = struct.unpack_from("h", request, 16)
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | _IFF_UP))


def _namespace() -> list[str]:
    """The unshare command that works here; empty when none does."""
    for options in ("-n", "-rn"):
        command = ["unshare", options]
        if shutil.which("unshare") and not subprocess.run([*command, "true"], capture_output=True).returncode:
            return command
    return []


def main() -> None:
    command = sys.argv[1:]
    if os.environ.get(_INSIDE):
        _raise_loopback()
        os.execvp(command[0], command)
    namespace = _namespace()
    if not namespace:
        print("no network namespace to be had here: the browser tests will skip", file=sys.stderr)
        os.execvp(command[0], command)
    os.environ[_INSIDE] = "1"
    os.execvp(namespace[0], [*namespace, sys.executable, __file__, *command])


if __name__ == "__main__":
    main()
