#!/usr/bin/env bash
# Runs the page and the command line in a root file system of Debian that has Python and nothing else: no libGL, no
# compiler, no npm, no git. The files belong to root, the commands run as another user without HOME.
# Needs root, debootstrap (Debian: apt-get install debootstrap) and 2 GB of space.
#
# Usage: deploy/check_slim.sh [FOLDER]    the root file system is made there, or used again; default: build/slim
set -euo pipefail
cd "$(dirname "$0")/.."
root=${1:-build/slim}
python=${PYTHON:-python3}
code='import sys; print(*sys.version_info[:2], sep=".")'

if [ ! -x "$root/usr/bin/python3" ]; then
    mkdir -p "$root"
    debootstrap --variant=minbase --include=python3,python3-venv bookworm "$root"
fi

echo "== packages: requirements.lock with its checksums"
mkdir -p "$root/wheels" "$root/app/models"
"$python" -m pip download --quiet --disable-pip-version-check --only-binary :all: --no-deps --require-hashes \
    --python-version "$(chroot "$root" python3 -c "$code")" --dest "$root/wheels" --requirement requirements.lock
cp -r app.py .streamlit pose_demo requirements.txt requirements.lock "$root/app/"
cp models/* "$root/app/models/" # those that are missing are reported below
chroot "$root" sh -ec 'test -d /venv || python3 -m venv /venv
    /venv/bin/pip install --quiet --no-index --find-links /wheels --require-hashes -r /app/requirements.lock'

# Namespaces of its own, so that no mount and no process is left behind.
inside() {
    unshare --mount --pid --fork --kill-child sh -ec 'mount -t proc proc "$0/proc"; exec chroot --userspec=65534:65534 "$0" \
        env -i PATH=/venv/bin:/usr/bin:/bin sh -ec "cd /app; $1"' "$root" "$1"
}

echo "== what is not there"
inside 'for name in npm git cc; do command -v $name || echo "no $name"; done
    find / -xdev -name "libGL.so*" -not -path "/proc/*" 2>/dev/null | grep . || echo "no libGL"
    id; echo "HOME=${HOME-unset}"'
echo "== doctor"
inside 'python -m pose_demo doctor || test $? = 1'
echo "== every model"
inside 'python -m pose_demo models'
inside 'for model in movenet-lightning blazepose-lite mediapipe-lite yolov3-tiny; do
    python -m pose_demo run sample --model $model --max-frames 3 >/tmp/out 2>&1 || { cat /tmp/out; exit 1; }
    tail -n 1 /tmp/out; done'
echo "== the page"
inside 'streamlit run app.py --server.port 8599 >/tmp/page.log 2>&1 &
    python -c "
import time, urllib.request
for attempt in range(60):
    try:
        print(urllib.request.urlopen(\"http://127.0.0.1:8599/_stcore/health\", timeout=2).read().decode())
        break
    except OSError:
        time.sleep(0.5)
else:
    raise SystemExit(\"the page did not start\")
" || { cat /tmp/page.log; exit 1; }
    python -c "
from streamlit.testing.v1 import AppTest
page = AppTest.from_file(\"app.py\", default_timeout=60).run()
assert not page.exception, page.exception
print(\"app.py ran without an exception\")
"
    cat /tmp/page.log'
