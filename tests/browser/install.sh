#!/bin/sh
# The browser that the tests drive: an installed Chromium, else Debian's when root, else the one that Playwright fetches.
set -e
python=$1
if command -v chromium >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core fonts-noto-core >/dev/null
  exit 0
fi
# Not tried by the project's own checks: they run as root on Debian.
"$python" -m playwright install --with-deps chromium || "$python" -m playwright install chromium
