#!/bin/sh
# Starts an image, asks it a question from inside, and ends it. Usage: smoke.sh IMAGE
set -eu
container=$(docker run --detach --read-only --tmpfs /data:uid=65532 "$1")
trap 'docker rm --force "$container" >/dev/null' EXIT
for _ in $(seq 50); do
  if docker exec "$container" /usr/local/bin/growthpole datasets --server http://127.0.0.1:50051; then
    exit 0
  fi
  sleep 0.2
done
docker logs "$container"
exit 1
