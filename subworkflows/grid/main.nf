include { read_message } from '../../functions/failures'
include { only_setting } from '../../functions/names'
include { shared_parameters } from '../../functions/parameters'
include { read_rows } from '../../functions/rows'
include { SETTINGS } from '../../modules/settings/main'

// The settings of the grid, of which the default is one; without a grid there is only one.
workflow GRID {
    take:
    given // the parameters
    software // version

    main:
    if (given.grid) {
        SETTINGS(software.map { _version -> shared_parameters(given) }, given.grid == 'article' ? [] : file(given.grid))
        SETTINGS.out.failure.map { failure -> error(read_message(failure)) }
        settings = SETTINGS.out.settings.flatMap { rows -> read_rows(rows) }
    }
    else {
        settings = channel.of(only_setting(given.regime))
    }

    emit:
    settings // [name, study: name of the setting whose studies it takes, regime, options of the stages]
}
