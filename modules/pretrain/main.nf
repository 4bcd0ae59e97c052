include { quote } from '../../functions/quote'

process PRETRAIN {
    tag "${meta.id}: ${meta.setting}"
    label 'process_gpu'

    input:
    tuple val(meta), path(study)

    output:
    tuple val(meta), path('encoder'), emit: encoder, optional: true
    tuple val(meta), path('failure.txt'), emit: failure, optional: true

    script:
    """
    export OMP_NUM_THREADS=${task.cpus}
    or_failure bulk2cell pretrain ${quote(study)} --out encoder \\
        --strategy ${quote(meta.strategy)} --seed ${meta.seed} ${task.ext.args ?: ''}
    """

    stub:
    """
    mkdir encoder
    """
}
