include { quote } from '../../functions/quote'

process ATTRIBUTE {
    tag "${meta.id}: ${meta.setting}"
    label 'process_medium'

    input:
    tuple val(meta), path(study), path(model)

    output:
    tuple val(meta), path('attributions'), emit: attributions, optional: true
    tuple val(meta), path('failure.txt'), emit: failure, optional: true

    script:
    """
    export OMP_NUM_THREADS=${task.cpus}
    or_failure bulk2cell attribute ${quote(model)} ${quote(study)} --out attributions ${task.ext.args ?: ''}
    """

    stub:
    """
    mkdir attributions
    """
}
