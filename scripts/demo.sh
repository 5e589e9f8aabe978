#!/usr/bin/env bash
# Lets a newcomer watch an agent learn: $1 is the skillmem command, DEMO_OUT the folder.
set -euo pipefail
skillmem=$1
out=${DEMO_OUT:-./demo-out} builds=${DEMO_BUILDS:-6} seeds=${DEMO_SEEDS:-1}

cat <<TEXT
One agent plays ALFWorld's 134 official unseen games: without memory, with memory, and with
every control between. This demo takes $builds builds and $seeds seed; the default benchmark takes ten
builds and two seeds (make bench), and its intervals are narrower.

TEXT

"$skillmem" bench --env envs.household:make --agent agents.case_based:make \
  --split valid_unseen --builds "$builds" --seeds "$seeds" --processes 2 --renew --out "$out"

dump=$(find "$out/memory" -name '*.jsonl' -path '*asymmetric*' | sort | head -n 1)
cat <<TEXT

The report: $out/report.html
The dump:   ${dump%.jsonl}.md

Look at what the agent remembered:
  $skillmem load $dump --memory ./demo-memory --namespace default
  $skillmem show --memory ./demo-memory
TEXT
