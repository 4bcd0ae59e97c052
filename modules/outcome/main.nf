include { quote } from '../../functions/quote'

// Fails where anything failed, so that the run ends with exit status 1 once everything else is done.
process OUTCOME {
    label 'process_single'

    input:
    val failures
    path report

    script:
    """
    echo ${quote("${failures.size()} tasks came to no result; ${report}/${report}.html names them")} >&2
    exit 1
    """
}
