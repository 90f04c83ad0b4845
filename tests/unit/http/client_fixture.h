/* SPDX-License-Identifier: Apache-2.0
 *
 * A client of this build, and a peer in this process that it calls. */
#ifndef TEST_HTTP_CLIENT_FIXTURE_H
#define TEST_HTTP_CLIENT_FIXTURE_H

#include "base/time.h"
#include "http/http.h"
#include "support/allocator.h"
#include "support/peer.h"

/* The begin of an answer, up to its length, of which `body` is the rest. */
#define OK_ANSWER(body) "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " body

typedef struct client_fixture {
  test_allocator allocator;
  aski_http_client client;
  test_peer *peer;
  int cancelled;
  askiam_call call;
  askiam_error error;
  aski_http_response response;
} client_fixture;

/* `more` may be NULL. Always: client_end. */
void client_begin_with(client_fixture *own, const test_peer_step *steps, size_t count, const aski_http_options *more);
void client_begin(client_fixture *own, const test_peer_step *steps, size_t count);
/* Fails where memory was not given back. */
void client_end(client_fixture *own);
void client_deadline(client_fixture *own, int64_t left_ms);
/* To the peer, whose address comes before `path`. */
askiam_status client_send(client_fixture *own, aski_http_request request, const char *path);
void client_assert_body(const client_fixture *own, const char *wanted);

#endif
