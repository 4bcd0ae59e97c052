// What happened to the tasks of a stage, and which of them came to no result.

// The line that bulk2cell wrote for a person.
def read_message(failure) {
    failure.text.trim() - 'error: '
}

// Everything that happened to the tasks of a stage: given, made, or said to be impossible, and why.
def record_events(stage, given, made, failed) {
    given.map { row -> [what: 'given', stage: stage, meta: row[0]] }.mix(
        made.map { meta, _artefact -> [what: 'made', stage: stage, meta: meta] },
        failed.map { meta, failure -> [what: 'failed', stage: stage, meta: meta, message: read_message(failure)] },
    )
}

// What was given and not made, and why: what `bulk2cell report --failures` reads.
def find_unfinished(happened) {
    def made = happened.findAll { event -> event.what == 'made' }.collect { event -> [event.stage, event.meta] } as Set
    def messages = happened.findAll { event -> event.what == 'failed' }.collectEntries { event -> [[event.stage, event.meta], event.message] }
    happened
        .findAll { event -> event.what == 'given' && !([event.stage, event.meta] in made) }
        .collect { event ->
            def known = messages[[event.stage, event.meta]] ?: 'its task was given up; see pipeline_info/trace.txt'
            [pair: event.meta.id, setting: event.meta.setting, stage: event.stage, message: known]
        }
        .sort { failure -> failure.values().join(' ') }
}
