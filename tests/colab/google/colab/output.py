"""The part of Colab's front end that widgets ask for."""


def enable_custom_widget_manager() -> None:
    """Let widgets load their front ends; nothing to do outside Colab."""
