include { read_message } from '../../functions/failures'
include { find_wrong_row ; read_rows ; sheet_pairs } from '../../functions/rows'
include { CHECK } from '../../modules/check/main'

// The pairs of the sample sheet, after bulk2cell has checked it whole.
workflow PAIRS {
    take:
    sheet // file
    response // file
    given // the parameters

    main:
    CHECK(sheet, response)
    CHECK.out.failure.map { failure -> error(read_message(failure)) }
    // `error` is called here, since its words are lost where a function calls it for an operator.
    pairs = CHECK.out.rows
        .combine(sheet)
        .flatMap { checked, file ->
            def rows = read_rows(checked)
            def wrong = find_wrong_row(rows, file, given.grid)
            if (wrong) {
                error(wrong)
            }
            sheet_pairs(rows, file)
        }

    emit:
    pairs // [pair, cells, labels or []]
}
