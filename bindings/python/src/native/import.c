/* SPDX-License-Identifier: Apache-2.0
 *
 * Imports, which report as they go. */
#include "native.h"

typedef struct s_listener {
  PyObject *progress; /* (file, rows, share), or None */
  PyObject *problems; /* a list of str */
} s_listener;

static void s_progress(void *context, const char *file, uint64_t rows, double share)
{
  const s_listener *listener = context;
  PyGILState_STATE state = native_python_begin();
  PyObject *done = PyObject_CallFunction(listener->progress, "sKd", file, (unsigned long long)rows, share);
  if (done == NULL) {
    native_swallow_exception(listener->progress); /* who watches an import does not stop it */
  }
  Py_XDECREF(done);
  native_python_end(state);
}

static void s_problem(void *context, const char *message)
{
  const s_listener *listener = context;
  PyGILState_STATE state = native_python_begin();
  PyObject *text = PyUnicode_DecodeUTF8(message, (Py_ssize_t)strlen(message), "replace");
  if (text == NULL || PyList_Append(listener->problems, text) != 0) {
    native_swallow_exception(listener->problems);
  }
  Py_XDECREF(text);
  native_python_end(state);
}

static PyObject *s_run(native_engine *self, const char *path, s_listener *listener)
{
  askiam_import_options options = {.size = sizeof options,
                                   .progress = listener->progress == Py_None ? NULL : s_progress,
                                   .problem = s_problem,
                                   .context = listener};
  askiam_error error = ASKIAM_ERROR_INIT;
  char *json = NULL;
  askiam_status status;
  Py_BEGIN_ALLOW_THREADS status = path == NULL ? askiam_import_sample(&json, self->engine, &options, &error)
                                               : askiam_import_path(&json, self->engine, path, &options, &error);
  Py_END_ALLOW_THREADS if (status != ASKIAM_STATUS_OK)
  {
    return native_raise(status, &error, NULL, listener->problems);
  }
  PyObject *summary = native_owned(self, json);
  return summary == NULL ? NULL : Py_BuildValue("(NO)", summary, listener->problems);
}

/* path (bytes; None for the sample organisation), progress */
PyObject *native_import(PyObject *object, PyObject *const *arguments, Py_ssize_t count)
{
  native_engine *self = (native_engine *)object;
  const char *path;
  if (!native_arity("import_path", count, 2) || !native_path(&path, arguments[0])) {
    return NULL;
  }
  s_listener listener = {arguments[1], PyList_New(0)};
  if (listener.problems == NULL || !native_enter(self)) {
    Py_XDECREF(listener.problems);
    return NULL;
  }
  PyObject *answer = s_run(self, path, &listener);
  native_leave(self);
  Py_DECREF(listener.problems);
  return answer;
}
