/* SPDX-License-Identifier: Apache-2.0
 *
 * A proxy before the server that can lose what passes: the connection ends once a COMMIT has passed, or just before it would. */
#ifndef TESTS_STORE_POSTGRES_PROXY_H
#define TESTS_STORE_POSTGRES_PROXY_H

#include <pthread.h>

typedef enum proxy_mode { PROXY_PASS, PROXY_LOSE_ANSWER, PROXY_LOSE_COMMIT } proxy_mode;

typedef struct proxy {
  int listener;
  int port;   /* its own */
  int server; /* the port behind it */
  int mode;   /* a proxy_mode, for the next COMMIT; then PASS again. Atomic */
  int stop;   /* atomic */
  pthread_t thread;
} proxy;

void proxy_start(proxy *p, int server_port);
void proxy_stop(proxy *p);
void proxy_set(proxy *p, proxy_mode mode);

#endif
