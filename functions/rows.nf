// What bulk2cell prints as one JSON object per line.

include { find_fault ; read_rules } from './parameters'

def read_rows(file) {
    file.readLines().collect { line -> new groovy.json.JsonSlurperClassic().parseText(line) }
}

// [pair, cells, labels] of every row of a sheet: what is no file becomes an option of `bulk2cell preprocess`.
def sheet_pairs(rows, sheet) {
    rows.collect { row ->
        def options = row.findAll { column, _text -> !(column in ['cells', 'labels', 'labelled']) }
        def pair = [id: row.pair, labelled: row.labelled, row: options]
        [pair, sheet_file(row, 'cells', sheet), row.labels ? sheet_file(row, 'labels', sheet) : []]
    }
}

// A file that a sheet names, by its address or its path from the sheet.
def sheet_file(row, column, sheet) {
    def named = row[column]
    def place = named.contains('://') ? named : sheet.parent.resolve(named).toUriString()
    def wrong = find_fault(place, read_rules().input)
    if (wrong) {
        error("${sheet}: ${column} of pair '${row.pair}': ${wrong}")
    }
    return file(place)
}

// A benchmark compares with labels.
def check_labelled(pairs) {
    def unlabelled = pairs.find { pair, _cells, _labels -> !pair.labelled }
    if (unlabelled) {
        error("--grid: pair '${unlabelled[0].id}' has no labels to compare with; give its label_column in the sheet, or leave the pair out")
    }
    return pairs
}
