#!/bin/sh
# Makes .venv with Python 3.12 or newer and with uv, at the locked version. Needs nothing but some Python; the one
# that runs Rumbo may be another: pyenv's, or one that uv knows. Everything after this is tools/setup.
set -eu
cd "$(dirname "$0")/.."

fits='import sys; sys.exit(not sys.version_info >= (3, 12))'
say() { printf '%s\n' "$*" >&2; }

# .python-version wants 3.13: pyenv's shims and uv obey it, and where only 3.12 or 3.14 exists that is good enough.
newest_python() {
  for name in python3.13 python3.14 python3.12 python3 python; do
    found=$(command -v "$name" 2>/dev/null) || continue
    if "$found" -c "$fits" >/dev/null 2>&1; then
      printf '%s\n' "$found"
      return 0
    fi
  done
  pyenv=${PYENV_ROOT:-$HOME/.pyenv}/versions
  for found in "$pyenv"/3.13*/bin/python3 "$pyenv"/3.14*/bin/python3 "$pyenv"/3.12*/bin/python3; do
    if [ -x "$found" ] && "$found" -c "$fits" >/dev/null 2>&1; then
      printf '%s\n' "$found"
      return 0
    fi
  done
  return 1
}

# Any Python 3.8 or newer can carry uv, which then finds or fetches the Python that is wanted.
any_python() {
  for found in python3 python /usr/bin/python3; do
    if "$found" -c 'import sys; sys.exit(not sys.version_info >= (3, 8))' >/dev/null 2>&1; then
      printf '%s\n' "$found"
      return 0
    fi
  done
  return 1
}

make_venv() { # PYTHON DIR
  if ! "$1" -m venv --clear "$2" >&2; then
    say "rumbo: $1 cannot make a virtual environment (see above)."
    say "On Debian and Ubuntu: apt-get install python3-venv"
    exit 1
  fi
}

add_uv() { # VENV
  "$1/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt >&2 && return
  say "rumbo: uv could not be installed (see above). Set-up fetches packages from the Python package index: is it reachable?"
  exit 1
}

venv_with_uv() { # UV
  # First what is on this machine, so that no network is needed for it; only then a download.
  for wanted in 3.13 '>=3.12'; do
    UV_PYTHON_DOWNLOADS=never "$1" venv --quiet --clear --seed --python "$wanted" .venv 2>/dev/null && return
  done
  UV_PYTHON_DOWNLOADS=automatic "$1" venv --quiet --clear --seed --python 3.13 .venv && return
  say "rumbo: no Python 3.12 or newer was found and none could be fetched."
  say "Install one (Debian 13: apt-get install python3-venv; else pyenv, or uv python install 3.13)."
  exit 1
}

if [ -x .venv/bin/python ] && [ -x .venv/bin/uv ] && .venv/bin/python -c "$fits" 2>/dev/null; then
  exit 0
fi
say "Making .venv"
if python=$(newest_python); then
  make_venv "$python" .venv
elif uv=$(command -v uv); then
  venv_with_uv "$uv"
elif python=$(any_python); then
  carrier=.cache/rumbo/uv-carrier
  mkdir -p .cache/rumbo
  make_venv "$python" "$carrier"
  add_uv "$carrier"
  venv_with_uv "$carrier/bin/uv"
  rm -rf "$carrier"
else
  say "rumbo: there is no Python on PATH. Install Python 3.12 or newer (Debian: apt-get install python3 python3-venv)."
  exit 1
fi
add_uv .venv
