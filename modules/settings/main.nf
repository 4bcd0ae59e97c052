include { quote } from '../../functions/quote'

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
    echo ${quote(groovy.json.JsonOutput.toJson(given))} > params.json
    or_failure bulk2cell settings --params params.json --grid ${quote(grid ?: 'article')} > settings.jsonl
    """
}
