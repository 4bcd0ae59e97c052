include { split_list } from '../../functions/parameters'
include { FETCH    } from '../../modules/fetch/main'
include { SIMULATE } from '../../modules/simulate/main'

// What all pairs share, given or fetched once, and the sample sheet, given, fetched or simulated.
workflow REFERENCE {
    take:
    given // the parameters
    software // version of the tasks' bulk2cell: nothing is fetched before it is known to be right

    main:
    def resources = split_list(given.gene_sets)
    def files = resources.findAll { resource -> resource.endsWith('.gmt') }
    def names = resources - files
    def fetched = given.bulk ? names : ['gdsc'] + names
    def pairs = split_list(given.pairs)

    if (given.simulate == 'synthetic') {
        reference = SIMULATE(software.map { _version -> 'synthetic' }, [], [])
        bulk = reference.map { folder -> folder.resolve('bulk.parquet') }
        response = reference.map { folder -> folder.resolve('response.parquet') }
        gene_sets = reference.map { folder -> folder.resolve('gene_sets.gmt') }
        sheet = reference.map { folder -> folder.resolve('pairs.csv') }
    }
    else {
        reference = fetched || pairs ? FETCH(software.map { _version -> fetched }, pairs) : software
        bulk = reference.map { folder -> given.bulk ? file(given.bulk) : folder.resolve('gdsc_expression.parquet') }
        response = reference.map { folder -> given.bulk ? file(given.response) : folder.resolve('gdsc_response.parquet') }
        gene_sets = reference.flatMap { folder ->
            resources.collect { resource ->
                resource in files ? file(resource) : folder.resolve("${resource}.gmt")
            }
        }
        if (given.simulate == 'demo') {
            sheet = SIMULATE(software.map { _version -> 'demo' }, bulk, response).map { folder -> folder.resolve('pairs.csv') }
        }
        else if (pairs) {
            sheet = reference.map { folder -> folder.resolve('fetched_pairs.csv') }
        }
        else {
            sheet = software.map { _version -> file(given.input) }
        }
    }

    emit:
    bulk // file
    response // file
    gene_sets // one file per resource
    sheet // file
}
