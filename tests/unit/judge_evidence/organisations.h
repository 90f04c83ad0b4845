/* SPDX-License-Identifier: Apache-2.0
 *
 * Made-up organisations in which it is known how requests are decided: past decisions, one new request, and its true outcome. The
 * same seed gives the same organisation on every machine. */
#ifndef TESTS_JUDGE_EVIDENCE_ORGANISATIONS_H
#define TESTS_JUDGE_EVIDENCE_ORGANISATIONS_H

#include "base/memory.h"
#include "model/case.h"

typedef enum test_process {
  PROCESS_RATE,        /* a share of all requests, whoever asks */
  PROCESS_DEPARTMENT,  /* some departments may; 5 % decided the other way */
  PROCESS_NOISY,       /* the same with 20 % */
  PROCESS_STRICT,      /* the same with none */
  PROCESS_CONJUNCTION, /* department and title together; 10 % */
  PROCESS_MANAGER,     /* some managers' people may; 10 % */
  PROCESS_ROLE,        /* who holds a certain other role may; 5 % */
  PROCESS_RATES,       /* every department has its own share */
  PROCESS_SCORE,       /* department, title and location add up (logistic) */
  PROCESS_CHANGING,    /* departments, but others since the middle of the history; 5 % */
  PROCESS_COUNT
} test_process;

const char *test_process_name(test_process process);

/* splitmix64 */
typedef struct test_random {
  uint64_t state;
} test_random;
uint64_t test_random_next(test_random *random);
double test_random_unit(test_random *random); /* [0, 1) */

typedef struct test_request {
  aski_facts facts;
  askiam_case judged;
  bool approved; /* what will be decided */
} test_request;

/* A role with `rows` past decisions and a new request. Strings live in `arena` or are literals. */
void test_request_make(test_request *out_request, aski_arena *arena, test_random *random, test_process process,
                       size_t rows);

#endif
