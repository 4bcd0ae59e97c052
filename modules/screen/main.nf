include { as_options } from '../../functions/rows'
include { quote } from '../../functions/quote'

// Its result stands in a folder of the pair's name, by which a report of several screens tells them apart.
process SCREEN {
    tag "${meta.id}"
    label 'process_medium'

    input:
    tuple val(meta), path(cells, stageAs: 'cells/*')
    path bulk, stageAs: 'bulk/*'
    path response, stageAs: 'response/*'
    path gene_ids, stageAs: 'gene_ids/*'

    output:
    tuple val(meta), path("${meta.id}/screen"), emit: screen, optional: true
    tuple val(meta), path('failure.txt'), emit: failure, optional: true

    script:
    def out = "${meta.id}/screen"
    def files = gene_ids ? ['--gene-ids', gene_ids] : []
    """
    export OMP_NUM_THREADS=${task.cpus}
    or_failure bulk2cell screen ${quote(cells)} --bulk ${quote(bulk)} --response ${quote(response)} \\
        ${quote(files + as_options(meta.row))} --out ${quote(out)} ${task.ext.args ?: ''}
    """

    stub:
    """
    mkdir -p ${quote("${meta.id}/screen")}
    """
}
