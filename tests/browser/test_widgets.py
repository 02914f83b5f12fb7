"""ipywidgets: alive in sandboxed frames, for everybody who may run, and again after a reload."""

from playwright.sync_api import expect

from tab import Tab

SLIDER = """import ipywidgets as widgets
slider = widgets.IntSlider(value=3, max=50, description='Speed')
label = widgets.Label('below')
slider.observe(lambda change: setattr(label, 'value', f'kernel has {change.new}'), 'value')
box = widgets.VBox([slider, label])
box"""


def widget(tab, index):
    return tab.outputs(index).frame_locator("iframe")


def test_a_slider_moves_its_value_in_the_kernel_and_is_moved_by_it(tab):
    page = tab.page
    tab.run(SLIDER)
    view = widget(tab, 1)
    expect(view.get_by_text("below")).to_be_visible()
    assert tab.outputs(1).locator("iframe").get_attribute("sandbox") == "allow-scripts"
    view.get_by_role("slider").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(view.locator(".widget-readout")).to_have_text("8")
    expect(view.get_by_text("kernel has 8")).to_be_visible()
    tab.run("print('value', slider.value)")
    expect(tab.outputs(2)).to_have_text("value 8")
    tab.run("slider.value = 21\nbox.children = [widgets.HTML('<b>fresh</b>')] + list(box.children)")
    expect(view.locator(".widget-readout")).to_have_text("21")
    expect(view.get_by_text("fresh")).to_be_visible()

    # Again after a reload, and in another tab, both of which see what the other does.
    page.reload()
    expect(view.locator(".widget-readout")).to_have_text("21")
    other = Tab(page.context.new_page(), tab.person, tab.notebook)
    expect(widget(other, 1).locator(".widget-readout")).to_have_text("21")
    widget(other, 1).get_by_role("slider").focus()
    other.page.keyboard.press("ArrowLeft")
    expect(view.locator(".widget-readout")).to_have_text("20")


def test_what_an_output_widget_catches_is_kept_in_it(tab):
    page = tab.page
    tab.run("""import ipywidgets as widgets
out, button = widgets.Output(), widgets.Button(description='Press')
@out.capture()
def pressed(_):
    print('pressed'); raise ValueError('on purpose')
button.on_click(pressed)
widgets.VBox([button, out])""")
    view = widget(tab, 1)
    view.get_by_role("button", name="Press").click()
    # The traceback names the function too.
    expect(view.get_by_text("pressed", exact=True).first).to_be_visible()
    expect(view.get_by_text("ValueError: on purpose")).to_be_visible()
    tab.run("""from ipywidgets import interact
@interact(x=(0, 10))
def show(x=2):
    print('x is', x)""")
    expect(widget(tab, 2).get_by_text("x is 2")).to_be_visible()
    widget(tab, 2).get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    expect(widget(tab, 2).get_by_text("x is 3")).to_be_visible()
    page.reload()
    expect(view.locator(".widget-output pre").first).to_have_text("pressed\n")


def test_without_its_kernel_a_widget_says_so(tab):
    tab.run("import ipywidgets\nipywidgets.IntSlider()")
    expect(widget(tab, 1).get_by_role("slider")).to_be_visible()
    tab.page.get_by_role("button", name="Runtime").click()
    tab.page.get_by_role("menuitem", name="Restart the kernel").click()
    tab.page.get_by_role("button", name="Restart", exact=True).click()
    expect(tab.outputs(1).get_by_text("no longer connected")).to_be_visible(timeout=20_000)
