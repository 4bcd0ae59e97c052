include { quote } from '../quote'

process CHECK {
    label 'process_single'

    input:
    path sheet, stageAs: 'sheet/*'
    path response, stageAs: 'response/*'

    output:
    path 'failure.txt', emit: failure, optional: true
    path 'pairs.txt', emit: pairs, optional: true

    script:
    """
    or_failure bulk2cell check ${quote(sheet)} --response ${quote(response)} --no-files > pairs.txt
    """

    stub:
    """
    touch pairs.txt
    """
}
