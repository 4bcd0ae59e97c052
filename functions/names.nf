// Names of a study and of a model: what tasks are tagged with, where results go, what the report calls a failure's place.

include { regimes } from './regimes'

// Without a grid there is one setting, and it has no name.
def only_setting(regime) {
    [name: '', study: '', regime: regime, options: [:]]
}

def study_meta(pair, gene_sets, setting) {
    setting_meta(pair + [gene_sets: gene_sets], setting)
}

// A study under a setting, with what the setting gives to the stages' commands.
def setting_meta(study, setting) {
    study + [
        grid: setting.name,
        regime: regimes()[setting.regime],
        options: setting.options,
        setting: join_names([setting.name, study.gene_sets], ', '),
        folder: join_names([setting.name, study.id, study.gene_sets], '/'),
    ]
}

def model_meta(study, strategy, seed) {
    [
        id: study.id,
        study: study,
        strategy: strategy,
        seed: seed,
        regime: study.regime,
        options: study.options,
        setting: join_names([study.setting, strategy, "seed ${seed}"], ', '),
        folder: join_names([regime_folder(study), strategy, "seed_${seed}"], '/'),
    ]
}

// The controls of a strategy start from the encoder of its first seed.
def controls_meta(model) {
    model + [
        setting: join_names([model.study.setting, model.strategy, 'controls'], ', '),
        folder: join_names([regime_folder(model.study), model.strategy], '/'),
    ]
}

def scores_meta(study) {
    study + [folder: regime_folder(study)]
}

def regime_folder(study) {
    join_names([study.folder, study.regime.folder], '/')
}

def join_names(names, between) {
    names.findAll { name -> name }.join(between)
}

// [predictions of all models, the first model] of one study, in the order of strategies and seeds.
def order_models(found, strategies) {
    def sorted = found
        .sort { row -> row[0].seed }
        .sort { row -> strategies.indexOf(row[0].strategy) }
    [sorted.collect { row -> row[2] }, sorted[0][1]]
}
