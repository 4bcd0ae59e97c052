// Names of a study and of a model: what tasks are tagged with, where results go, what the report calls a failure's place.

def study_meta(pair, gene_sets, setting) {
    in_setting(pair + [gene_sets: gene_sets], setting)
}

// A study under a setting of the grid, with what the setting gives to the stages' commands.
def in_setting(study, setting) {
    study + [
        grid: setting.name,
        regime: setting.regime,
        options: setting.options,
        setting: [setting.name, study.gene_sets].findAll { name -> name }.join(', '),
        folder: [setting.name, study.id, study.gene_sets].findAll { name -> name }.join('/'),
    ]
}

// Without a grid there is one setting, and it has no name.
def only_setting(regime) {
    [name: '', study: '', regime: regime, options: [:]]
}

def read_settings(file) {
    file.readLines().collect { line -> new groovy.json.JsonSlurperClassic().parseText(line) }
}

// Models and scores of regime B stand beside the study, those of others in a folder of their own.
def regime_folder(study, regime) {
    regime == 'B' ? study.folder : "${study.folder}/regime_${regime}".toString()
}

def scores_meta(study) {
    study + [folder: regime_folder(study, study.regime)]
}

def model_meta(study, strategy, seed) {
    [
        id: study.id,
        study: study,
        strategy: strategy,
        seed: seed,
        regime: study.regime,
        options: study.options,
        setting: "${study.setting}, ${strategy}, seed ${seed}".toString(),
        folder: "${regime_folder(study, study.regime)}/${strategy}/seed_${seed}".toString(),
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
