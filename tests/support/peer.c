/* SPDX-License-Identifier: Apache-2.0
 *
 * One thread for the peer and one for each connection; all end when the peer is stopped. */
#include "support/peer.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LATEST_BYTES = 65536, CONNECTIONS_MAX = 128, LOOK_MS = 10 };

typedef struct connection {
  test_peer *peer;
  int socket;
  pthread_t thread;
} connection;

struct test_peer {
  const test_peer_step *steps;
  size_t step_count;
  int listener;
  char url[64];
  pthread_t thread;
  int stopping; /* atomic */
  pthread_mutex_t mutex;
  size_t requests, accepted;
  char latest[LATEST_BYTES];
  connection connections[CONNECTIONS_MAX];
};

static bool s_stopping(test_peer *peer) { return __atomic_load_n(&peer->stopping, __ATOMIC_ACQUIRE) != 0; }

static bool s_readable(test_peer *peer, int socket)
{
  struct pollfd look = {.fd = socket, .events = POLLIN};
  while (!s_stopping(peer)) {
    if (poll(&look, 1, LOOK_MS) > 0) {
      return true;
    }
  }
  return false;
}

/* Where the body ends, by Content-Length; 0 while the head is not whole. */
static size_t s_whole(const char *text)
{
  const char *end = strstr(text, "\r\n\r\n");
  if (end == NULL) {
    return 0;
  }
  size_t body = 0;
  for (const char *line = text; line < end; line = strstr(line, "\r\n") + 2) {
    if (strncasecmp(line, "Content-Length:", 15) == 0) {
      body = strtoul(line + 15, NULL, 10);
    }
  }
  return (size_t)(end - text) + 4 + body;
}

static bool s_read_request(test_peer *peer, int socket, char *text)
{
  size_t length = 0;
  text[0] = 0;
  for (;;) {
    size_t whole = s_whole(text);
    if (whole > 0 && length >= whole) {
      return true;
    }
    if (length + 1 >= LATEST_BYTES || !s_readable(peer, socket)) {
      return false;
    }
    ssize_t got = recv(socket, text + length, LATEST_BYTES - 1 - length, 0);
    if (got <= 0) {
      return false;
    }
    length += (size_t)got;
    text[length] = 0;
  }
}

static void s_pause(test_peer *peer, int milliseconds)
{
  struct timespec pause = {0, LOOK_MS * 1000000L};
  for (int left = milliseconds; left > 0 && !s_stopping(peer); left -= LOOK_MS) {
    if (left < LOOK_MS) {
      pause.tv_nsec = left * 1000000L;
    }
    nanosleep(&pause, NULL);
  }
}

/* False where the connection ends. */
static bool s_answer(test_peer *peer, int socket, const test_peer_step *step)
{
  size_t length = step->answer == NULL ? 0 : step->length > 0 ? step->length : strlen(step->answer);
  s_pause(peer, step->delay_ms);
  size_t piece = step->drip_ms > 0 ? 1 : length;
  for (size_t sent = 0; sent < length && !s_stopping(peer);) {
    ssize_t written = send(socket, step->answer + sent, piece < length - sent ? piece : length - sent, MSG_NOSIGNAL);
    if (written <= 0) {
      return false;
    }
    sent += (size_t)written;
    s_pause(peer, step->drip_ms);
  }
  if (step->reset) {
    struct linger linger = {1, 0};
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  }
  return !step->hang_up && !step->reset;
}

static const test_peer_step *s_note(test_peer *peer, const char *text)
{
  pthread_mutex_lock(&peer->mutex);
  memcpy(peer->latest, text, strlen(text) + 1);
  size_t index = peer->requests++;
  pthread_mutex_unlock(&peer->mutex);
  return &peer->steps[index < peer->step_count ? index : peer->step_count - 1];
}

static void *s_serve(void *context)
{
  connection *own = context;
  char *text = malloc(LATEST_BYTES);
  while (text != NULL && s_read_request(own->peer, own->socket, text) &&
         s_answer(own->peer, own->socket, s_note(own->peer, text))) {
  }
  free(text);
  close(own->socket);
  return NULL;
}

static void *s_listen(void *context)
{
  test_peer *peer = context;
  size_t count = 0;
  while (count < CONNECTIONS_MAX && s_readable(peer, peer->listener)) {
    connection *next = &peer->connections[count];
    next->peer = peer;
    next->socket = accept(peer->listener, NULL, NULL);
    if (next->socket < 0) {
      continue;
    }
    if (pthread_create(&next->thread, NULL, s_serve, next) != 0) {
      close(next->socket);
      continue;
    }
    ++count;
    pthread_mutex_lock(&peer->mutex);
    peer->accepted = count;
    pthread_mutex_unlock(&peer->mutex);
  }
  for (size_t i = 0; i < count; ++i) {
    pthread_join(peer->connections[i].thread, NULL);
  }
  return NULL;
}

static bool s_open(test_peer *peer)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  peer->listener = socket(AF_INET, SOCK_STREAM, 0);
  if (peer->listener < 0 || bind(peer->listener, (const struct sockaddr *)&address, sizeof address) != 0 ||
      listen(peer->listener, 16) != 0 || getsockname(peer->listener, (struct sockaddr *)&address, &length) != 0) {
    return false;
  }
  snprintf(peer->url, sizeof peer->url, "http://127.0.0.1:%u", (unsigned)ntohs(address.sin_port));
  return pthread_create(&peer->thread, NULL, s_listen, peer) == 0;
}

test_peer *test_peer_start(const test_peer_step *steps, size_t count)
{
  test_peer *peer = calloc(1, sizeof *peer);
  if (peer == NULL) {
    return NULL;
  }
  peer->steps = steps;
  peer->step_count = count;
  pthread_mutex_init(&peer->mutex, NULL);
  if (!s_open(peer)) {
    free(peer);
    return NULL;
  }
  return peer;
}

const char *test_peer_url(const test_peer *peer) { return peer->url; }

size_t test_peer_requests(test_peer *peer)
{
  pthread_mutex_lock(&peer->mutex);
  size_t count = peer->requests;
  pthread_mutex_unlock(&peer->mutex);
  return count;
}

size_t test_peer_connections(test_peer *peer)
{
  pthread_mutex_lock(&peer->mutex);
  size_t count = peer->accepted;
  pthread_mutex_unlock(&peer->mutex);
  return count;
}

const char *test_peer_latest(test_peer *peer) { return peer->latest; }

void test_peer_stop(test_peer *peer)
{
  __atomic_store_n(&peer->stopping, 1, __ATOMIC_RELEASE);
  pthread_join(peer->thread, NULL);
  close(peer->listener);
  pthread_mutex_destroy(&peer->mutex);
  free(peer);
}
