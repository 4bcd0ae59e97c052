// Holds every value of a list against every rule of the two schemas, by the pipeline's own check, and prints what it says.
include { broken_rule ; parameter_rules ; read_json } from '../../modules/checks'

workflow {
    def columns = read_json("${projectDir}/../../assets/schema_input.json").items.properties
    def rules = parameter_rules(read_json("${projectDir}/../../nextflow_schema.json")) + columns.collectEntries { name, rule -> ["column ${name}".toString(), rule] }
    def said = rules.collectEntries { name, rule ->
        [name, read_json(params.values).collect { value -> broken_rule(value, rule) }]
    }
    println(groovy.json.JsonOutput.toJson(said))
}
