include { record_events } from '../../functions/failures'
include { model_meta } from '../../functions/names'
include { FINETUNE } from '../../modules/finetune/main'
include { PRETRAIN } from '../../modules/pretrain/main'
include { SHOTS    } from '../../modules/shots/main'

// One model per study, strategy and seed: an encoder, and the classifier on it.
workflow MODELS {
    take:
    studies // [meta of a study, study]
    strategies // names
    seeds // how many

    main:
    // [meta of a model, study]
    trainings = studies
        .combine(channel.fromList(strategies))
        .combine(channel.of(1..seeds))
        .map { meta, study, strategy, seed -> [model_meta(meta, strategy, seed), study] }
    PRETRAIN(trainings)

    // [meta of a model, shots or []]: the labelled cells that training may see
    drawings = trainings.filter { meta, _study -> meta.regime.sees_labels }
    SHOTS(drawings)
    shots = trainings
        .filter { meta, _study -> !meta.regime.sees_labels }
        .map { meta, _study -> [meta, []] }
        .mix(SHOTS.out.shots)

    // [meta of a model, study, encoder]
    encoders = trainings.join(PRETRAIN.out.encoder)
    finetunings = encoders.join(shots)
    FINETUNE(finetunings)

    emit:
    encoders
    models = trainings.join(FINETUNE.out.model) // [meta of a model, study, model]
    artefacts = PRETRAIN.out.encoder.mix(FINETUNE.out.model) // [meta of a model, folder]
    events = record_events('pretrain', trainings, PRETRAIN.out.encoder, PRETRAIN.out.failure).mix(
        record_events('shots', drawings, SHOTS.out.shots, SHOTS.out.failure),
        record_events('finetune', finetunings, FINETUNE.out.model, FINETUNE.out.failure),
    )
}
