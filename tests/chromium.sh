#!/usr/bin/env bash
# Chromium for the browser tests: by apt when we may, otherwise a hint. Never fails; without it those tests skip.
command -v chromium >/dev/null && exit 0
how="install Chromium (Debian: apt-get install chromium) for the browser tests; they skip until then"
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "$how" >&2
    exit 0
fi
echo "installing Chromium for the browser tests ..." >&2
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update && apt-get install -y --no-install-recommends chromium; } >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    echo "$how" >&2
fi
rm -f "$log"
exit 0
