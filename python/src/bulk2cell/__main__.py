"""Run the command line as `python -m bulk2cell`."""

from bulk2cell.cli.app import main

main()
