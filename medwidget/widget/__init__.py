"""The widget: a session without a browser, work off the comm thread, and one AnyWidget."""
