"""How our processes, and PostgreSQL's, ask the operating system for memory."""

KEEPING_SOME = {
    "MALLOC_MMAP_THRESHOLD_": str(4 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(16 * 2**20),
    "MALLOC_ARENA_MAX": "2",
}
"""Environment variables for the GNU C library (mallopt(3)); others ignore them.

By itself it takes every piece of more than 128 kB from the system and gives it back at once. A page of a pull is made
of such pieces, and getting them, page fault by page fault, would cost as much as what is done with them. What is kept
is at most 16 MB an arena, of which there are two however many threads there are.
"""
