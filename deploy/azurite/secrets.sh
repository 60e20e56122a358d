#!/bin/sh
# Makes what compose.azurite.yaml needs beside the other secrets, in the same folder: the applications' secrets, Azurite's
# account key, and a certificate authority whose one certificate is Azurite's and the token endpoint's. What is there is kept.
set -eu
umask 077
folder=${1:-$(dirname "$0")/../secrets}
"$(dirname "$0")/../secrets.sh" "$folder"
cd "$folder"
for name in azure_stream azure_batch; do
  [ -s "$name" ] || LC_ALL=C tr -dc 'A-Za-z0-9' </dev/urandom | head -c 32 >"$name"
done
[ -s azurite_account ] || printf 'rumboazurite:%s' "$(head -c 64 /dev/urandom | base64 | tr -d '\n')" >azurite_account
if [ ! -s azurite_certificate ]; then
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  printf 'subjectAltName=DNS:azurite,DNS:entra\nextendedKeyUsage=serverAuth\n' >"$scratch/names"
  new() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "$@" 2>/dev/null; }
  new -x509 -keyout "$scratch/ca.key" -out azurite_ca -days 825 -subj "/CN=Rumbo's Azurite" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
  new -keyout azurite_key -out "$scratch/request" -subj /CN=azurite
  openssl x509 -req -in "$scratch/request" -CA azurite_ca -CAkey "$scratch/ca.key" -CAcreateserial -days 825 \
    -extfile "$scratch/names" -out azurite_certificate 2>/dev/null
fi
chmod 444 azure_stream azure_batch azurite_account azurite_ca azurite_key azurite_certificate
