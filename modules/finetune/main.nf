include { quote } from '../../functions/quote'

process FINETUNE {
    tag "${meta.id}: ${meta.setting}"
    label 'process_gpu'

    input:
    tuple val(meta), path(study), path(encoder), path(shots)

    output:
    tuple val(meta), path('model'), emit: model, optional: true
    tuple val(meta), path('failure.txt'), emit: failure, optional: true

    script:
    def labelled = shots ? ['--shots-from', shots] : []
    """
    export OMP_NUM_THREADS=${task.cpus}
    or_failure bulk2cell finetune ${quote(study)} --encoder ${quote(encoder)} ${quote(labelled)} --out model \\
        --seed ${meta.seed} ${task.ext.args ?: ''}
    """

    stub:
    """
    mkdir model
    """
}
