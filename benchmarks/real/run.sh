#!/usr/bin/env bash
# The six real pairs, five seeds each: DATA holds the real data, OUT takes everything that is made.
# Usage: benchmarks/real/run.sh DATA OUT
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
data=$1 out=$2
python "$here/prepare.py" "$data" "$out"
bulk2cell run "$out/pairs.csv" \
  --bulk "$data/gdsc/expression_log2rma.parquet" \
  --response "$data/gdsc/response.parquet" \
  --gene-sets "$data/genesets/c2.cp.reactome.v2023.1.Hs.symbols.gmt" \
  --gene-ids "$out/gene_ids.tsv.gz" \
  --params "$here/params.yaml" \
  --out "$out/results"
