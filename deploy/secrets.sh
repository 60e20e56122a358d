#!/bin/sh
# Makes the secrets that compose.yaml hands to its containers, each in a file of deploy/secrets/; one that is there is
# kept. The folder is its owner's alone. The files in it are readable, for a container's user is nobody on this machine.
set -eu
umask 077
folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
chmod 700 "$folder"

make() { # NAME COMMAND…
  file=$folder/$1
  shift
  [ -s "$file" ] || "$@" >"$file"
  chmod 444 "$file"
}
word() { LC_ALL=C tr -dc 'A-Za-z0-9' </dev/urandom | head -c 32; }
# 32 bytes in base64 with - and _: what Airflow encrypts with.
key() { head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n'; }

for name in postgres rumbo_database airflow_database airflow_session airflow_token airflow_password grafana_password; do
  make "$name" word
done
make airflow_fernet key
