// Holds every value of a list against every rule of the two schemas, by the pipeline's own check, and prints what it says.
// What it admits as memory or time, the engine reads, or this ends.
include { broken_rule ; parameter_rules ; read_json } from '../../modules/checks'

workflow {
    def columns = read_json("${projectDir}/../../assets/schema_input.json").items.properties
    def rules = parameter_rules(read_json("${projectDir}/../../nextflow_schema.json")) + columns.collectEntries { name, rule -> ["column ${name}".toString(), rule] }
    def read = [max_memory: nextflow.util.MemoryUnit, max_time: nextflow.util.Duration]
    def said = rules.collectEntries { name, rule ->
        [name, read_json(params.values).collectEntries { value ->
            def wrong = broken_rule(value, rule)
            if (name in read && !wrong) {
                read[name].newInstance(value)
            }
            [value, wrong]
        }]
    }
    println(groovy.json.JsonOutput.toJson(said))
}
