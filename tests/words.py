"""The page's own words, as its tables have them: for tests that look at it in more than one language."""

import re

from colibri import ROOT

PAIR = re.compile(r'^\s*"([a-z_.]+)":\s*"((?:[^"\\]|\\.)*)"', re.M)
ENDS = {"en-US": "en.ts", "zh-CN": "zh.ts"}


class Words:
    """`words("menu.file")` is what stands on the page in a browser of that language."""

    def __init__(self, locale):
        folder = ROOT / "web" / "src" / "words"
        files = [path for path in folder.glob("*.ts") if path.name.endswith(ENDS[locale]) or (locale == "zh-CN" and path.name == "zh_cn.ts")]
        self.table = {key: text.replace('\\"', '"') for path in files for key, text in PAIR.findall(path.read_text())}

    def __call__(self, key, **values):
        return re.sub(r"\{(\w+)\}", lambda hole: str(values.get(hole[1], hole[0])), self.table[key])
