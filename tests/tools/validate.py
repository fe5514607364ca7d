"""Reads every file of a site with tools that are not ours: validate.py SITE SCHEMA

Says what is wrong and fails, or says which tools are absent and what that skips. PAPERLARK_TOOLS names a folder that
scripts/fetch-tools has filled.
"""

import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

tools = os.environ.get("PAPERLARK_TOOLS", "")
if tools:
    sys.path.insert(0, tools)
site, schema = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text("utf-8"))
wrong = []


def check(fact, words):
    if not fact:
        wrong.append(words)


def tool(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"skipped: no {name}")


def files(pattern):
    found = sorted(site.glob(pattern))
    check(found, f"no file is called {pattern}")
    return [(str(path.relative_to(site)), path.read_text("utf-8")) for path in found]


digests = {name[:-5]: json.loads(text) for name, text in files("*/*.json")}

if jsonschema := tool("jsonschema"):
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for name, digest in digests.items():
        for error in validator.iter_errors(digest):
            check(False, f"{name}.json: {error.json_path}: {error.message}")
        check(
            list(validator.iter_errors({**digest, "schema": 2})), "the schema admits any version"
        )

if html5lib := tool("html5lib"):
    for name, text in files("index.html") + files("*/*.html"):
        parser = html5lib.HTMLParser()
        parser.parse(text)
        for place, error, _ in parser.errors:
            check(False, f"{name}:{place}: {error}")

vnu = Path(tools) / "node_modules/vnu-jar/build/dist/vnu.jar"
if not shutil.which("java") or not vnu.exists():
    print("skipped: no java or no vnu.jar")
else:
    pages = [str(path) for path in sorted(site.rglob("*.html"))]
    command = ["java", "-jar", str(vnu), "--errors-only", "--format", "gnu", *pages]
    answer = subprocess.run(command, capture_output=True, text=True)
    check(answer.returncode == 0, answer.stderr)

if feedparser := tool("feedparser"):
    for pattern in ["*/atom.xml", "*/rss.xml"]:
        for name, text in files(pattern):
            feed = feedparser.parse(text)
            check(not feed.bozo, f"{name}: {feed.get('bozo_exception')}")
            folder = name.split("/")[0]
            papers = sum(
                len(digest["entries"]) for of, digest in digests.items() if of.split("/")[0] == folder
            )
            check(len(feed.entries) == papers, f"{name}: {len(feed.entries)} entries, not {papers}")
            ids = {entry.id for entry in feed.entries}
            check(len(ids) == papers, f"{name}: entries share an id")
            days = [entry.get("updated_parsed") or entry.published_parsed for entry in feed.entries]
            check(all(days), f"{name}: a time is not understood")
            newest_first = not all(days) or days == sorted(days, reverse=True)
            check(newest_first, f"{name}: the newest is not first")

if database := tool("pybtex.database"):
    for name, text in files("*/*.bib"):
        try:
            entries = database.parse_string(text, "bibtex").entries
        except Exception as error:
            check(False, f"{name}: {error}")
            continue
        papers = digests[name[:-4]]["entries"]
        check(len(entries) == len(papers), f"{name}: {len(entries)} entries, not {len(papers)}")
        for entry, paper in zip(entries.values(), papers):
            paper = paper["paper"]
            eprint = entry.fields.get("eprint", paper["id"])
            check(eprint == paper["id"], f"{name}: {eprint} for {paper['id']}")
            authors = [author for author in paper["authors"] if author.strip()]
            found = entry.persons.get("author", [])
            check(len(found) == len(authors), f"{name}: {len(found)} authors of {paper['id']}")

if bibtexparser := tool("bibtexparser"):
    for name, text in files("*/*.bib"):
        library = bibtexparser.parse_string(text)
        check(not library.failed_blocks, f"{name}: {library.failed_blocks}")
        papers = digests[name[:-4]]["entries"]
        check(len(library.entries) == len(papers), f"{name}: {len(library.entries)} entries")

if rispy := tool("rispy"):
    for name, text in files("*/*.ris"):
        entries = rispy.loads(text)
        papers = digests[name[:-4]]["entries"]
        check(len(entries) == len(papers), f"{name}: {len(entries)} entries, not {len(papers)}")
        for entry, paper in zip(entries, papers):
            paper = paper["paper"]
            check(paper["id"] in entry.get("accession_number", ""), f"{name}: no {paper['id']}")
            authors = [author for author in paper["authors"] if author.strip()]
            found = entry.get("authors", [])
            check(len(found) == len(authors), f"{name}: {len(found)} authors of {paper['id']}")

print("\n".join(wrong))
sys.exit(bool(wrong))
