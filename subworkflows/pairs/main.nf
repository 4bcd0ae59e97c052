include { read_message } from '../../functions/failures'
include { find_wrong_row ; read_rows ; sheet_pairs ; sheet_screens } from '../../functions/rows'
include { CHECK } from '../../modules/check/main'

// The pairs of the sample sheet and the screens of its cells, after bulk2cell has checked it whole.
workflow PAIRS {
    take:
    sheet // file
    response // file
    given // the parameters

    main:
    CHECK(sheet, response, given.screen)
    CHECK.out.failure.map { failure -> error(read_message(failure)) }
    // `error` is called here, since its words are lost where a function calls it for an operator.
    checked = CHECK.out.rows
        .combine(sheet)
        .map { found, file ->
            def rows = read_rows(found)
            def wrong = find_wrong_row(rows, file, given.grid)
            if (wrong) {
                error(wrong)
            }
            [rows, file]
        }

    emit:
    pairs = checked.flatMap { rows, file -> sheet_pairs(rows, file) } // [pair, cells, labels or []]
    screens = checked.flatMap { rows, file -> sheet_screens(rows, file) } // [meta of a screen, cells]; none unless asked for
}
