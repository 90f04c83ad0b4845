/* SPDX-License-Identifier: Apache-2.0 */
#include "http_answer.h"

#include <inttypes.h>
#include <stdlib.h>

#include "apps/common/json_write.h"
#include "apps/common/text.h"

bool lambda_http_is_id(askiam_str text) { return app_text_is_id(text, "", LAMBDA_HTTP_ID_MAX_BYTES); }

bool lambda_http_answer_init(lambda_http_answer *out_answer, lambda_http_request *request, askiam_str otherwise)
{
  *out_answer = (lambda_http_answer){.code = 500};
  askiam_str id = {NULL, 0};
  lambda_http_header(request, "x-request-id", &id);
  if (!lambda_http_is_id(id)) { /* an HTTP API's is Base64 */
    bool known = app_text_is_id(request->gateway_id, "+/=", LAMBDA_HTTP_ID_MAX_BYTES);
    id = known ? request->gateway_id : otherwise;
  }
  if (id.length > 0 && id.length <= LAMBDA_HTTP_ID_MAX_BYTES) {
    memcpy(out_answer->request_id, id.data, id.length);
  }
  out_answer->body = open_memstream(&out_answer->text, &out_answer->length);
  return out_answer->body != NULL;
}

void lambda_http_answer_clean_up(lambda_http_answer *answer)
{
  if (answer->body != NULL) {
    fclose(answer->body);
  }
  free(answer->text);
}

void lambda_http_answer_json(lambda_http_answer *answer, const char *json)
{
  answer->code = 200;
  fputs(json, answer->body);
}

static const char *s_phrase(int code)
{
  static const struct {
    int code;
    const char *phrase;
  } s_phrases[] = {{200, "200 OK"},
                   {204, "204 No Content"},
                   {400, "400 Bad Request"},
                   {401, "401 Unauthorized"},
                   {403, "403 Forbidden"},
                   {404, "404 Not Found"},
                   {405, "405 Method Not Allowed"},
                   {409, "409 Conflict"},
                   {413, "413 Content Too Large"},
                   {415, "415 Unsupported Media Type"},
                   {429, "429 Too Many Requests"},
                   {503, "503 Service Unavailable"}};
  for (size_t i = 0; i < sizeof s_phrases / sizeof *s_phrases; ++i) {
    if (s_phrases[i].code == code) {
      return s_phrases[i].phrase;
    }
  }
  return "500 Internal Server Error";
}

/* Headers one after the other, as texts or as lists of one text. */
typedef struct s_headers {
  FILE *out;
  bool lists;
  bool more;
} s_headers;

static void s_header(s_headers *headers, const char *name, askiam_str value)
{
  fprintf(headers->out, "%s\"%s\":%s", headers->more ? "," : "", name, headers->lists ? "[" : "");
  app_json_put(headers->out, value);
  fputs(headers->lists ? "]" : "", headers->out);
  headers->more = true;
}

static void s_write_cors(s_headers *headers, const lambda_http_answer *answer)
{
  const lambda_http_cors *cors = &answer->cors;
  if (cors->vary) {
    s_header(headers, "Vary", askiam_str_from("Origin"));
  }
  if (cors->origin.data == NULL) {
    return;
  }
  s_header(headers, "Access-Control-Allow-Origin", cors->origin);
  if (cors->credentials) {
    s_header(headers, "Access-Control-Allow-Credentials", askiam_str_from("true"));
  }
  if (cors->headers.data == NULL) {
    s_header(headers, "Access-Control-Expose-Headers", askiam_str_from("Retry-After, X-Request-ID"));
    return;
  }
  s_header(headers, "Access-Control-Allow-Methods", askiam_str_from(answer->allow));
  s_header(headers, "Access-Control-Allow-Headers", cors->headers);
  s_header(headers, "Access-Control-Max-Age", cors->max_age);
}

static void s_write_headers(s_headers *headers, const lambda_http_answer *answer)
{
  if (answer->length > 0) {
    s_header(headers, "Content-Type",
             askiam_str_from(answer->is_problem ? "application/problem+json" : "application/json"));
  }
  s_header(headers, "Cache-Control", askiam_str_from("no-store"));
  s_header(headers, "X-Content-Type-Options", askiam_str_from("nosniff"));
  s_header(headers, "X-Request-ID", askiam_str_from(answer->request_id));
  if (answer->allow != NULL) {
    s_header(headers, "Allow", askiam_str_from(answer->allow));
  }
  if (answer->challenge) {
    s_header(headers, "WWW-Authenticate", askiam_str_from("Bearer realm=\"askiam\""));
  }
  if (answer->retry_after_s > 0) {
    char seconds[24];
    snprintf(seconds, sizeof seconds, "%" PRId64, answer->retry_after_s);
    s_header(headers, "Retry-After", askiam_str_from(seconds));
  }
  s_write_cors(headers, answer);
}

void lambda_http_answer_write(const lambda_http_answer *answer, const lambda_http_request *request, FILE *out)
{
  bool balancer = request->form == LAMBDA_HTTP_BALANCER;
  s_headers headers = {.out = out, .lists = balancer && request->lists};
  fprintf(out, "{\"statusCode\":%d,", answer->code);
  if (balancer) {
    fprintf(out, "\"statusDescription\":\"%s\",", s_phrase(answer->code));
  }
  fprintf(out, "\"%s\":{", headers.lists ? "multiValueHeaders" : "headers");
  s_write_headers(&headers, answer);
  fputs("},\"body\":", out);
  app_json_put(out, (askiam_str){answer->text, answer->length});
  fputs(",\"isBase64Encoded\":false}", out);
}
