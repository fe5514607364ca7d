"""hnswlib and faiss on the vectors that `cargo bench --bench hnsw` leaves behind, one thread.

    export PAPERLARK_BENCH_VECTORS=$(mktemp -d)
    cargo bench --bench hnsw
    pip install hnswlib faiss-cpu && python benches/compare_index.py 100000

Prints, for each index and effort (ef): recall@10 against every cosine in floats, CPU per query, and bytes per
paper, which are those of the index when it is saved, vectors included.
"""

import os
import sys
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import faiss
import hnswlib
import numpy as np

DIM, K, M, BUILDING, ROUNDS = 384, 10, 24, 200, 5
EFFORTS = [16, 24, 32, 48, 64, 96, 128, 192, 384]


def measure(ask, queries, least):
    """Recall and microseconds of CPU per query, one query at a time."""
    found = np.array([ask(query) for query in queries])
    start = time.thread_time()
    for _ in range(ROUNDS):
        for query in queries:
            ask(query)
    spent = (time.thread_time() - start) / ROUNDS / len(queries)
    cosines = np.einsum("qkd,qd->qk", VECTORS[found], queries)
    return np.mean(np.minimum((cosines >= least[:, None] - 1e-6).sum(1), K)) / K, spent * 1e6


def show(name, measured, size=None):
    recall, micros = measured
    print(f"  {name:<34}{recall:>9.4f}{micros:>12.1f}" + (f"{size:>8.0f}" if size else ""), flush=True)


def timed(make):
    """An index."""
    start = time.time()
    index = make()
    print(f"  (built in {time.time() - start:.0f} s)", flush=True)
    return index


def with_hnswlib():
    index = hnswlib.Index(space="ip", dim=DIM)
    index.init_index(max_elements=len(VECTORS), M=M, ef_construction=BUILDING, random_seed=1)
    index.add_items(VECTORS, num_threads=THREADS)
    index.set_num_threads(1)
    return index


def with_faiss(index):
    index.hnsw.efConstruction = BUILDING
    faiss.omp_set_num_threads(THREADS)
    index.train(VECTORS)
    index.add(VECTORS)
    faiss.omp_set_num_threads(1)
    return index


folder = Path(os.environ["PAPERLARK_BENCH_VECTORS"])
queries = np.fromfile(folder / "queries.f32", dtype="<f4").reshape(-1, DIM)
# Building may use all cores; what is compared is the search.
THREADS = os.cpu_count()
for n in sys.argv[1:] or ["10000", "100000"]:
    VECTORS = np.fromfile(folder / f"{n}.f32", dtype="<f4").reshape(-1, DIM)
    blocks = (VECTORS[at : at + 50_000] @ queries.T for at in range(0, len(VECTORS), 50_000))
    best = np.concatenate([np.sort(block, axis=0)[-K:] for block in blocks])
    least = np.sort(best, axis=0)[-K]
    print(f"{len(VECTORS)} papers {'':<20}{'recall@10':>11}{'CPU us':>12}{'bytes':>8}")

    index = timed(with_hnswlib)
    size = index.index_file_size() / len(VECTORS)
    for effort in EFFORTS:
        index.set_ef(effort)
        measured = measure(lambda query: index.knn_query(query, k=K)[0][0], queries, least)
        show(f"hnswlib, M {M}, ef {effort}", measured, size)
    del index

    for name, make in [
        ("faiss HNSW", lambda: faiss.IndexHNSWFlat(DIM, M, faiss.METRIC_INNER_PRODUCT)),
        (
            "faiss HNSW, 8 bits",
            lambda: faiss.IndexHNSWSQ(DIM, faiss.ScalarQuantizer.QT_8bit, M, faiss.METRIC_INNER_PRODUCT),
        ),
    ]:
        index = timed(lambda: with_faiss(make()))
        size = faiss.serialize_index(index).nbytes / len(VECTORS)
        for effort in EFFORTS:
            index.hnsw.efSearch = effort
            measured = measure(lambda query: index.search(query[None], K)[1][0], queries, least)
            show(f"{name}, M {M}, ef {effort}", measured, size)
        del index
