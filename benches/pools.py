"""Makes pools of queries by example for `paperlark eval pools` from judged days and reading lists.

They stand in for a graded collection:
- days.jsonl: a kept paper of the judged days; papers kept under the same field count as like it, among 100
  kept papers and 50 that were read, drawn by chance.
- lists.jsonl: a paper of a curated reading list; others of the list count as like it, among 200 drawn by chance.
- all.jsonl: the same, ranked among all 20,000 papers.

And for `paperlark eval likes`, read.jsonl: the papers of the judged days, and fields.jsonl: each field with 40 kept
papers or more as a reader who likes those.

Run: python3 benches/pools.py DIR SHARED, then
     paperlark --data-dir DIR eval pools --papers DIR/papers.jsonl --qrels DIR/days.jsonl
     paperlark --data-dir DIR eval likes --papers DIR/read.jsonl --users DIR/fields.jsonl
"""

import gzip
import json
import random
import sys
from collections import Counter
from pathlib import Path

QUERIES = 200  # of the days
OF_LIST, OF_LIST_AMONG_ALL = 40, 12
OF_FIELD = 40  # papers of a reader, at least


def lines(path):
    with gzip.open(path, "rt") if path.suffix == ".gz" else open(path) as file:
        return [json.loads(line) for line in file]


def write(path, records):
    with open(path, "w") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)


def pool(query, facet, candidates, relevant):
    seen, kept = {query}, []
    for paper in candidates:
        if paper not in seen:
            seen.add(paper)
            kept.append(paper)
    return {"query": query, "facet": facet, "cand": kept, "rel": [int(p in relevant) for p in kept]}


def main():
    out = Path(sys.argv[1])
    data = Path(sys.argv[2]) / "data"
    out.mkdir(parents=True, exist_ok=True)
    chance = random.Random(5)
    days = lines(data / "llm_days" / "days_dev.jsonl.gz")
    bench = lines(data / "arxiv_bench_20k.jsonl.gz")
    papers = {paper["id"]: paper for day in days for paper in day["papers"]}
    read = sorted(papers)
    papers |= {paper["id"]: paper for paper in bench}
    wanted = ("id", "title", "abstract")
    write(out / "papers.jsonl", ({key: paper[key] for key in wanted} for paper in papers.values()))

    fields = {i: k.get("field") or "" for day in days for i, k in day["kept"].items() if i in papers}
    counts = Counter(fields.values())
    kept = sorted(i for i, field in fields.items() if counts[field] >= 60 and len(field) > 2)
    queries = []
    for query in chance.sample(kept, QUERIES):
        same = {i for i in kept if fields[i] == fields[query]}
        candidates = chance.sample(kept, 100) + chance.sample(read, 50)
        queries.append(pool(query, fields[query], candidates, same))
    write(out / "days.jsonl", queries)

    write(out / "read.jsonl", ({key: papers[i][key] for key in wanted} for i in read))
    readers = sorted(field for field, n in counts.items() if field and n >= OF_FIELD)
    liked = ({"user": field, "liked": sorted(i for i in fields if fields[i] == field)} for field in readers)
    write(out / "fields.jsonl", liked)

    every = [paper["id"] for paper in bench]
    small, large = [], []
    for user in lines(data / "profiles_dev.jsonl"):
        there = set(every)
        liked = [i for i in user["liked"] if i in there]
        others = [i for i in every if i not in set(liked)]
        for n, query in enumerate(chance.sample(liked, min(OF_LIST, len(liked)))):
            some = chance.sample(liked, min(30, len(liked))) + chance.sample(others, 200)
            small.append(pool(query, user["user"], some, set(liked)))
            if n < OF_LIST_AMONG_ALL:
                large.append(pool(query, user["user"], every, set(liked)))
    write(out / "lists.jsonl", small)
    write(out / "all.jsonl", large)


if __name__ == "__main__":
    main()
