// The software that the tasks run.

// An image that is a file must be there; others are the container engine's business.
def check_image(engine, image) {
    if (engine in ['apptainer', 'singularity'] && image.toString().endsWith('.sif') && !file(image).exists()) {
        error("${image}: no such image; make it with `make images`, or give another with --image")
    }
}

// What is wrong with the tasks' bulk2cell, or null: options and artefacts belong to one version.
def find_wrong_version(versions, expected) {
    def found = versions.readLines().find { line -> line.startsWith('bulk2cell: ') } - 'bulk2cell: '
    found == expected ? null : "the tasks run bulk2cell ${found}, this pipeline needs ${expected}; give the image of that version with --image"
}
