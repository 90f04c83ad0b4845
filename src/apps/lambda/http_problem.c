/* SPDX-License-Identifier: Apache-2.0
 *
 * Problems as RFC 9457 has them. A caller learns what he can mend; what is wrong inside goes to the log only. */
#include "apps/common/json_write.h"
#include "host.h"
#include "http_answer.h"

enum { RETRY_AFTER_S = 5 };

typedef struct s_kind {
  int status;
  const char *name; /* of the problem's type */
  const char *title;
  const char *detail; /* where nothing more exact is known */
} s_kind;

static const s_kind s_kinds[] = {
    {400, "invalid-request", "The request is not valid", "The request is not valid."},
    {401, "unauthenticated", "Nobody is authenticated", "Say who is calling: with a token, or with an API key."},
    {403, "forbidden", "This is not permitted", "Whoever calls may not do this."},
    {404, "not-found", "There is no such thing", "There is nothing at this address that the caller may see."},
    {405, "method-not-allowed", "The method is not allowed", "This address does not take this method."},
    {409, "conflict", "The request contradicts an earlier one", "The request contradicts an earlier one."},
    {413, "too-large", "The body is too large", "The body may have at most 65,536 bytes."},
    {415, "unsupported-media-type", "The body must be JSON",
     "Send JSON, with the header Content-Type: application/json."},
    {429, "rate-limited", "Too many requests", "This key was used too often: come back after the time in Retry-After."},
    {503, "unavailable", "Not available at the moment", "This cannot be answered at the moment: try again later."},
    {500, "internal", "Something went wrong", "Something went wrong inside. The request id helps to find out what."},
};

static const s_kind *s_find(int status)
{
  size_t at = 0;
  while (s_kinds[at].status != status && s_kinds[at].status != 500) {
    ++at;
  }
  return &s_kinds[at];
}

static void s_member(FILE *out, const char *name, askiam_str value)
{
  fprintf(out, ",\"%s\":", name);
  app_json_put(out, value);
}

/* Everything but the closing brace. */
static void s_open(lambda_http_answer *answer, int status, const char *code, askiam_str detail)
{
  const s_kind *kind = s_find(status);
  answer->failed = answer->failed || fseek(answer->body, 0, SEEK_SET) != 0;
  answer->code = kind->status;
  answer->is_problem = true;
  answer->has_errors = false;
  answer->challenge = kind->status == 401;
  answer->allow = NULL;
  answer->retry_after_s = 0;
  answer->cors.headers = (askiam_str){NULL, 0};
  fprintf(answer->body, "{\"type\":\"urn:askiam:problem:%s\"", kind->name);
  s_member(answer->body, "title", askiam_str_from(kind->title));
  fprintf(answer->body, ",\"status\":%d", kind->status);
  s_member(answer->body, "detail", detail.data != NULL ? detail : askiam_str_from(kind->detail));
  s_member(answer->body, "instance", askiam_str_from(answer->request_id));
  s_member(answer->body, "code", askiam_str_from(code));
}

void lambda_http_problem(lambda_http_answer *answer, int status, const char *code, askiam_str detail)
{
  s_open(answer, status, code, detail);
  fputc('}', answer->body);
}

/* A JSON pointer to a member of a member: "#/request_context/ip". */
static void s_pointer(FILE *out, askiam_str where)
{
  fputs("\"pointer\":\"#/", out);
  for (size_t i = 0; i < where.length; ++i) {
    fputc(where.data[i] == '.' ? '/' : where.data[i], out);
  }
  fputs("\",", out);
}

/* Opens the list of what is wrong, or opens it again. */
static void s_open_errors(lambda_http_answer *answer, askiam_str detail)
{
  static const char s_end[] = "]}";
  if (answer->has_errors) {
    answer->failed = answer->failed || fseek(answer->body, 1 - (long)sizeof s_end, SEEK_CUR) != 0;
    fputc(',', answer->body);
  } else {
    s_open(answer, 400, "INVALID_REQUEST", detail);
    fputs(",\"errors\":[", answer->body);
    answer->has_errors = true;
  }
}

void lambda_http_bad(lambda_http_answer *answer, askiam_str where, askiam_str detail)
{
  s_open_errors(answer, detail);
  fputc('{', answer->body);
  if (where.length > 0) {
    s_pointer(answer->body, where);
  }
  fputs("\"detail\":", answer->body);
  app_json_put(answer->body, detail);
  fputs("}]}", answer->body);
}

/* The member that a message of the library begins with, "request_context.ip: must be …"; else absent. */
static askiam_str s_where(askiam_str message)
{
  size_t length = 0;
  while (length < message.length &&
         ((message.data[length] >= 'a' && message.data[length] <= 'z') || strchr("_.", message.data[length]) != NULL)) {
    ++length;
  }
  bool names = length > 0 && length < message.length && message.data[length] == ':';
  return names ? (askiam_str){message.data, length} : (askiam_str){NULL, 0};
}

void lambda_http_broken(lambda_http_answer *answer, int status, const char *code, const char *inside)
{
  lambda_log_error("http", askiam_str_from(answer->request_id), code, inside);
  lambda_http_problem(answer, status, code, (askiam_str){NULL, 0});
  answer->retry_after_s = status == 503 ? RETRY_AFTER_S : 0;
}

void lambda_http_failed(lambda_http_answer *answer, askiam_status status, const askiam_error *error)
{
  askiam_str message = askiam_str_from(error->message);
  bool own = error->layer == ASKIAM_LAYER_REQUEST; /* it speaks of what was sent */
  switch ((int)status) {
  case ASKIAM_STATUS_BAD_DATA:
  case ASKIAM_STATUS_INVALID_ARGUMENT:
    if (own) {
      lambda_http_bad(answer, s_where(message), message);
      return;
    }
    break;
  case ASKIAM_STATUS_NOT_PERMITTED:
    lambda_http_problem(answer, 403, "NOT_PERMITTED", own ? message : (askiam_str){NULL, 0});
    return;
  case ASKIAM_STATUS_NOT_FOUND:
    lambda_http_problem(answer, 404, "NOT_FOUND", (askiam_str){NULL, 0});
    return;
  case ASKIAM_STATUS_CONFLICT:
  case ASKIAM_STATUS_EXISTS:
    lambda_http_problem(answer, 409, "CONFLICT", (askiam_str){NULL, 0});
    return;
  case ASKIAM_STATUS_UNAVAILABLE:
  case ASKIAM_STATUS_BUSY:
  case ASKIAM_STATUS_FULL:
  case ASKIAM_STATUS_READ_ONLY:
  case ASKIAM_STATUS_NOT_INITIALISED:
  case ASKIAM_STATUS_SCHEMA_NEWER:
  case ASKIAM_STATUS_TIMEOUT:
  case ASKIAM_STATUS_CANCELLED:
    lambda_http_broken(answer, 503, "UNAVAILABLE", error->message);
    return;
  default:
    break;
  }
  lambda_http_broken(answer, 500, "INTERNAL", error->message);
}
