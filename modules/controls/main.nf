include { quote } from '../../functions/quote'

process CONTROLS {
    tag "${meta.id}: ${meta.setting}"
    label 'process_gpu'

    input:
    tuple val(meta), path(study), path(encoder)

    output:
    tuple val(meta), path('controls'), emit: controls, optional: true
    tuple val(meta), path('failure.txt'), emit: failure, optional: true

    script:
    """
    export OMP_NUM_THREADS=${task.cpus}
    or_failure bulk2cell controls ${quote(study)} --encoder ${quote(encoder)} --out controls \\
        --seed ${meta.seed} ${task.ext.args ?: ''}
    """

    stub:
    """
    mkdir controls
    """
}
