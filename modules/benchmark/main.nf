process BENCHMARK {
    label 'process_low'

    input:
    tuple val(settings), path(scores, stageAs: '?/*')
    val failures
    val given
    path grid, stageAs: 'grid/*'

    output:
    path 'benchmark'

    script:
    def names = settings.collect { name -> "--setting ${name}" }.join(' ')
    """
    cat > failures.json << 'END_OF_FAILURES'
    ${groovy.json.JsonOutput.toJson(failures)}
    END_OF_FAILURES
    cat > params.json << 'END_OF_PARAMETERS'
    ${groovy.json.JsonOutput.toJson(given)}
    END_OF_PARAMETERS
    bulk2cell compare ${scores} ${names} --params params.json --grid ${grid ?: 'article'} \\
        --failures failures.json --out benchmark
    """

    stub:
    """
    mkdir benchmark
    """
}
