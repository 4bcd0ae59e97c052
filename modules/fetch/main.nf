include { quote } from '../../functions/quote'

process FETCH {
    tag "${(names + pairs).join(' ')}"
    label 'process_single'

    input:
    val names
    val pairs

    output:
    path 'reference'

    script:
    """
    bulk2cell fetch ${quote(names + pairs)} --out reference --cache cache ${task.ext.args ?: ''}
    """

    stub:
    """
    mkdir reference
    touch reference/gdsc_expression.parquet reference/gdsc_response.parquet
    for name in ${quote(names)}; do touch "reference/\$name.gmt" "reference/\$name.parquet"; done
    cd reference
    echo pair,drug,cells,label_column > fetched_pairs.csv
    for pair in ${quote(pairs)}; do
        touch "\$pair.h5ad"
        echo "\$pair,stub,\$pair.h5ad,response" >> fetched_pairs.csv
    done
    """
}
