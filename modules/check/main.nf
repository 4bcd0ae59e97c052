process CHECK {
    label 'process_single'

    input:
    path sheet
    path response

    output:
    path 'failure.txt', emit: failure, optional: true
    path 'pairs.txt', emit: pairs, optional: true

    script:
    """
    or_failure bulk2cell check ${sheet} --response ${response} --no-files > pairs.txt
    """

    stub:
    """
    touch pairs.txt
    """
}
