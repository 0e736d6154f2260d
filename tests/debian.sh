#!/usr/bin/env bash
# A program for tests, by apt when we may, otherwise a hint: debian.sh COMMAND PACKAGE PURPOSE
# Never fails; without the program its tests skip.
command=$1 package=$2 purpose=$3
PATH=$PATH:/usr/sbin command -v "$command" >/dev/null && exit 0
how="install $package (Debian: apt-get install $package) for $purpose; they skip until then"
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "$how" >&2
    exit 0
fi
echo "installing $package for $purpose ..." >&2
# The package of a server would start it for everybody; only the tests are to start one, on the loopback.
service() { [ -d /run/systemd/system ] && systemctl "$1" "${package%-light}.service" >/dev/null 2>&1; }
service mask
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
if ! { apt-get update && apt-get install -y --no-install-recommends "$package"; } >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    echo "$how" >&2
fi
service unmask && service disable  # `systemctl enable --now` starts it when somebody wants it
rm -f "$log"
exit 0
