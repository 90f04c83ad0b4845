/* SPDX-License-Identifier: Apache-2.0
 *
 * An HTTP peer in a thread of the test, on a free port of 127.0.0.1, that answers with the very bytes it is told to. */
#ifndef TESTS_SUPPORT_PEER_H
#define TESTS_SUPPORT_PEER_H

#include <stdbool.h>
#include <stddef.h>

/* What one request is answered with. */
typedef struct test_peer_step {
  const char *answer; /* raw bytes, status line and all; NULL: nothing */
  size_t length;      /* 0: up to the NUL */
  int delay_ms;       /* before the first byte */
  int drip_ms;        /* after each byte */
  bool hang_up;       /* closes after the answer */
  bool reset;         /* closes with a TCP reset */
} test_peer_step;

typedef struct test_peer test_peer;

/* The n-th request gets the n-th step, those after the last the last. `steps` is borrowed. NULL where no port could be had. */
test_peer *test_peer_start(const test_peer_step *steps, size_t count);
/* "http://127.0.0.1:PORT", without a path. */
const char *test_peer_url(const test_peer *peer);
size_t test_peer_requests(test_peer *peer);
size_t test_peer_connections(test_peer *peer);
/* The text of the latest request, head and body. Valid until the next one comes. */
const char *test_peer_latest(test_peer *peer);
void test_peer_stop(test_peer *peer);

#endif
