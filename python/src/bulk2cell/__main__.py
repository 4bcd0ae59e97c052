"""The program `bulk2cell`, also as `python -m bulk2cell`: it handles signals first, since imports take a while."""

from bulk2cell.signals import Stopped, end, heed_signals


def main() -> None:
    """Run the command line."""
    try:
        heed_signals()
        from bulk2cell.cli.app import main as run_commands

        run_commands()
    except Stopped as stopped:
        end(stopped.number)


if __name__ == "__main__":
    main()
