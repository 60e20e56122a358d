#!/bin/bash
# Once, when the volume is new: a database and a user each for Rumbo and Airflow, neither of which sees the other's.
set -euo pipefail
create() { # NAME SECRET
  psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --set name="$1" \
    --set password="$(cat "/run/secrets/$2")" <<'SQL'
CREATE USER :"name" PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
}
create rumbo rumbo_database
create airflow airflow_database
