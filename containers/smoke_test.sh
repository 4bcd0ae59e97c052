#!/usr/bin/env bash
# Run a tiny analysis in IMAGE (a name, or a .sif file) as a cluster would: any uid, read-only root and HOME, no network.
set -euo pipefail
image=${1:?usage: smoke_test.sh IMAGE}

if [[ $image == *.sif ]]; then
    run=("$(command -v apptainer || command -v singularity)" exec --containall --no-home --net --network none --pwd /tmp)
else
    run=("${ENGINE:-$(command -v docker || command -v podman)}" run --rm --interactive --user 4321:4321
        --read-only --network none --tmpfs /tmp:mode=1777 --workdir /tmp)
fi

"${run[@]}" "$image" bash -s <<'STEPS'
set -euo pipefail
step() {
    local name=$1 seconds=$SECONDS
    shift
    if "$@" >log 2>&1; then
        echo "ok    $name ($((SECONDS - seconds)) s)"
    else
        cat log
        echo "FAIL  $name"
        exit 1
    fi
}
few_epochs=(--pretrain-epochs 2 --finetune-epochs 2)

step "version" bulk2cell --version
step "ps" ps
step "simulate" bulk2cell simulate --synthetic --sensitive-cells 40 --resistant-cells 40 --out world
step "preprocess" bulk2cell preprocess --bulk world/bulk.parquet --response world/response.parquet \
    --cells world/cells.h5ad --gene-sets world/gene_sets.gmt --drug Plantedmab --label-column label --out study
step "pretrain" bulk2cell pretrain study --out encoder "${few_epochs[@]}"
step "finetune" bulk2cell finetune study --encoder encoder --out model "${few_epochs[@]}"
step "predict" bulk2cell predict model study --out predictions
step "evaluate" bulk2cell evaluate study predictions --model model --bootstraps 10 --out scores
step "attribute" bulk2cell attribute model study --permutations 20 --out attributions
step "report" bulk2cell report study model predictions scores attributions --out report
step "results" ls predictions/predictions.parquet scores/scores.parquet attributions/genes.parquet report/report.html
STEPS
