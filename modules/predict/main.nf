include { quote } from '../../functions/quote'

process PREDICT {
    tag "${meta.id}: ${meta.setting}"
    label 'process_low'

    input:
    tuple val(meta), path(study), path(model)

    output:
    tuple val(meta), path('predictions'), emit: predictions, optional: true
    tuple val(meta), path('failure.txt'), emit: failure, optional: true

    script:
    """
    export OMP_NUM_THREADS=${task.cpus}
    or_failure bulk2cell predict ${quote(model)} ${quote(study)} --out predictions ${task.ext.args ?: ''}
    """

    stub:
    """
    mkdir predictions
    """
}
