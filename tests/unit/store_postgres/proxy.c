/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy.h"

#include <arpa/inet.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { PAIRS_MOST = 32, CHUNK_BYTES = 65536 };

typedef struct pair {
  int client;
  int server;
} pair;

static int s_connect(int port)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int file = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(file, (struct sockaddr *)&address, sizeof address) != 0) {
    close(file);
    return -1;
  }
  return file;
}

static void s_end(pair *p)
{
  close(p->client);
  close(p->server);
  p->client = -1;
}

static int s_has_commit(const char *data, ssize_t length)
{
  for (ssize_t i = 0; i + 6 <= length; ++i) {
    if (memcmp(data + i, "COMMIT", 6) == 0) {
      return 1;
    }
  }
  return 0;
}

static void s_forward(proxy *p, pair *each, int from, int to)
{
  static char chunk[CHUNK_BYTES];
  ssize_t length = recv(from, chunk, sizeof chunk, 0);
  int mode = __atomic_load_n(&p->mode, __ATOMIC_ACQUIRE);
  int loses = mode != PROXY_PASS && from == each->client && length > 0 && s_has_commit(chunk, length);
  if (length > 0 && !(loses && mode == PROXY_LOSE_COMMIT)) {
    length = send(to, chunk, (size_t)length, MSG_NOSIGNAL);
  }
  if (loses) {
    struct timespec nap = {.tv_nsec = 300000000}; /* the server commits meanwhile */
    nanosleep(&nap, NULL);
    __atomic_store_n(&p->mode, PROXY_PASS, __ATOMIC_RELEASE);
  }
  if (length <= 0 || loses) {
    s_end(each);
  }
}

static void *s_serve(void *context)
{
  proxy *p = context;
  pair pairs[PAIRS_MOST];
  for (size_t i = 0; i < PAIRS_MOST; ++i) {
    pairs[i].client = -1;
  }
  while (!__atomic_load_n(&p->stop, __ATOMIC_ACQUIRE)) {
    struct pollfd files[1 + 2 * PAIRS_MOST] = {{.fd = p->listener, .events = POLLIN}};
    for (size_t i = 0; i < PAIRS_MOST; ++i) {
      files[1 + 2 * i] = (struct pollfd){.fd = pairs[i].client, .events = POLLIN};
      files[2 + 2 * i] = (struct pollfd){.fd = pairs[i].client < 0 ? -1 : pairs[i].server, .events = POLLIN};
    }
    poll(files, 1 + 2 * PAIRS_MOST, 20);
    for (size_t i = 0; i < PAIRS_MOST; ++i) {
      if (files[1 + 2 * i].revents != 0 && pairs[i].client >= 0) {
        s_forward(p, &pairs[i], pairs[i].client, pairs[i].server);
      }
      if (files[2 + 2 * i].revents != 0 && pairs[i].client >= 0) {
        s_forward(p, &pairs[i], pairs[i].server, pairs[i].client);
      }
    }
    for (size_t i = 0; i < PAIRS_MOST && files[0].revents != 0; ++i) {
      if (pairs[i].client < 0) {
        pairs[i].client = accept(p->listener, NULL, NULL);
        pairs[i].server = s_connect(p->server);
        break;
      }
    }
  }
  for (size_t i = 0; i < PAIRS_MOST; ++i) {
    if (pairs[i].client >= 0) {
      s_end(&pairs[i]);
    }
  }
  return NULL;
}

void proxy_start(proxy *p, int server_port)
{
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t length = sizeof address;
  *p = (proxy){.server = server_port};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  p->listener = socket(AF_INET, SOCK_STREAM, 0);
  assert_int_equal(bind(p->listener, (struct sockaddr *)&address, sizeof address), 0);
  assert_int_equal(listen(p->listener, 8), 0);
  assert_int_equal(getsockname(p->listener, (struct sockaddr *)&address, &length), 0);
  p->port = ntohs(address.sin_port);
  assert_int_equal(pthread_create(&p->thread, NULL, s_serve, p), 0);
}

void proxy_stop(proxy *p)
{
  __atomic_store_n(&p->stop, 1, __ATOMIC_RELEASE);
  pthread_join(p->thread, NULL);
  close(p->listener);
}

void proxy_set(proxy *p, proxy_mode mode) { __atomic_store_n(&p->mode, (int)mode, __ATOMIC_RELEASE); }
