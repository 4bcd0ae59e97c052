// What bulk2cell prints as one JSON object per line.

include { find_fault ; read_rules } from './parameters'

def read_rows(file) {
    file.readLines().collect { line -> new groovy.json.JsonSlurperClassic().parseText(line) }
}

// What is wrong with the rows for the engine, or null: a place that it cannot take, or no labels to compare with.
def find_wrong_row(rows, sheet, compares) {
    def wrong = rows.findResult { row ->
        ['cells', 'labels'].findAll { column -> row[column] }.findResult { column ->
            def fault = find_fault(place_of(row[column], sheet), read_rules().input)
            fault ? "${sheet}: ${column} of pair '${row.pair}': ${fault}" : null
        }
    }
    def unlabelled = compares ? rows.find { row -> !row.labelled } : null
    if (!wrong && unlabelled) {
        wrong = "--grid: pair '${unlabelled.pair}' has no labels to compare with; give its label_column in the sheet, or leave the pair out"
    }
    return wrong
}

// [pair, cells, labels] of every row with a drug: what is no file becomes an option of `bulk2cell preprocess`.
def sheet_pairs(rows, sheet) {
    rows.findAll { row -> row.drug }.collect { row ->
        def options = row.findAll { column, _text -> !(column in ['cells', 'labels', 'labelled', 'group_column', 'screen']) }
        def pair = [id: row.pair, labelled: row.labelled, row: options]
        [pair, file(place_of(row.cells, sheet)), row.labels ? file(place_of(row.labels, sheet)) : []]
    }
}

// [meta, cells] of every screen: rows that share one name the pair in whose folder it is.
def sheet_screens(rows, sheet) {
    def columns = ['scale', 'orientation', 'layer', 'use_raw', 'group_column', 'sample_column', 'exclude_lines']
    rows.findAll { row -> row.screen == row.pair }.collect { row ->
        def screen = [id: row.pair, setting: '', options: [:], row: row.subMap(columns).findAll { _column, text -> text }]
        [screen, file(place_of(row.cells, sheet))]
    }
}

// The columns of a row as options of a command.
def as_options(row) {
    def switches = row.use_raw?.toLowerCase() == 'true' ? ['--use-raw'] : []
    switches + row.findAll { column, _text -> column != 'use_raw' }.collect { column, text -> "--${column.replace('_', '-')}=${text}" }
}

// A file that a sheet names, by its address or its path from the sheet.
def place_of(named, sheet) {
    named.contains('://') ? named : sheet.parent.resolve(named).toUriString()
}
