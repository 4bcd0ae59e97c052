"""The command line: one thin file per command."""

COMMANDS = (
    "fetch",
    "pairs",
    "drugs",
    "simulate",
    "preprocess",
    "pretrain",
    "shots",
    "finetune",
    "controls",
    "predict",
    "evaluate",
    "attribute",
    "report",
    "check",
    "run",
    "benchmark",
    "settings",
    "compare",
    "demo",
    "versions",
)
