include { quote } from '../../functions/quote'

process SIMULATE {
    tag "${world}"
    label 'process_low'

    input:
    val world
    path bulk, stageAs: 'bulk/*'
    path response, stageAs: 'response/*'

    output:
    path 'simulated'

    script:
    def drawn_from = bulk ? ['--bulk', bulk, '--response', response] : []
    """
    bulk2cell simulate ${quote("--${world}")} ${quote(drawn_from)} --out simulated ${task.ext.args ?: ''}
    """

    stub:
    """
    mkdir simulated
    cd simulated
    touch cells.h5ad bulk.parquet response.parquet gene_sets.gmt
    printf 'pair,drug,cells,label_column\\nstub,Plantedmab,cells.h5ad,label\\n' > pairs.csv
    """
}
