include { quote } from '../../functions/quote'

// Its stub leaves out only the drugs: what a run consists of depends on the rows.
process CHECK {
    label 'process_single'

    input:
    path sheet, stageAs: 'sheet/*'
    path response, stageAs: 'response/*'
    val screen

    output:
    path 'failure.txt', emit: failure, optional: true
    path 'rows.jsonl', emit: rows, optional: true

    script:
    """
    or_failure bulk2cell check ${quote(sheet)} --response ${quote(response)} --no-files --json \\
        ${quote(screen ? ['--screen'] : [])} > rows.jsonl
    """

    stub:
    """
    or_failure bulk2cell check ${quote(sheet)} --no-files --json ${quote(screen ? ['--screen'] : [])} > rows.jsonl
    """
}
