include { quote } from '../../functions/quote'

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
    def names = settings.collect { name -> "--setting=${name}" }
    """
    echo ${quote(groovy.json.JsonOutput.toJson(failures))} > failures.json
    echo ${quote(groovy.json.JsonOutput.toJson(given))} > params.json
    bulk2cell compare ${quote(scores)} ${quote(names)} --params params.json --grid ${quote(grid ?: 'article')} \\
        --failures failures.json --out benchmark
    """

    stub:
    """
    mkdir benchmark
    """
}
