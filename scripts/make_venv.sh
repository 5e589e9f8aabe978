#!/usr/bin/env bash
# Creates the virtual environment $1 and installs the project into it, editable, with extras $2.
# Without extras nothing is installed: a Python with pip is all there is.
set -euo pipefail
venv=$1 extra=${2:-}

suits() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' >/dev/null 2>&1; }

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3 python; do
    if [ -n "$candidate" ] && suits "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  echo "No Python 3.11 or newer was found (python3 is: $(python3 --version 2>&1 || true))." >&2
  echo "Install one, or name it: make PYTHON=/path/to/python3.11 …" >&2
  return 1
}

if ! suits "$venv/bin/python" || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
  python=$(find_python)
  echo "Creating $venv with $("$python" --version) …"
  "$python" -m venv --clear "$venv" || {
    echo "$python can't create virtual environments (on Debian: apt install python3-venv)." >&2
    exit 1
  }
fi
[ -n "$extra" ] || exit 0
echo "Installing the project and its dependencies into $venv (a minute or two the first time) …"
PATH=$(cd "$venv/bin" && pwd):$PATH # fast-downward (extra alfworld) is built by calling `python`
"$venv/bin/python" -m pip install --quiet --editable ".[$extra]"
