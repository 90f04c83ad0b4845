/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that runs out in a program that is linked with -Wl,--wrap of the functions below. ASKIAM_FAIL says where:
 * "start:N" fails the Nth request for memory of the process; "each" the Nth of the Nth event of a Lambda function;
 * "list:N" the Nth header of its Runtime API, and all after it. */
#include <curl/curl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "apps/lambda/runtime.h"

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c): the linker's names */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
struct curl_slist *__real_curl_slist_append(struct curl_slist *list, const char *text);
bool __real_lambda_runtime_next(lambda_runtime *runtime, lambda_event *out_event);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
struct curl_slist *__wrap_curl_slist_append(struct curl_slist *list, const char *text);
bool __wrap_lambda_runtime_next(lambda_runtime *runtime, lambda_event *out_event);

static atomic_long s_left; /* 1: the next request fails; 0 and less: none */
static long s_lists;
static long s_events;

static long s_told(const char *mode)
{
  const char *text = getenv("ASKIAM_FAIL");
  size_t length = strlen(mode);
  return text != NULL && strncmp(text, mode, length) == 0 ? strtol(text + length, NULL, 10) : -1;
}

__attribute__((constructor)) static void s_start(void) { atomic_store(&s_left, s_told("start:")); }

static bool s_fails(void) { return atomic_fetch_sub(&s_left, 1) == 1; }

void *__wrap_malloc(size_t size) { return s_fails() ? NULL : __real_malloc(size); }

void *__wrap_calloc(size_t count, size_t size) { return s_fails() ? NULL : __real_calloc(count, size); }

void *__wrap_realloc(void *old, size_t size) { return s_fails() ? NULL : __real_realloc(old, size); }

struct curl_slist *__wrap_curl_slist_append(struct curl_slist *list, const char *text)
{
  long last = s_told("list:");
  return last >= 0 && ++s_lists >= last ? NULL : __real_curl_slist_append(list, text);
}

bool __wrap_lambda_runtime_next(lambda_runtime *runtime, lambda_event *out_event)
{
  if (s_told("each") >= 0) {
    atomic_store(&s_left, ++s_events);
  }
  return __real_lambda_runtime_next(runtime, out_event);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c) */
