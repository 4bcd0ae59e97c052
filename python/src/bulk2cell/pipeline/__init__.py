"""The files of the Nextflow pipeline that are made from the package's own parameter classes."""
