#!/bin/sh
# smoke.sh: pulls the official images that compose.yaml names, starts the services beside others on this machine (project
# rumbo-smoke, ports 18000 and 18080), drives a trip, audits it, and takes all of it away again.
set -eu
cd "$(dirname "$0")"
export COMPOSE_PROJECT_NAME=rumbo-smoke COMPOSE_FILE=compose.yaml RUMBO_PORT=18000 AIRFLOW_PORT=18080 RUMBO_SPEED=20
api=http://127.0.0.1:$RUMBO_PORT/api/v1
post() { curl -sSf "$api/$1" -H 'content-type: application/json' -d "$2"; }
id() { sed -n "s/.*\"id\":\"\($1_[a-z0-9]*\)\".*/\1/p"; }

./secrets.sh
docker compose --profile monitoring pull --ignore-buildable
docker compose build
trap 'docker compose --profile monitoring down --volumes --timeout 60' EXIT
docker compose --profile monitoring up -d --wait
vehicle=$(post vehicles '{"name": "Smoke", "vehicle_class": "van"}' | id veh)
way='[{"lat": 43.7346, "lon": 7.4213}, {"lat": 43.7402, "lon": 7.4286}]'
trip=$(post trips "{\"vehicle_id\": \"$vehicle\", \"waypoints\": $way}" | id trp)
tries=0
until [ "$(curl -sSf "$api/trips/$trip" | sed -n 's/.*"state":"arrived".*/arrived/p')" = arrived ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 120 ] || { echo "$trip did not arrive" >&2; exit 1; }
  sleep 1
done
docker compose exec -T api rumbo audit
