/* SPDX-License-Identifier: Apache-2.0
 *
 * Recorded decisions to be looked at afterwards, and what somebody with a shell can do to them. */
#ifndef TESTS_INTEGRATION_ENGINE_TRAIL_H
#define TESTS_INTEGRATION_ENGINE_TRAIL_H

#include "fixture.h"

/* A decision as somebody else's program would have it recorded. */
#define TRAIL_FOREIGN_DECISION                                                                                         \
  "{\"request_id\":\"bare\",\"status\":\"INVALID\",\"reason\":\"No.\",\"reason_codes\":[\"RESTRICTED\"],"              \
  "\"dry_run\":false,\"timestamp\":\"2026-11-23T12:00:00.000Z\",\"duration_ms\":1,\"method\":\"MCP\","                 \
  "\"mode\":\"guarded\",\"requester\":{\"id\":\"john.doe\",\"name\":\"John Doe\"},\"entities\":{\"user\":{\"id\":"     \
  "\"john.doe\",\"name\":\"John Doe\"},\"application\":null,\"role\":null},\"duration\":{\"expires_at\":null},"        \
  "\"rag\":{\"result\":\"SKIPPED\",\"documents\":[]},\"mcp\":{\"result\":\"SKIPPED\",\"checks\":[],"                   \
  "\"queries_executed\":[]},\"suggestions\":[],\"remedies\":[],\"question\":null}"

/* Decides and records one. */
void trail_decide(fixture *home, const char *user, const char *text, const char *request_id);
/* Decides and records every case of tests/decisions/sample.jsonl, under the ids "PREFIX-0", "PREFIX-1", …; gives their
 * number. */
size_t trail_decide_cases(fixture *home, const char *prefix);
/* Runs SQL on the store's file, behind the library's back; it must change something. */
void trail_tamper(fixture *home, const char *sql);
/* Removes everything that is not the trail. */
void trail_empty_catalogue(fixture *home);
/* Changes the kept facts of a request, and makes all hashes anew, as whoever writes the store (and has no key) could.
 * The request must be the last one. */
void trail_forge_facts(fixture *home, const char *request_id, const char *from, const char *to);

#endif
