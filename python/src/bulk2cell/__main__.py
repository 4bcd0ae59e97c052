"""The program `bulk2cell`, also as `python -m bulk2cell`: signals are handled first, since imports take a while."""

import sys

from bulk2cell.limited import continue_in_child_under_a_limit
from bulk2cell.signals import Stopped, end, heed_signals


def main() -> None:
    """Run the command line."""
    try:
        continue_in_child_under_a_limit()
        heed_signals()
        if sys.argv[1:] in ([], ["--help"]):
            from bulk2cell.cli.overview import overview

            sys.stdout.write(f"{overview()}\n")
            return
        from bulk2cell.cli.app import main as run_commands

        run_commands()
    except Stopped as stopped:
        end(stopped.number)


if __name__ == "__main__":
    main()
