#!/bin/sh
# Runs a command of the image with NEO4J_PASSWORD set, where a secret holds it: the file that
# NEO4J_AUTH_FILE names has one line, user/password, and is the one that the Neo4j container reads.
# So the password stands in one place and in no compose file, image layer or `docker inspect`.
set -eu
if [ -n "${NEO4J_AUTH_FILE:-}" ]; then
  if [ ! -r "$NEO4J_AUTH_FILE" ]; then
    echo "cannot read NEO4J_AUTH_FILE=$NEO4J_AUTH_FILE (user $(id -u)): see deploy/README.md" >&2
    exit 2
  fi
  IFS= read -r auth < "$NEO4J_AUTH_FILE" || [ -n "$auth" ]
  NEO4J_PASSWORD=${auth#*/}
  export NEO4J_PASSWORD
fi
exec "$@"
