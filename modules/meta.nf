// Names of a study and of a model: what tasks are tagged with, where results go, what the report calls a failure's place.

def study_meta(pair, gene_sets) {
    pair + [gene_sets: gene_sets, setting: gene_sets, folder: "${pair.id}/${gene_sets}".toString()]
}

// Models and scores of regime B stand beside the study, those of others in a folder of their own.
def regime_folder(study, regime) {
    regime == 'B' ? study.folder : "${study.folder}/regime_${regime}".toString()
}

def scores_meta(study, regime) {
    study + [folder: regime_folder(study, regime)]
}

def model_meta(study, regime, strategy, seed) {
    [
        id: study.id,
        study: study,
        strategy: strategy,
        seed: seed,
        setting: "${study.setting}, ${strategy}, seed ${seed}".toString(),
        folder: "${regime_folder(study, regime)}/${strategy}/seed_${seed}".toString(),
    ]
}

// The controls of a strategy start from the encoder of its first seed.
def controls_meta(model) {
    model + [
        setting: "${model.study.setting}, ${model.strategy}, controls".toString(),
        folder: model.folder.replaceAll('/seed_[0-9]+$', ''),
    ]
}

// [predictions of all models, the first model] of one study, in the order of strategies and seeds.
def in_order(found, strategies) {
    def sorted = found
        .sort { row -> row[0].seed }
        .sort { row -> strategies.indexOf(row[0].strategy) }
    [sorted.collect { row -> row[2] }, sorted[0][1]]
}
