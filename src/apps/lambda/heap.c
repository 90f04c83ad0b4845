/* SPDX-License-Identifier: Apache-2.0
 *
 * A first decision touches more than 500 pages of the heap for the first time, each an exception that the kernel answers with a cleared page:
 * half a millisecond in all. One large page is one exception. Where the system has none, or malloc is another, all is as usual. */
#define _DEFAULT_SOURCE /* sbrk, madvise */
#include "heap.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__GLIBC__) && defined(MADV_HUGEPAGE)
#include <malloc.h>

enum {
  LARGE_BYTES = 2 * 1024 * 1024,
  MAPPED_BYTES = 1024 * 1024,   /* from here on what is allocated is no part of the heap */
  KEPT_BYTES = 2 * LARGE_BYTES, /* free at the heap's end, before the system gets them back */
  USUAL_PAD_BYTES = 128 * 1024  /* glibc's own */
};

/* So that the first page of the heap, which its first block is in, ends where a large one can begin. */
static char *s_begin_heap(size_t page)
{
  uintptr_t end = (uintptr_t)sbrk(0);
  uintptr_t large = (end + page + LARGE_BYTES - 1) / LARGE_BYTES * LARGE_BYTES;
  return sbrk((intptr_t)(large - page - end)) == (void *)-1 ? NULL : (char *)end + (large - end);
}

void lambda_heap_prepare(void)
{
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  char *large = s_begin_heap(page);
  if (large == NULL) {
    return;
  }
  mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES);
  mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
  mallopt(M_TOP_PAD, LARGE_BYTES);
  char *volatile first = malloc(1);
  if (first != NULL && (uintptr_t)large - (uintptr_t)first <= page) {
    madvise(large, LARGE_BYTES, MADV_HUGEPAGE);
  }
  mallopt(M_TOP_PAD, USUAL_PAD_BYTES);
  free(first);
}
#else
void lambda_heap_prepare(void) {}
#endif
