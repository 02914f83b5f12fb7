"""One element of a cell's output. Until it is shown Python alone has it; from then on it lives in the page."""
import json
import uuid

from google.colab import _callbacks
from google.colab.errors import WidgetException
from google.colab.output import _js

# In the frame: elements by their names, as promises, for one that comes from a module takes a while.
MAKE = """const elements = window.colibriElements ??= {};
const plain = (value) => { try { return JSON.parse(JSON.stringify(value ?? null)) } catch { return null } };
const make = ({name, tag, src, attributes, properties, listeners, children}) => elements[name] ??= (async () => {
  if (src) await import(src);
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  for (const [key, value] of Object.entries(properties)) element[key] = value;
  for (const [event, callback] of listeners) listen(element, event, callback);
  for (const child of children) element.append(await make(child));
  return element;
})();
const listen = (element, event, callback) => {
  const heard = (element.colibriHeard ??= {});
  heard[callback] = ({type, detail}) => google.colab.kernel.invokeFunction(callback, [{type, detail: plain(detail)}], {});
  element.addEventListener(event, heard[callback]);
};
"""


class Element:
    """An element of HTML, or of a class that the module at `src` defines. A cell shows it, as any value."""

    def __init__(self, tag, attributes=None, properties=None, src=None):
        self.name = "e" + uuid.uuid4().hex
        self.tag, self.src = str(tag), getattr(src, "url", src)
        self.attributes = {str(key): str(value) for key, value in (attributes or {}).items()}
        self.properties, self.listeners, self.children = dict(properties or {}), {}, []
        self.shown = None  # The element that a cell has shown, this one or one around it, once one has.

    def get_attribute(self, name):
        return self.do("return element.getAttribute(a)", name) if self.shown else self.attributes.get(name)

    def set_attribute(self, name, value):
        self.attributes[name] = str(value)
        if self.shown:
            self.do("element.setAttribute(a, b)", name, str(value))

    def get_property(self, name):
        return self.do("return plain(element[a])", name) if self.shown else self.properties.get(name)

    def set_property(self, name, value):
        json.dumps(value)  # Raises for what JavaScript could not have.
        self.properties[name] = value
        if self.shown:
            self.do("element[a] = b", name, value)

    def call(self, method, *arguments):
        """What a method of the element returns, once it is no promise any more."""
        if not self.shown:
            raise WidgetException("The element has no methods before a cell has shown it.")
        return self.do("return plain(await element[a](...b))", method, list(arguments))

    def add_event_listener(self, event, callback):
        """`callback` is called with the event's type and detail, whenever no cell runs."""
        name = f"colibri.{self.name}.{uuid.uuid4().hex}"
        _callbacks.register(name, callback)
        self.listeners.setdefault(event, []).append((name, callback))
        if self.shown:
            self.do("listen(element, a, b)", event, name)

    def remove_event_listener(self, event, callback):
        for name, known in list(self.listeners.get(event, ())):
            if known == callback:
                self.listeners[event].remove((name, known))
                _callbacks.unregister(name)
                if self.shown:
                    self.do("element.removeEventListener(a, element.colibriHeard[b])", event, name)

    def append_child(self, child):
        if not isinstance(child, Element):
            raise TypeError("A child is an Element too.")
        self.children.append(child)
        if self.shown:
            self.do("element.append(await make(a))", child.described())
            child.be_shown(self.shown)

    def remove_child(self, child):
        if child not in self.children:
            raise ValueError("It is no child of this element.")
        self.children.remove(child)
        if self.shown:
            child.remove()

    def remove(self):
        """Takes it out of the page."""
        if self.shown:
            self.do("element.remove(); delete elements[a]", self.name)
            self.be_shown(None)

    def _repr_mimebundle_(self, include=None, exclude=None):
        self.be_shown(self.name)
        place = f"{self.name}-place"
        script = f'{MAKE}make({self.described_text()}).then((element) => document.getElementById("{place}").replaceChildren(element));'
        return {"text/html": f'<div id="{place}"></div><script>{{{script}}}</script>', "text/plain": f"<{self.tag}>"}

    def described(self):
        listeners = [(event, name) for event, each in self.listeners.items() for name, _ in each]
        return {"name": self.name, "tag": self.tag, "src": self.src, "attributes": self.attributes, "properties": self.properties,
                "listeners": listeners, "children": [child.described() for child in self.children]}

    def described_text(self):
        # A script in HTML ends at the first end tag, wherever that stands.
        return json.dumps(self.described()).replace("</", "<\\/").replace("<!--", "<\\!--")

    def be_shown(self, name):
        self.shown = name
        for child in self.children:
            child.be_shown(name)

    def do(self, script, a=None, b=None):
        """Evaluates it where the element is shown, with `element` and the two values."""
        return _js.eval_beside(self.shown, f"""(async () => {{
{MAKE}const element = await elements[{json.dumps(self.name)}], a = {json.dumps(a)}, b = {json.dumps(b)};
if (!element) throw new Error("The element is not in the page any more.");
{script}
}})()""")
