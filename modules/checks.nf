// Parameters and sample sheet, held against the rules that the package's own classes gave.

def read_json(path) {
    new groovy.json.JsonSlurper().parse(file(path))
}

def parameter_rules(schema) {
    schema['$defs'].values().findAll { group -> group.properties }.collectEntries { group -> group.properties }
}

// The parameters in their declared types: on the command line of newer engines all are text.
def checked_parameters(given, schema) {
    def rules = parameter_rules(schema)
    def checked = given.collectEntries { name, value ->
        def wrong = rules[name] ? broken_rule(value, rules[name]) : 'there is no such parameter'
        if (wrong) {
            error("--${shown(name)}: ${wrong}; see nextflow_schema.json")
        }
        [name, in_type(value.toString(), rules[name].type)]
    }
    if ([checked.input, checked.simulate, checked.pairs].count { value -> value } != 1) {
        error('--input: give a sample sheet, or --pairs, or --simulate synthetic, and only one of them')
    }
    if (!checked.bulk != !checked.response) {
        error('--bulk: give --bulk and --response together, or neither to have them fetched')
    }
    if ((checked.regime == 'C') != (checked.shots > 0)) {
        error("--shots: ${checked.shots} in regime ${checked.regime}; give at least 1 in regime C, and 0 in all others")
    }
    if (checked.grid && !(checked.grid == 'article' || file(checked.grid).isFile())) {
        error("--grid: no file ${checked.grid}; give a yaml file of `name: [value, ...]`, or article")
    }
    check_gene_sets(checked.gene_sets, schema['$defs'].fetched_gene_sets['enum'])
    return checked
}

def check_gene_sets(resources, fetched) {
    def names = split_list(resources).collect { resource ->
        if (!(resource in fetched) && !(resource.endsWith('.gmt') && file(resource).exists())) {
            error("--gene_sets: '${resource}' is no .gmt file that is there, and not one of ${fetched.join(', ')}")
        }
        file(resource).name - ~/\.gmt$/
    }
    if (names.toUnique() != names) {
        error("--gene_sets: two of ${names.join(', ')} have one name; rename a file")
    }
}

def split_list(text) {
    text.tokenize(',').collect { entry -> entry.trim() }
}

def in_type(text, type) {
    type == 'integer' ? (text.isInteger() ? text.toInteger() : text.toLong()) : type == 'number' ? text.toBigDecimal() : type == 'boolean' ? text.toBoolean() : text
}

def help_text(schema) {
    def groups = schema['$defs'].values().findAll { group -> group.properties }
    groups.collect { group ->
        def lines = group.properties.collect { name, rule ->
            "  --${name.padRight(22)} ${rule.description} [${rule['default']}]"
        }
        "${group.title}\n${lines.join('\n')}"
    }.join('\n\n')
}

// A value as an error shows it: on one line, and nothing in it is an order to the terminal.
def shown(value) {
    value.toString().replaceAll(/\p{Cntrl}/, '?')
}

def broken_rule(value, rule) {
    def text = value.toString()
    def kinds = [integer: /-?\d{1,18}/, number: /-?\d+(\.\d+)?([eE][-+]?\d{1,3})?/, boolean: /true|false/]
    if (rule.type in kinds && !(text ==~ kinds[rule.type])) {
        return "'${shown(text)}' is no ${rule.type}"
    }
    if (rule['enum'] && !(text in rule['enum'])) {
        return "'${shown(text)}' is not one of ${rule['enum'].findAll { choice -> choice }.join(', ')}"
    }
    if (rule.pattern && !(text ==~ rule.pattern)) {
        return "'${shown(text)}' is not ${rule.errorMessage}"
    }
    if (rule.not && text in rule.not['enum']) {
        return "'${text}' is a name that the results need"
    }
    if (rule.minimum != null && text.toBigDecimal() < rule.minimum) {
        return "${text} is below ${rule.minimum}"
    }
    if (rule.maximum != null && text.toBigDecimal() > rule.maximum) {
        return "${text} is above ${rule.maximum}"
    }
    if (rule.exists && text && !file(text).exists()) {
        return "no file ${text}"
    }
    return null
}

def split_csv(sheet) {
    try {
        return sheet.splitCsv(header: true, strip: true, quote: '"')
    }
    catch (Exception _wrong) {
        error("${sheet}: a cell holds a double quote or a line break, which Nextflow cannot read; remove it, and rename the file if its name holds it")
    }
}

// A text as it was before it was made harmless for spreadsheets by an apostrophe.
def original(text, formula) {
    text ==~ "'${formula}" ? text.substring(1) : text
}

def read_sheet(sheet, schema) {
    def rules = schema.items.properties
    def rows = split_csv(sheet).collect { row ->
        row.collectEntries { column, text -> [column, original(text, schema['$defs'].formula.pattern)] }
    }
    if (!rows) {
        error("${sheet}: no rows; write one row per pair")
    }
    def columns = rows[0].keySet()
    def unknown = columns.find { column -> !rules[column] }
    def missing = schema.items.required.find { column -> !(column in columns) }
    if (unknown || missing) {
        def wrong = unknown ? "unknown column '${shown(unknown)}'" : "no column '${missing}'"
        error("${sheet}: ${wrong}; the columns are ${rules.keySet().join(', ')}")
    }
    def pairs = []
    rows.eachWithIndex { row, number ->
        row.findAll { column, value -> value || column in schema.items.required }.each { column, value ->
            def there = rules[column].exists && value ? sheet.parent.resolve(value).toString() : value ?: ''
            def wrong = there ? broken_rule(there, rules[column]) : 'it is empty'
            if (column == 'pair' && value in pairs*.pair) {
                wrong = "'${value}' is there twice"
            }
            if (wrong) {
                error("${sheet} row ${number + 2} column ${column}: ${wrong}")
            }
        }
        pairs << row.findAll { _column, value -> value }
    }
    return pairs
}

// A benchmark compares with labels.
def check_labelled(rows, sheet) {
    def unlabelled = rows.find { row -> !row.labels && !row.label_column }
    if (unlabelled) {
        error("${sheet}: pair '${unlabelled.pair}' has no labels, and --grid compares with labels; give label_column, or leave the pair out")
    }
}

// [meta, cells, labels] of every row: what is no file becomes an option of `bulk2cell preprocess`.
def sheet_pairs(sheet, schema) {
    read_sheet(sheet, schema).collect { row ->
        def options = row - row.subMap('cells', 'labels')
        def meta = [id: row.pair, row: options, labelled: row.labels || row.label_column ? true : false]
        [meta, sheet.parent.resolve(row.cells), row.labels ? sheet.parent.resolve(row.labels) : []]
    }
}

def chosen_strategies(names, schema) {
    def known = schema['$defs'].strategy['enum']
    names == 'all' ? known : known.findAll { name -> name in split_list(names) }
}

// The tasks' bulk2cell must be the pipeline's own: options and artefacts belong to one version.
def same_version(versions, expected) {
    def found = versions.readLines().find { line -> line.startsWith('bulk2cell: ') } - 'bulk2cell: '
    if (found != expected) {
        error("the tasks run bulk2cell ${found}, this pipeline needs ${expected}; give the image of that version with --image")
    }
    return found
}

// An image that is a file must be there; others are the container engine's business.
def check_image(engine, image) {
    if (engine in ['apptainer', 'singularity'] && image.toString().endsWith('.sif') && !file(image).exists()) {
        error("${image}: no such image; make it with `make images`, or give another with --image")
    }
}
