// It has no stub: what a run consists of depends on the settings.
process SETTINGS {
    label 'process_single'

    input:
    val given
    path grid, stageAs: 'grid/*'

    output:
    path 'failure.txt', emit: failure, optional: true
    path 'settings.jsonl', emit: settings, optional: true

    script:
    """
    cat > params.json << 'END_OF_PARAMETERS'
    ${groovy.json.JsonOutput.toJson(given)}
    END_OF_PARAMETERS
    or_failure bulk2cell settings --params params.json --grid ${grid ?: 'article'} > settings.jsonl
    """
}
