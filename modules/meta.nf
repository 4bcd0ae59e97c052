// Names of a study and of a model: what tasks are tagged with, where results go, what the report calls a failure's place.

def study_meta(pair, gene_sets) {
    pair + [gene_sets: gene_sets, setting: gene_sets, folder: "${pair.id}/${gene_sets}".toString()]
}

def model_meta(study, strategy, seed) {
    [
        id: study.id,
        study: study,
        strategy: strategy,
        seed: seed,
        setting: "${study.setting}, ${strategy}, seed ${seed}".toString(),
        folder: "${study.folder}/${strategy}/seed_${seed}".toString(),
    ]
}

// [predictions of all models, the first model] of one study, in the order of strategies and seeds.
def in_order(found, strategies) {
    def sorted = found
        .sort { row -> row[0].seed }
        .sort { row -> strategies.indexOf(row[0].strategy) }
    [sorted.collect { row -> row[2] }, sorted[0][1]]
}
