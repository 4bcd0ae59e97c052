process REPORT {
    label 'process_low'

    input:
    path artefacts, stageAs: '?/*'
    val failures

    output:
    path 'report'

    script:
    """
    cat > failures.json << 'END_OF_FAILURES'
    ${groovy.json.JsonOutput.toJson(failures)}
    END_OF_FAILURES
    bulk2cell report ${artefacts} --failures failures.json --out report ${task.ext.args ?: ''}
    """

    stub:
    """
    mkdir report
    """
}
