include { read_message } from '../../functions/failures'
include { check_labelled ; read_rows ; sheet_pairs } from '../../functions/rows'
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
    pairs = CHECK.out.rows
        .combine(sheet)
        .map { rows, file -> sheet_pairs(read_rows(rows), file) }
        .flatMap { all -> given.grid ? check_labelled(all) : all }

    emit:
    pairs // [pair, cells, labels or []]
}
