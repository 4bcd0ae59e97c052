include { record_events } from '../../functions/failures'
include { controls_meta ; order_models ; scores_meta } from '../../functions/names'
include { CONTROLS } from '../../modules/controls/main'
include { EVALUATE } from '../../modules/evaluate/main'

// One table of scores per study with labels, beside controls: models with one part spoilt, which the scores must beat.
workflow SCORES {
    take:
    studies // [meta of a study, study]
    encoders // [meta of a model, study, encoder]
    models // [meta of a model, study, model]
    predictions // [meta of a model, predictions]
    strategies // names
    given // the parameters

    main:
    // [meta of a strategy's controls, study, encoder]
    spoilable = given.skip_controls || given.grid
        ? channel.empty()
        : encoders
            .filter { meta, _study, _encoder -> meta.seed == 1 && meta.study.labelled && meta.regime.has_controls }
            .map { meta, study, encoder -> [controls_meta(meta), study, encoder] }
    CONTROLS(spoilable)

    // [meta of a study, controls of its strategies]
    controls = CONTROLS.out.controls
        .map { meta, made -> [meta.study, made] }
        .groupTuple(size: strategies.size(), remainder: true)

    // [meta of a study, predictions of its models, the first model]
    predicted = models
        .join(predictions)
        .filter { meta, _study, _model, _made -> meta.study.labelled }
        .map { meta, _study, model, made -> [meta.study, [meta, model, made]] }
        .groupTuple(size: strategies.size() * given.seeds, remainder: true)
        .map { meta, found -> [meta] + order_models(found, strategies) }

    // [meta of scores, study, predictions, model, controls or []]
    scorable = studies
        .join(predicted)
        .join(controls, remainder: true)
        .filter { row -> row[3] }
        .map { meta, study, made, model, spoilt -> [scores_meta(meta), study, made, model, spoilt ?: []] }
    EVALUATE(scorable)

    emit:
    scores = EVALUATE.out.scores // [meta of scores, scores]
    events = record_events('controls', spoilable, CONTROLS.out.controls, CONTROLS.out.failure).mix(
        record_events('evaluate', scorable, EVALUATE.out.scores, EVALUATE.out.failure)
    )
}
