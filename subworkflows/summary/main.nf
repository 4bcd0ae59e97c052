include { find_unfinished } from '../../functions/failures'
include { shared_parameters } from '../../functions/parameters'
include { BENCHMARK } from '../../modules/benchmark/main'
include { OUTCOME   } from '../../modules/outcome/main'
include { REPORT    } from '../../modules/report/main'

// One report of all that was made, and of what failed; of a grid, one benchmark.
workflow SUMMARY {
    take:
    artefacts // [meta, folder]
    scores // [meta of scores, scores]
    events // what happened to every task, see functions/failures.nf
    given // the parameters

    main:
    failures = events.toList().map { all -> find_unfinished(all) }
    if (given.grid) {
        // [names of settings, their scores]
        compared = scores
            .toSortedList { row -> row[0].folder }
            .map { rows -> [rows.collect { row -> row[0].grid }, rows.collect { row -> row[1] }] }
        page = BENCHMARK(compared, failures, shared_parameters(given), given.grid == 'article' ? [] : file(given.grid))
    }
    else {
        page = REPORT(artefacts.map { _meta, folder -> folder }.toSortedList(), failures)
    }
    failures.flatMap().view { failure -> "failed: ${failure.pair}${failure.setting ? " (${failure.setting})" : ''} in ${failure.stage}: ${failure.message}" }
    OUTCOME(failures.filter { all -> all }, page)
}
