#!/bin/sh
# Finds a browser for the browser tests, or installs Debian's chromium where it may; else says what is missing.
# A browser elsewhere is named in CANVASS_MONITOR_BROWSER. Prints the path of the browser on standard output.
set -eu

find_browser() {
    for name in ${CANVASS_MONITOR_BROWSER:-chromium chromium-browser google-chrome google-chrome-stable}; do
        if command -v "$name"; then return 0; fi
    done
    return 1
}

if find_browser; then exit 0; fi

if [ -n "${CANVASS_MONITOR_BROWSER:-}" ]; then
    echo "ensure_browser: CANVASS_MONITOR_BROWSER names $CANVASS_MONITOR_BROWSER, which cannot be run." >&2
    exit 1
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if sudo -n true 2>/dev/null; then as_root="sudo -n"; else as_root="none"; fi
fi

if [ "$as_root" != "none" ] && command -v apt-get >/dev/null 2>&1; then
    echo "ensure_browser: installing chromium with apt-get" >&2
    if $as_root env DEBIAN_FRONTEND=noninteractive apt-get update >&2 &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends chromium >&2 &&
        find_browser; then
        exit 0
    fi
fi

cat >&2 <<'TEXT'
ensure_browser: the browser tests need Chromium or Chrome, and none was found or could be installed.
  Debian, Ubuntu:  sudo apt-get install chromium
  elsewhere:       install Chromium or Google Chrome
  or name one:     CANVASS_MONITOR_BROWSER=/path/to/chrome make test
TEXT
exit 1
