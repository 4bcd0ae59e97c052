include { quote } from '../../functions/quote'

process EVALUATE {
    tag "${meta.id}: ${meta.setting}"
    label 'process_medium'

    input:
    tuple val(meta), path(study), path(predictions, stageAs: '?/*'), path(model),
        path(controls, stageAs: 'controls_?/*')

    output:
    tuple val(meta), path('scores'), emit: scores, optional: true
    tuple val(meta), path('failure.txt'), emit: failure, optional: true

    script:
    def spoilt = [controls].flatten().collect { folder -> ['--controls', folder] }
    """
    export OMP_NUM_THREADS=${task.cpus}
    or_failure bulk2cell evaluate ${quote(study)} ${quote(predictions)} --model ${quote(model)} ${quote(spoilt)} \\
        --out scores ${task.ext.args ?: ''}
    """

    stub:
    """
    mkdir scores
    """
}
