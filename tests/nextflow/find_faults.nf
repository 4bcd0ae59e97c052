// Holds every value of a list against every rule of the schema, by the pipeline's own check, and prints what it says.
// What it admits as memory or time, the engine reads, or this ends.
include { find_fault ; read_rules } from '../../functions/parameters'

workflow {
    def read = [max_memory: nextflow.util.MemoryUnit, max_time: nextflow.util.Duration]
    def values = new groovy.json.JsonSlurper().parse(file(params.values))
    def said = read_rules().collectEntries { name, rule ->
        [name, values.collectEntries { value ->
            def wrong = find_fault(value, rule)
            if (name in read && !wrong) {
                read[name].newInstance(value)
            }
            [value, wrong]
        }]
    }
    println(groovy.json.JsonOutput.toJson(said))
}
