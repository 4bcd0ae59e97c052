#!/usr/bin/env nextflow

include { check_image ; check_labelled ; checked_parameters ; chosen_strategies ; help_text ; read_json } from './modules/checks'
include { read_sheet ; same_version ; sheet_pairs } from './modules/checks'
include { events ; unfinished } from './modules/failures'
include { in_order ; in_setting ; model_meta ; only_setting ; read_settings ; scores_meta ; study_meta } from './modules/meta'
include { REFERENCE     } from './modules/reference'
include { VERSIONS      } from './modules/versions/main'
include { SETTINGS      } from './modules/settings/main'
include { CHECK         } from './modules/check/main'
include { PREPROCESS    } from './modules/preprocess/main'
include { PRETRAIN      } from './modules/pretrain/main'
include { SHOTS         } from './modules/shots/main'
include { FINETUNE      } from './modules/finetune/main'
include { PREDICT       } from './modules/predict/main'
include { EVALUATE      } from './modules/evaluate/main'
include { ATTRIBUTE     } from './modules/attribute/main'
include { REPORT        } from './modules/report/main'
include { BENCHMARK     } from './modules/benchmark/main'
include { OUTCOME       } from './modules/outcome/main'

workflow {
    main:
    // Wrong parameters and a wrong sample sheet end it here, before any task starts.
    def rules = read_json("${projectDir}/nextflow_schema.json")
    def sheet_rules = read_json("${projectDir}/assets/schema_input.json")
    if (params.help.toString() == 'true') {
        println(help_text(rules))
        exit(0)
    }
    def given = checked_parameters(params, rules)
    if (given.input) {
        def rows = read_sheet(file(given.input), sheet_rules)
        if (given.grid) {
            check_labelled(rows, given.input)
        }
    }
    check_image(workflow.containerEngine, workflow.container)
    def strategies = chosen_strategies(given.strategies, rules)

    software = VERSIONS(nextflow.version.toString()).map { file -> same_version(file, workflow.manifest.version) }
    REFERENCE(given, software)

    // The settings of the grid, of which the default is one.
    grid = given.grid in ['', 'article'] ? [] : file(given.grid)
    shared = given.findAll { name, _value -> !(name in ['grid', 'outdir', 'publish_mode']) }
    SETTINGS(given.grid ? software.map { _version -> shared } : channel.empty(), grid)
    SETTINGS.out.failure.map { line -> error(line.text.trim() - 'error: ') }
    settings = given.grid
        ? SETTINGS.out.settings.flatMap { file -> read_settings(file) }
        : channel.of(only_setting(given.regime))

    // What only the reference data can tell: whether every drug is known.
    CHECK(REFERENCE.out.sheet, REFERENCE.out.response)
    CHECK.out.failure.map { line -> error(line.text.trim() - 'error: ') }

    // One study per pair, gene-set resource, and setting that preprocesses in its own way.
    pairs = REFERENCE.out.sheet
        .combine(CHECK.out.pairs)
        .flatMap { sheet, _checked -> sheet_pairs(sheet, sheet_rules) }
        .combine(REFERENCE.out.gene_sets)
        .combine(settings.filter { setting -> setting.study == setting.name })
        .map { meta, cells, labels, gene_sets, setting -> [study_meta(meta, gene_sets.baseName, setting), cells, labels, gene_sets] }
    PREPROCESS(pairs, REFERENCE.out.bulk, REFERENCE.out.response, given.gene_ids ? file(given.gene_ids) : [])

    prepared = PREPROCESS.out.study
        .combine(settings)
        .filter { meta, _study, setting -> setting.study == meta.grid }
        .map { meta, study, setting -> [in_setting(meta, setting), study] }

    // One model per study, setting, strategy and seed.
    studies = prepared
        .combine(channel.fromList(strategies))
        .combine(channel.of(1..given.seeds))
        .map { meta, study, strategy, seed -> [model_meta(meta, strategy, seed), study] }
    PRETRAIN(studies)
    drawn = studies.filter { meta, _study -> meta.regime in ['C', 'D'] }
    SHOTS(drawn)
    shots = studies
        .filter { meta, _study -> !(meta.regime in ['C', 'D']) }
        .map { meta, _study -> [meta, []] }
        .mix(SHOTS.out.shots)
    encoders = studies.join(PRETRAIN.out.encoder).join(shots)
    FINETUNE(encoders)
    models = studies.join(FINETUNE.out.model)
    PREDICT(models)
    explained = given.skip_attribution || given.grid ? channel.empty() : models
    ATTRIBUTE(explained)

    // One table of scores per study with labels and setting.
    predictions = FINETUNE.out.model
        .join(PREDICT.out.predictions)
        .filter { meta, _model, _predictions -> meta.study.labelled }
        .map { meta, model, predictions -> [meta.study, [meta, model, predictions]] }
        .groupTuple(size: strategies.size() * given.seeds, remainder: true)
        .map { study, found -> [study] + in_order(found, strategies) }
    scored = prepared
        .join(predictions)
        .map { meta, study, found, model -> [scores_meta(meta), study, found, model] }
    EVALUATE(scored)

    // One report of everything that was made, and of what failed; of a grid, one benchmark.
    artefacts = PREPROCESS.out.study.mix(
        PRETRAIN.out.encoder, FINETUNE.out.model, PREDICT.out.predictions, EVALUATE.out.scores, ATTRIBUTE.out.attributions
    )
    happened = events('preprocess', pairs, PREPROCESS.out.study, PREPROCESS.out.failure).mix(
        events('pretrain', studies, PRETRAIN.out.encoder, PRETRAIN.out.failure),
        events('shots', drawn, SHOTS.out.shots, SHOTS.out.failure),
        events('finetune', encoders, FINETUNE.out.model, FINETUNE.out.failure),
        events('predict', models, PREDICT.out.predictions, PREDICT.out.failure),
        events('attribute', explained, ATTRIBUTE.out.attributions, ATTRIBUTE.out.failure),
        events('evaluate', scored, EVALUATE.out.scores, EVALUATE.out.failure),
    )
    failures = happened.toList().map { all -> unfinished(all) }
    everything = artefacts.map { _meta, artefact -> artefact }.toSortedList()
    compared = EVALUATE.out.scores
        .toSortedList { row -> row[0].folder }
        .map { rows -> [rows.collect { row -> row[0].grid }, rows.collect { row -> row[1] }] }
    REPORT(given.grid ? channel.empty() : everything, failures)
    BENCHMARK(given.grid ? compared : channel.empty(), failures, shared, grid)
    failures.flatMap().view { failure -> "failed: ${failure.pair} (${failure.setting}) in ${failure.stage}: ${failure.message}" }
    OUTCOME(failures.filter { all -> all }, REPORT.out.mix(BENCHMARK.out))
}
