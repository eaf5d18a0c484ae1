"""The command line: ``medwidget report``, ``medwidget check``, ``medwidget demo``."""
