"""What a cell puts out: where it goes, what of it is cleared, and JavaScript beside it."""
from google.colab._callbacks import register as register_callback
from google.colab._callbacks import unregister as unregister_callback
from google.colab.output._areas import (
    clear, redirect_to_element, temporary, to_default_area, to_footer_area, to_header_area, use_tags,
)
from google.colab.output._js import eval_js
from google.colab.output._ports import serve_kernel_port_as_iframe, serve_kernel_port_as_window

__all__ = [
    "clear", "disable_custom_widget_manager", "enable_custom_widget_manager", "eval_js", "no_vertical_scroll",
    "redirect_to_element", "register_callback", "serve_kernel_port_as_iframe", "serve_kernel_port_as_window", "temporary",
    "to_default_area", "to_footer_area", "to_header_area", "unregister_callback", "use_tags",
]


def no_vertical_scroll():
    """Frames are as tall as what they hold, so that there is nothing to change."""


def enable_custom_widget_manager(version=None):
    """Widgets of other packages are drawn without it: their scripts come from the kernel."""


def disable_custom_widget_manager():
    """As enable_custom_widget_manager(): nothing to change."""
