/* SPDX-License-Identifier: Apache-2.0
 *
 * An allocator that counts what is out and can fail at the N-th request. */
#ifndef TESTS_SUPPORT_ALLOCATOR_H
#define TESTS_SUPPORT_ALLOCATOR_H

#include <askiam/api.h>

typedef struct test_allocator {
  askiam_allocator base; /* give this to the library */
  long outstanding;      /* blocks not yet released */
  long requests;         /* acquire and resize calls so far */
  long fail_at;          /* this request (from 1) and all after it fail; 0: never */
} test_allocator; /* threads of an engine may write the counts at any time: read them by the functions below then */

void test_allocator_init(test_allocator *allocator);
/* Starts counting requests anew, failing from the `fail_at`-th. */
void test_allocator_fail_at(test_allocator *allocator, long fail_at);
/* The requests since then. */
long test_allocator_requests(const test_allocator *allocator);

#endif
