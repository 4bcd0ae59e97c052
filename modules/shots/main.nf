include { quote } from '../../functions/quote'

process SHOTS {
    tag "${meta.id}: ${meta.setting}"
    label 'process_low'

    input:
    tuple val(meta), path(study)

    output:
    tuple val(meta), path('shots'), emit: shots, optional: true
    tuple val(meta), path('failure.txt'), emit: failure, optional: true

    script:
    """
    or_failure bulk2cell shots ${quote(study)} --out shots --seed ${meta.seed} ${task.ext.args ?: ''}
    """

    stub:
    """
    mkdir shots
    """
}
