// The parameters, held against the schema that the package's own classes gave.

include { regimes } from './regimes'

def read_schema() {
    new groovy.json.JsonSlurper().parse(file("${moduleDir}/../nextflow_schema.json"))
}

def read_groups() {
    read_schema()['$defs'].values().findAll { group -> group.properties }
}

def read_rules() {
    read_groups().collectEntries { group -> group.properties }
}

def help_text() {
    read_groups()
        .collect { group ->
            def lines = group.properties.collect { name, rule ->
                "  --${name.padRight(22)} ${rule.description} [${rule['default']}]"
            }
            "${group.title}\n${lines.join('\n')}"
        }
        .join('\n\n')
}

// The parameters in their declared types: on the command line of newer engines all are text.
def check_parameters(given) {
    def rules = read_rules()
    def checked = given.collectEntries { name, value ->
        def wrong = rules[name] ? find_fault(value, rules[name]) : 'there is no such parameter'
        if (wrong) {
            error("--${show(name)}: ${wrong}; see nextflow_schema.json")
        }
        [name, in_type(value.toString(), rules[name].type)]
    }
    check_inputs(checked)
    check_gene_sets(checked.gene_sets, checked.screen)
    check_shots(checked.regime, checked.shots)
    return checked
}

def in_type(text, type) {
    type == 'integer' ? (text.isInteger() ? text.toInteger() : text.toLong()) : type == 'number' ? text.toBigDecimal() : type == 'boolean' ? text.toBoolean() : text
}

// What is wrong with a value; null if nothing is.
def find_fault(value, rule) {
    def text = value.toString()
    def kinds = [integer: /-?\d{1,18}/, number: /-?\d+(\.\d+)?([eE][-+]?\d{1,3})?/, boolean: /true|false/]
    if (rule.type in kinds && !(text ==~ kinds[rule.type])) {
        return "'${show(text)}' is not ${[integer: 'a whole number', number: 'a number', boolean: 'true or false'][rule.type]}"
    }
    if (rule['enum'] && !(text in rule['enum'])) {
        return "'${show(text)}' is not one of ${rule['enum'].findAll { choice -> choice }.join(', ')}"
    }
    if (rule.pattern && !(text ==~ rule.pattern)) {
        return "'${show(text)}' is not ${rule.errorMessage}"
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

// A value as an error shows it: on one line, and nothing in it is an order to the terminal.
def show(value) {
    value.toString().replaceAll(/\p{Cntrl}/, '?')
}

def check_inputs(given) {
    if ([given.input, given.simulate, given.pairs].count { value -> value } != 1) {
        error('--input: give a sample sheet, or --pairs, or --simulate synthetic, and only one of them')
    }
    if (!given.bulk != !given.response) {
        error('--bulk: give --bulk and --response together, or neither to have them fetched')
    }
    if (given.grid && given.screen) {
        error('--screen: a grid compares pairs alone; leave out --screen or --grid')
    }
    if (given.grid && !(given.grid == 'article' || file(given.grid).isFile())) {
        error("--grid: no file ${given.grid}; give a yaml file of `name: [value, ...]`, or article")
    }
}

def check_shots(regime, shots) {
    if (regimes()[regime].takes_shots != (shots > 0)) {
        def counting = regimes().findAll { _name, facts -> facts.takes_shots }.keySet().join(', ')
        error("--shots: ${shots} in regime ${regime}; give at least 1 in regime ${counting}, and 0 in all others")
    }
}

def check_gene_sets(resources, screen) {
    def fetched = read_schema()['$defs'].fetched_gene_sets['enum']
    def names = split_list(resources).collect { resource ->
        if (!(resource in fetched) && !(resource.endsWith('.gmt') && file(resource).exists())) {
            error("--gene_sets: '${resource}' is neither an existing .gmt file nor one of ${fetched.join(', ')}")
        }
        file(resource).name - ~/\.gmt$/
    }
    if (screen && 'screen' in names) {
        error('--gene_sets: a file named screen would take the folder of the screen; rename it')
    }
    if (names.toUnique() != names) {
        error("--gene_sets: two of ${names.join(', ')} have the same name; rename a file")
    }
}

def split_list(text) {
    text.tokenize(',').collect { entry -> entry.trim() }
}

def choose_strategies(names) {
    def known = read_schema()['$defs'].strategy['enum']
    names == 'all' ? known : known.findAll { name -> name in split_list(names) }
}

// What the grid's own commands are given: no setting depends on the rest.
def shared_parameters(given) {
    given.findAll { name, _value -> !(name in ['grid', 'outdir', 'publish_mode']) }
}
