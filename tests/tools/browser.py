"""Uses a site of three days as a reader does, in a real browser: browser.py PROGRAM SITE

Fails with what went wrong. PAPERLARK_TOOLS names a folder that scripts/fetch-tools has filled.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

if os.environ.get("PAPERLARK_TOOLS"):
    sys.path.insert(0, os.environ["PAPERLARK_TOOLS"])
try:
    from devtools import Browser
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit()


def same(found, expected):
    assert found == expected, f"{found!r} is not {expected!r}"


def shown(page):
    """The ids of the papers that can be seen."""
    return page.run(
        "[...document.querySelectorAll('.card')].filter(c => c.offsetParent).map(c => c.dataset.id)"
    )


def fill(page, field, value):
    page.run(
        f"{{ const f = document.getElementById({field!r}); f.value = {value!r};"
        " f.dispatchEvent(new Event('input', {bubbles: true})); }"
    )


def line(page):
    return page.run("document.querySelector('#line').value")


# The least contrast of a text with what is behind it, by WCAG 2, with the element that has it.
CONTRAST = """(() => {
  const parts = (color) => color.match(/[0-9.]+/g).slice(0, 3).map(Number);
  const linear = (x) => x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4;
  const light = (color) => parts(color).map((x) => linear(x / 255))
    .reduce((sum, x, at) => sum + x * [.2126, .7152, .0722][at], 0);
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const color = getComputedStyle(e).backgroundColor;
      if (color !== "rgba(0, 0, 0, 0)") return color;
    }
    return "rgb(255, 255, 255)";
  };
  const texts = [...document.querySelectorAll("body *")].filter((e) => e.offsetParent
    && [...e.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  const found = texts.map((e) => {
    const both = [light(getComputedStyle(e).color), light(behind(e))].sort((a, b) => b - a);
    return [(both[0] + .05) / (both[1] + .05), e.outerHTML.slice(0, 80)];
  });
  return found.sort((a, b) => a[0] - b[0])[0];
})()"""


def use(page, site):
    page.open((site / "index.html").as_uri())
    days = page.run("[...document.querySelectorAll('.archive li a')].map(a => a.textContent)")
    assert len(days) >= 3 and days[:3] == sorted(days[:3], reverse=True), days

    # Through the archive and back.
    page.follow(".archive li a")
    at = lambda: page.run("document.querySelector('main').dataset.marks.split(' ').pop()")
    same(at(), days[0])
    assert not page.run("!!document.querySelector('[rel=next]')")
    page.follow("header [rel=prev]")
    same(at(), days[1])
    page.follow("header [rel=prev]")
    same(at(), days[2])
    page.follow("header [rel=next]")
    same(at(), days[1])

    head = page.run("document.querySelector('main').dataset.marks")
    digest = json.loads(next(site.glob(f"*/{days[1]}.json")).read_text("utf-8"))
    papers = shown(page)
    same(sorted(papers), sorted(entry["paper"]["id"] for entry in digest["entries"]))
    assert len(papers) > 4, papers
    score = {entry["paper"]["id"]: entry["score"] for entry in digest["entries"]}
    interest = {entry["paper"]["id"]: entry["why"]["interest"] for entry in digest["entries"]}

    # Filters.
    fill(page, "interest", "1")
    name = page.run("document.querySelector('#interest').selectedOptions[0].textContent")
    same(shown(page), [id for id in papers if interest[id] == name])
    assert 0 < len(shown(page)) < len(papers)
    fill(page, "interest", "")
    scores = sorted(score.values())
    least = int(scores[len(scores) // 2] * 2) / 2
    fill(page, "score", str(least))
    same(shown(page), [id for id in papers if round(score[id], 1) >= least])
    fill(page, "score", "0")
    fill(page, "words", papers[2])
    same(shown(page), [papers[2]])
    same(page.run("document.querySelector('#shown').textContent").split()[0].isdigit(), True)
    fill(page, "words", "nothing has these words")
    same(shown(page), [])
    fill(page, "words", "")
    same(shown(page), papers)

    # Marks by keyboard: the first liked, the second disliked, the third liked and taken back.
    assert page.run("document.querySelector('#bar').hidden")
    for key in "jljdjll":
        page.key(key)
    same(line(page), f"{head} +{papers[0]} -{papers[1]}")
    page.key("k")
    same(page.run("document.activeElement.dataset.id"), papers[1])
    page.key("l")
    same(line(page), f"{head} +{papers[0]} +{papers[1]}")
    page.key("a")
    assert page.run("document.activeElement.querySelector('details.abstract').open")

    # What is typed in a field marks nothing.
    page.key("/")
    same(page.run("document.activeElement.id"), "words")
    page.type("dl")
    same(page.run("document.activeElement.value"), "dl")
    same(line(page), f"{head} +{papers[0]} +{papers[1]}")
    fill(page, "words", "")
    page.key("Escape")
    page.key("?")
    assert page.run("document.querySelector('#help').open")
    page.click("#close")
    assert not page.run("document.querySelector('#help').open")

    # By mouse, and still there when the page is opened again, but on no other day.
    page.click(".card:nth-of-type(1) [data-mark='-']")
    expected = f"{head} -{papers[0]} +{papers[1]}"
    same(line(page), expected)
    page.follow("header [rel=next]")
    assert page.run("document.querySelector('#bar').hidden")
    page.follow("header [rel=prev]")
    same(line(page), expected)

    # Everything can be read by day and by night.
    for scheme in ["light", "dark"]:
        scheme = [{"name": "prefers-color-scheme", "value": scheme}]
        page.send("Emulation.setEmulatedMedia", features=scheme)
        worst = page.run(CONTRAST)
        assert worst[0] >= 4.5, worst

    # The file.
    folder = Path(tempfile.mkdtemp())
    session, page.session = page.session, None
    page.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    page.session = session
    page.click("#save")
    for _ in range(100):
        found = [path for path in folder.iterdir() if path.suffix == ".txt"]
        if found:
            break
        time.sleep(0.05)
    same(found[0].read_text("utf-8"), expected + "\n")
    page.click("#clear")
    assert page.run("document.querySelector('#bar').hidden")

    # Nothing is wider than a phone, and without a script all papers and no control can be seen.
    page.send(
        "Emulation.setDeviceMetricsOverride", width=390, height=800, deviceScaleFactor=1, mobile=True
    )
    for address in [next(site.glob(f"*/{days[1]}.html")), site / "index.html"]:
        page.open(address.as_uri())
        same(page.run("document.documentElement.scrollWidth"), 390)
    page.send("Emulation.setScriptExecutionDisabled", value=True)
    page.send("Page.navigate", url=next(site.glob(f"*/{days[1]}.html")).as_uri())
    time.sleep(1)
    page.send("Emulation.setScriptExecutionDisabled", value=False)
    same(shown(page), papers)
    same(page.run("document.querySelector('#controls').offsetParent"), None)

    same(page.complaints(), [])


page = Browser(sys.argv[1])
try:
    use(page, Path(sys.argv[2]).resolve())
finally:
    page.close()
