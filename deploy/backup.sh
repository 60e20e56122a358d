#!/bin/sh
# backup.sh save|restore FOLDER: the state of all services as an archive for each volume. Volumes belong together, so the
# services stand still meanwhile. COMPOSE_PROJECT_NAME, COMPOSE_FILE and the rest count as for docker compose.
#   restore   replaces what is in the volumes that FOLDER has an archive of; the others stay as they are
set -eu
verb=${1:-} folder=${2:-}
case $verb in save | restore) ;; *) sed -n 2,4p "$0"; exit 2 ;; esac
[ -n "$folder" ] || { sed -n 2,4p "$0"; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
: "${COMPOSE_FILE:=$here/compose.yaml}"
export COMPOSE_FILE
project=$(docker compose config --format json | sed -n 's/^  "name": "\(.*\)",$/\1/p')

in_volume() { # VOLUME COMMAND…: as root, who alone may give files to the users they belong to
  volume=$1
  shift
  docker run --rm -i --network none --user root --entrypoint sh -v "${project}_$volume:/volume" "$image" -ec "$*"
}

save() {
  umask 077
  mkdir -p "$folder"
  for volume in $(docker compose config --volumes); do
    echo "saving $volume" >&2
    in_volume "$volume" 'tar -C /volume -cf - .' >"$folder/$volume.tar.part"
    mv "$folder/$volume.tar.part" "$folder/$volume.tar"
  done
}

restore() {
  for volume in $(docker compose config --volumes); do
    [ -f "$folder/$volume.tar" ] || continue
    echo "restoring $volume" >&2
    in_volume "$volume" 'find /volume -mindepth 1 -delete; tar -C /volume -xpf -' <"$folder/$volume.tar"
  done
}

running=$(docker compose ps --services --status running)
docker compose stop --timeout 90
docker compose create --no-build
image=$(docker inspect --format '{{.Config.Image}}' "$(docker compose ps --all --quiet world)")
"$verb"
# shellcheck disable=SC2086  # several services
if [ -n "$running" ]; then docker compose start $running; fi
