#!/usr/bin/env bash
# coturn, a TURN relay, for tests: by apt when we may, otherwise a hint. Never fails; without it those tests skip.
command -v turnserver >/dev/null && exit 0
how="install coturn (Debian: apt-get install coturn) for the tests of TURN relays; they skip until then"
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "$how" >&2
    exit 0
fi
echo "installing coturn for the tests of TURN relays ..." >&2
# The package would start a relay for everybody; only the tests are to start one, on the loopback.
[ -d /run/systemd/system ] && systemctl mask coturn.service >/dev/null 2>&1
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
if ! { apt-get update && apt-get install -y --no-install-recommends coturn; } >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    echo "$how" >&2
fi
rm -f "$log"
exit 0
