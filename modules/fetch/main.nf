process FETCH {
    tag "${names.join(' ')}"
    label 'process_single'

    input:
    val names

    output:
    path 'reference'

    script:
    """
    bulk2cell fetch ${names.join(' ')} --out reference --cache cache ${task.ext.args ?: ''}
    """

    stub:
    """
    mkdir reference
    touch reference/gdsc_expression.parquet reference/gdsc_response.parquet
    for name in ${names.join(' ')}; do touch reference/\$name.gmt reference/\$name.parquet; done
    """
}
