include { quote } from '../../functions/quote'

process VERSIONS {
    label 'process_single'

    input:
    val nextflow_version

    output:
    path 'versions.yml'

    script:
    """
    bulk2cell versions > versions.yml
    echo ${quote("nextflow: ${nextflow_version}")} >> versions.yml
    """

    stub:
    """
    echo ${quote("bulk2cell: ${workflow.manifest.version}")} > versions.yml
    """
}
