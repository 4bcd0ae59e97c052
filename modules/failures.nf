// Everything that happened to the tasks of a stage: given, made, or said to be impossible, and why.
def events(stage, given, made, said) {
    given.map { row -> [what: 'given', stage: stage, meta: row[0]] }.mix(
        made.map { meta, _artefact -> [what: 'made', stage: stage, meta: meta] },
        said.map { meta, line -> [what: 'said', stage: stage, meta: meta, text: line.text.trim() - 'error: '] },
    )
}

// What was given and not made, and why: what `bulk2cell report --failures` reads.
def unfinished(happened) {
    def made = happened.findAll { event -> event.what == 'made' }.collect { event -> [event.stage, event.meta] } as Set
    def said = happened.findAll { event -> event.what == 'said' }.collectEntries { event -> [[event.stage, event.meta], event.text] }
    happened
        .findAll { event -> event.what == 'given' && !([event.stage, event.meta] in made) }
        .collect { event ->
            def message = said[[event.stage, event.meta]] ?: 'its task was given up; see pipeline_info/trace.txt'
            [pair: event.meta.id, setting: event.meta.setting, stage: event.stage, message: message]
        }
        .sort { failure -> failure.values().join(' ') }
}
