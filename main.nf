#!/usr/bin/env nextflow

include { record_events } from './functions/failures'
include { setting_meta ; study_meta } from './functions/names'
include { check_parameters ; choose_strategies ; help_text } from './functions/parameters'
include { check_image ; find_wrong_version } from './functions/software'
include { ATTRIBUTE  } from './modules/attribute/main'
include { PREDICT    } from './modules/predict/main'
include { PREPROCESS } from './modules/preprocess/main'
include { SCREEN     } from './modules/screen/main'
include { VERSIONS   } from './modules/versions/main'
include { GRID      } from './subworkflows/grid/main'
include { MODELS    } from './subworkflows/models/main'
include { PAIRS     } from './subworkflows/pairs/main'
include { REFERENCE } from './subworkflows/reference/main'
include { SCORES    } from './subworkflows/scores/main'
include { SUMMARY   } from './subworkflows/summary/main'

workflow {
    main:
    if (params.help.toString() == 'true') {
        println(help_text())
        exit(0)
    }

    // Wrong parameters end it here, before any task starts; software of another version before any but its own.
    def given = check_parameters(params)
    def strategies = choose_strategies(given.strategies)
    check_image(workflow.containerEngine, workflow.container)
    VERSIONS(nextflow.version.toString())
    software = VERSIONS.out.map { file ->
        def wrong = find_wrong_version(file, workflow.manifest.version)
        if (wrong) {
            error(wrong)
        }
        workflow.manifest.version
    }

    // What all share, the pairs of the sample sheet, and the settings under which they are done.
    REFERENCE(given, software)
    PAIRS(REFERENCE.out.sheet, REFERENCE.out.response, given)
    GRID(given, software)

    // One study per pair, gene-set resource, and setting that preprocesses in its own way: [meta of a study, cells, labels, gene sets]
    sources = PAIRS.out.pairs
        .combine(REFERENCE.out.gene_sets)
        .combine(GRID.out.settings.filter { setting -> setting.study == setting.name })
        .map { pair, cells, labels, gene_sets, setting -> [study_meta(pair, gene_sets.baseName, setting), cells, labels, gene_sets] }
    PREPROCESS(sources, REFERENCE.out.bulk, REFERENCE.out.response, given.gene_ids ? file(given.gene_ids) : [])

    // All drugs at once on every file of cells, if asked for: [meta of a screen, cells]
    SCREEN(PAIRS.out.screens, REFERENCE.out.bulk, REFERENCE.out.response, given.gene_ids ? file(given.gene_ids) : [])

    // Every setting takes the studies of its own or of an earlier setting: [meta of a study, study]
    studies = PREPROCESS.out.study
        .combine(GRID.out.settings)
        .filter { meta, _study, setting -> setting.study == meta.grid }
        .map { meta, study, setting -> [setting_meta(meta, setting), study] }
    MODELS(studies, strategies, given.seeds)

    // What the models say of the cells, and why: [meta of a model, study, model]
    PREDICT(MODELS.out.models)
    explained = given.skip_attribution || given.grid ? channel.empty() : MODELS.out.models
    ATTRIBUTE(explained)

    // How right they are, where labels are known.
    SCORES(studies, MODELS.out.encoders, MODELS.out.models, PREDICT.out.predictions, strategies, given)

    artefacts = PREPROCESS.out.study.mix(
        MODELS.out.artefacts, PREDICT.out.predictions, ATTRIBUTE.out.attributions, SCORES.out.scores, SCREEN.out.screen
    )
    events = record_events('preprocess', sources, PREPROCESS.out.study, PREPROCESS.out.failure).mix(
        record_events('screen', PAIRS.out.screens, SCREEN.out.screen, SCREEN.out.failure),
        MODELS.out.events,
        record_events('predict', MODELS.out.models, PREDICT.out.predictions, PREDICT.out.failure),
        record_events('attribute', explained, ATTRIBUTE.out.attributions, ATTRIBUTE.out.failure),
        SCORES.out.events,
    )
    SUMMARY(artefacts, SCORES.out.scores, events, given)
}
