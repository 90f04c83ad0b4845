/* SPDX-License-Identifier: Apache-2.0
 *
 * A search written in Python: documents as (id, title, text, score), past decisions as (user id, milliseconds, approved). */
#include "native.h"

typedef bool (*s_add_fn)(void *sink, PyObject *item, askiam_status *out_status);

static bool s_add_document(void *sink, PyObject *item, askiam_status *out_status)
{
  PyObject *id;
  PyObject *title;
  PyObject *text;
  double score;
  askiam_str id_text;
  askiam_str title_text;
  askiam_str body;
  if (!PyTuple_Check(item) || !PyArg_ParseTuple(item, "OOOd", &id, &title, &text, &score) ||
      !native_text(&id_text, id, "id", false) || !native_text(&title_text, title, "title", false) ||
      !native_text(&body, text, "text", false)) {
    return false;
  }
  *out_status = askiam_documents_add(sink, id_text, title_text, body, score);
  return true;
}

static bool s_add_pattern(void *sink, PyObject *item, askiam_status *out_status)
{
  PyObject *user;
  long long time_ms;
  int approved;
  askiam_str user_id;
  if (!PyTuple_Check(item) || !PyArg_ParseTuple(item, "OLp", &user, &time_ms, &approved) ||
      !native_text(&user_id, user, "user_id", false)) {
    return false;
  }
  *out_status = askiam_patterns_add(sink, user_id, time_ms, approved);
  return true;
}

/* Takes the reference. */
static askiam_status s_take(PyObject *returned, s_add_fn add, void *sink, askiam_error *error)
{
  PyObject *answer = native_hook_answer(returned, ASKIAM_LAYER_SEARCH, error);
  if (answer == NULL) {
    return ASKIAM_STATUS_UNAVAILABLE;
  }
  askiam_status status = ASKIAM_STATUS_OK;
  bool good = PyList_Check(answer);
  for (Py_ssize_t at = 0; good && status == ASKIAM_STATUS_OK && at < PyList_Size(answer); ++at) {
    good = add(sink, PyList_GetItem(answer, at), &status);
  }
  Py_DECREF(answer);
  return good ? status : native_hook_rubbish(ASKIAM_LAYER_SEARCH, error);
}

static PyObject *s_vector(const askiam_search_query *query)
{
  size_t dimension = 0;
  const float *vector = askiam_search_query_vector(query, &dimension);
  return vector == NULL ? Py_NewRef(Py_None)
                        : PyBytes_FromStringAndSize((const char *)vector, (Py_ssize_t)(dimension * sizeof *vector));
}

askiam_status native_documents(void *self, const askiam_call *call, const askiam_search_query *query,
                               askiam_documents *documents, askiam_error *error)
{
  const native_hooks *hooks = self;
  PyGILState_STATE state = native_python_begin();
  PyObject *returned = PyObject_CallFunction(hooks->documents, "NNNNNnN", native_str(askiam_search_query_text(query)),
                                             s_vector(query), native_str(askiam_search_query_model(query)),
                                             native_str(askiam_search_query_application_id(query)),
                                             native_str(askiam_search_query_role_id(query)),
                                             (Py_ssize_t)askiam_search_query_top_k(query), native_remaining(call));
  askiam_status status = s_take(returned, s_add_document, documents, error);
  native_python_end(state);
  return status;
}

askiam_status native_patterns(void *self, const askiam_call *call, askiam_str role_id, askiam_str except_user_id,
                              int64_t before_ms, size_t limit, askiam_patterns *patterns, askiam_error *error)
{
  (void)call;
  const native_hooks *hooks = self;
  PyGILState_STATE state = native_python_begin();
  PyObject *returned = PyObject_CallFunction(hooks->patterns, "NNLn", native_str(role_id), native_str(except_user_id),
                                             (long long)before_ms, (Py_ssize_t)limit);
  askiam_status status = s_take(returned, s_add_pattern, patterns, error);
  native_python_end(state);
  return status;
}
