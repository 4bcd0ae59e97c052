include { quote } from '../../functions/quote'

process REPORT {
    label 'process_low'

    input:
    path artefacts, stageAs: '?/*'
    val failures

    output:
    path 'report'

    script:
    """
    echo ${quote(groovy.json.JsonOutput.toJson(failures))} > failures.json
    bulk2cell report ${quote(artefacts)} --failures failures.json --out report ${task.ext.args ?: ''}
    """

    stub:
    """
    mkdir report
    """
}
