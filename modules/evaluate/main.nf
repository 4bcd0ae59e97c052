process EVALUATE {
    tag "${meta.id}: ${meta.setting}"
    label 'process_medium'

    input:
    tuple val(meta), path(study), path(predictions, stageAs: '?/*'), path(model)

    output:
    tuple val(meta), path('scores'), emit: scores, optional: true
    tuple val(meta), path('failure.txt'), emit: failure, optional: true

    script:
    """
    export OMP_NUM_THREADS=${task.cpus}
    or_failure bulk2cell evaluate ${study} ${predictions} --model ${model} --out scores ${task.ext.args ?: ''}
    """

    stub:
    """
    mkdir scores
    """
}
