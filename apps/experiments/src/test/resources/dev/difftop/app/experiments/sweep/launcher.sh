#!/bin/sh
# Stands for the command line: train CONFIG --out DIR, or train --resume DIR.
# The configuration holds "mode: ok | slow | fail | segv | hang"; every step adds a line to DIR/metrics.csv.
if [ "$2" = --resume ]; then
  dir=$3
else
  dir=$4
  mkdir -p "$dir" && cp "$2" "$dir/config.yaml" && echo position,loss >"$dir/metrics.csv"
fi
echo start >>"$dir/starts"
mode=$(sed -n 's/^mode: //p' "$dir/config.yaml")
case $mode in
  fail) echo "difftop: the loss is NaN at step 3" ; exit 4 ;;
  segv) kill -SEGV $$ ;;
  hang) trap '' TERM; while :; do sleep 0.1; done ;;
esac
n=$(($(wc -l <"$dir/metrics.csv") - 1))
while [ "$n" -lt 10 ]; do
  n=$((n + 1))
  echo "$n,0.5" >>"$dir/metrics.csv"
  if [ "$mode" = slow ]; then sleep 0.2; fi
done
echo '{"mean": 12.5}' >"$dir/evaluation.json"
echo '{"compute": {"wall_seconds": {"updating": 2.0}, "processor_seconds": {"updating": 3.0}}}' >"$dir/manifest.json"
