"""``python -m medwidget``: the command line."""

from medwidget.command.main import main

if __name__ == "__main__":
    raise SystemExit(main())
