/* SPDX-License-Identifier: Apache-2.0
 *
 * The way from the library back into Python: the GIL, failures, registration. A callback that fails is a failure of its
 * backend, never an exception in the call that led to it. */
#include "native.h"

static _Thread_local unsigned s_depth;
static _Thread_local unsigned s_log_depth;

bool native_in_callback(void) { return s_depth > 0; }
bool native_in_log(void) { return s_log_depth > 0; }
void native_log_mark(bool inside) { s_log_depth = inside ? s_log_depth + 1 : s_log_depth - 1; }

PyGILState_STATE native_python_begin(void)
{
  PyGILState_STATE state = PyGILState_Ensure();
  ++s_depth;
  return state;
}

void native_python_end(PyGILState_STATE state)
{
  --s_depth;
  PyGILState_Release(state);
}

void native_hooks_free(native_hooks *hooks)
{
  if (hooks == NULL) {
    return;
  }
  Py_XDECREF(hooks->log);
  Py_XDECREF(hooks->judge);
  Py_XDECREF(hooks->embed);
  Py_XDECREF(hooks->documents);
  Py_XDECREF(hooks->patterns);
  PyMem_Free(hooks->judge_kind);
  PyMem_Free(hooks->model);
  PyMem_Free(hooks);
}

void native_swallow_exception(PyObject *where)
{
  if (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt)) {
    PyErr_Clear();
    PyErr_SetInterrupt();
  } else {
    PyErr_WriteUnraisable(where);
  }
}

askiam_status native_hook_rubbish(askiam_layer layer, askiam_error *error)
{
  PyErr_Clear();
  askiam_status status = askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, layer,
                                          "the backend written in Python gave an answer of another form");
  if (error != NULL) {
    error->retryable = 0;
  }
  return status;
}

PyObject *native_hook_answer(PyObject *returned, askiam_layer layer, askiam_error *error)
{
  PyObject *answer = NULL;
  PyObject *failure = NULL;
  const char *message = "the backend written in Python was left by an exception";
  int retryable = 0;
  if (returned == NULL) {
    native_swallow_exception(NULL);
  } else if (!PyTuple_Check(returned) || !PyArg_ParseTuple(returned, "OO", &answer, &failure) ||
             (failure != Py_None &&
              !(PyTuple_Check(failure) && PyArg_ParseTuple(failure, "sp", &message, &retryable)))) {
    native_swallow_exception(NULL);
    answer = NULL;
  } else if (failure == Py_None) {
    Py_INCREF(answer);
    Py_DECREF(returned);
    return answer;
  }
  askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, layer, "%s", message);
  if (error != NULL) {
    error->retryable = retryable;
  }
  Py_XDECREF(returned);
  return NULL;
}

askiam_status native_hook_open(void **out_self, void *context, const askiam_backend_options *options,
                               askiam_error *error)
{
  (void)options;
  (void)error;
  *out_self = context;
  return ASKIAM_STATUS_OK;
}

PyObject *native_str(askiam_str text)
{
  return text.data == NULL ? Py_NewRef(Py_None) : PyUnicode_DecodeUTF8(text.data, (Py_ssize_t)text.length, "strict");
}

PyObject *native_remaining(const askiam_call *call)
{
  int64_t remaining_ms = askiam_call_remaining_ms(call);
  return remaining_ms == INT64_MAX ? Py_NewRef(Py_None) : PyFloat_FromDouble((double)remaining_ms / 1000.0);
}

askiam_status native_hooks_register(native_hooks *hooks, askiam_config *config, askiam_error *error)
{
  static const char name[] = "python";
  askiam_status status = ASKIAM_STATUS_OK;
  if (hooks->log != NULL) {
    askiam_config_set_log(config, native_log, hooks);
  }
  if (hooks->judge != NULL) {
    status = askiam_register_judge(config, name, &hooks->judge_table, hooks, error);
    status = status ? status : askiam_config_set(config, "judge.backend", name, error);
  }
  if (status == ASKIAM_STATUS_OK && hooks->embed != NULL) {
    status = askiam_register_embedder(config, name, &hooks->embedder_table, hooks, error);
    status = status ? status : askiam_config_set(config, "embedder.backend", name, error);
  }
  if (status == ASKIAM_STATUS_OK && hooks->documents != NULL) {
    status = askiam_register_search(config, name, &hooks->search_table, hooks, error);
    status = status ? status : askiam_config_set(config, "search.backend", name, error);
  }
  return status;
}
