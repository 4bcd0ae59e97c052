#!/usr/bin/env bash
# Every benchmark of speed and memory, one after the other, each on one thread; the tables go to WORK/*.md, the figures to WORK.
#
# Usage: benchmarks/speed/speed.sh DATA WORK
#
# DATA holds gdsc/ and genesets/, and the cells that benchmarks/real/prepare.py takes. Needs about 25 GB in WORK.
set -euo pipefail
data=$(realpath "$1")
mkdir -p "$2"
work=$(realpath "$2")
here=$(realpath "$(dirname "$0")")
export OMP_NUM_THREADS=1

measure() {
  echo "$*" >&2
  python "$here/$1.py" "${@:2}" | tee "$work/$1${3:+_$3}.md"
}

measure sparse_decoder
measure decoder_scaling "$work"
measure training_step
measure attribution
measure attribution_scaling "$work"
measure enrichment
measure first_layer
measure startup "$work"
measure library "$work"
measure prediction "$work"
measure prediction_scaling "$work"
measure prediction "$work" million
measure preprocessing "$work"
measure preprocessing "$work" million
python "$here/../real/prepare.py" "$data" "$work/real"
unset OMP_NUM_THREADS
python "$here/stages.py" "$data" "$work/real/pc9.h5ad" "$work/stages" | tee "$work/stages.md"
python "$here/screen.py" "$work/screen" "$data" | tee "$work/screen.md"
python "$here/screen.py" "$work/screen" "$data" million | tee "$work/screen_million.md"
