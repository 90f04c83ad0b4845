/* SPDX-License-Identifier: Apache-2.0
 *
 * A request as the engine reads it: behind askiam/request.h. Every field that is set keeps its rule. */
#ifndef ASKI_ENGINE_REQUEST_H
#define ASKI_ENGINE_REQUEST_H

#include <askiam/request.h>

#include "base/memory.h"

enum { ASKI_REQUEST_FIELDS = ASKIAM_REQUEST_CLAIMED_TIMESTAMP + 1 };

struct askiam_request {
  askiam_allocator allocator;
  char *fields[ASKI_REQUEST_FIELDS]; /* NULL: not set */
  size_t lengths[ASKI_REQUEST_FIELDS];
  bool dry_run;
  int64_t timeout_ms; /* 0: none */
  int cancelled;      /* atomic */
};

/* Milliseconds that the host has left; 0: it did not say. */
int64_t aski_request_timeout_ms(const askiam_request *request);
/* Sets a field as askiam_request_set does; messages call it `where` ("request_context.ip"). */
askiam_status aski_request_put(askiam_request *request, askiam_request_field field, askiam_str value, const char *where,
                               askiam_error *error);

/* Moves what a field holds to another of the same rule, in place of what that held; nothing where it is not set. It
 * takes no memory, so that it cannot fail. */
void aski_request_move(askiam_request *request, askiam_request_field to, askiam_request_field from);

/* Whether a text is an address as policies compare them: one that is none would pass each Deny by address. */
bool aski_request_is_ip(askiam_str value);
#define ASKI_REQUEST_IP_RULE                                                                                           \
  "must be one IPv4 or IPv6 address, without a port or blanks, such as 10.0.0.1 or 2001:db8::1"

#endif
