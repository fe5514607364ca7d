"""Writes a metadata snapshot of any size, in the format of arXiv's Kaggle snapshot, to measure imports with.

Titles, abstracts and categories are those of the 100,000 papers of `data/arxiv_fit_100k.jsonl.gz` in SHARED; beyond them, each line's abstract
is the beginning of one and the end of another. Authors, dates and comments are invented. 2.9 million lines take 5.0 GB.

Run: python3 benches/snapshot.py N FILE SHARED, then
     paperlark --data-dir DIR --offline import FILE
"""

import gzip
import json
import random
import sys
from pathlib import Path

FIRST = ["A.", "Jos\\'e", "C. D.", "Wei", "E.", "Ada", "Mia"]
LAST = ["Lark", "B\\'{e}l\\'a", 'M\\"uller', "Wren", "Novak", "Zhang", "Owl", "Li", "Chen", "Garcia"]
A_MONTH = 12_000


def line(n, papers, rng):
    paper, other = papers[n % len(papers)], papers[rng.randrange(len(papers))]
    title, abstract = paper["title"].split(), paper["abstract"].split()
    if n >= len(papers):
        end = other["abstract"].split()
        at = rng.randrange(len(abstract) + 1)
        abstract = abstract[:at] + end[len(end) - (len(abstract) - at):]
        title = title[: len(title) // 2 + 1] + other["title"].split()[len(title) // 2:]
    month = n // A_MONTH
    # Numbers in people's names, so that there are as many of them as there are people.
    authors = [f"{FIRST[(3 * n + k) % 7]} {LAST[(n + k * n) % 10]}{(7 * n + k) % 5000}" for k in range(n % 6 + 1)]
    return {
        "id": f"{(15 + month // 12) % 100:02}{month % 12 + 1:02}.{n % A_MONTH:05}",
        "submitter": "A. Lark",
        "authors": ", ".join(authors),
        "title": " ".join(title),
        "comments": f"{n % 40} pages",
        "journal-ref": None,
        "doi": None,
        "report-no": None,
        "categories": " ".join(paper["categories"]),
        "license": None,
        "abstract": "  " + " ".join(abstract) + "\n",
        "versions": [{"version": "v1", "created": f"Mon, {n % 28 + 1:02} Feb 2016 19:18:42 GMT"}],
        "update_date": "2026-02-04",
        "authors_parsed": [["Lark", "A.", ""]],
    }


def main():
    count, file = int(sys.argv[1]), Path(sys.argv[2])
    shared = Path(sys.argv[3])
    with gzip.open(shared / "data/arxiv_fit_100k.jsonl.gz", "rt") as lines:
        papers = [json.loads(text) for text in lines]
    rng = random.Random(3)
    with open(file, "w") as out:
        out.writelines(json.dumps(line(n, papers, rng)) + "\n" for n in range(count))


main()
