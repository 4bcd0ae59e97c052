include { as_options } from '../../functions/rows'
include { quote } from '../../functions/quote'

process PREPROCESS {
    tag "${meta.id}: ${meta.setting}"
    label 'process_medium'

    input:
    tuple val(meta), path(cells, stageAs: 'cells/*'), path(labels, stageAs: 'labels/*'), path(gene_sets, stageAs: 'gene_sets/*')
    path bulk, stageAs: 'bulk/*'
    path response, stageAs: 'response/*'
    path gene_ids, stageAs: 'gene_ids/*'

    output:
    tuple val(meta), path('study'), emit: study, optional: true
    tuple val(meta), path('failure.txt'), emit: failure, optional: true

    script:
    def files = (labels ? ['--labels', labels] : []) + (gene_ids ? ['--gene-ids', gene_ids] : [])
    """
    export OMP_NUM_THREADS=${task.cpus}
    or_failure bulk2cell preprocess --bulk ${quote(bulk)} --response ${quote(response)} --cells ${quote(cells)} \\
        --gene-sets ${quote(gene_sets)} ${quote(files + as_options(meta.row))} \\
        --out study ${task.ext.args ?: ''}
    """

    stub:
    """
    mkdir study
    """
}
