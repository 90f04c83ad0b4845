/* SPDX-License-Identifier: Apache-2.0
 *
 * An embedder written in Python: texts in, a list of vectors out, which are brought to unit length here. */
#include "native.h"

#include <math.h>

size_t native_dimension(void *self) { return ((const native_hooks *)self)->dimension; }

const char *native_model(void *self) { return ((const native_hooks *)self)->model; }

/* False, with or without an exception, where it is no list of `dimension` finite numbers. */
static bool s_take_vector(float *out_vector, PyObject *vector, size_t dimension)
{
  if (!PyList_Check(vector) || PyList_Size(vector) != (Py_ssize_t)dimension) {
    return false;
  }
  double square = 0;
  for (size_t at = 0; at < dimension; ++at) {
    double number = PyFloat_AsDouble(PyList_GetItem(vector, (Py_ssize_t)at));
    square += number * number;
    out_vector[at] = (float)number;
  }
  if (PyErr_Occurred() || !isfinite(square)) {
    return false;
  }
  double length = sqrt(square);
  for (size_t at = 0; length > 0 && at < dimension; ++at) {
    out_vector[at] = (float)(PyFloat_AsDouble(PyList_GetItem(vector, (Py_ssize_t)at)) / length);
  }
  return true;
}

static bool s_take(float *out_vectors, PyObject *answer, size_t count, size_t dimension)
{
  bool good = PyList_Check(answer) && PyList_Size(answer) == (Py_ssize_t)count;
  for (size_t at = 0; good && at < count; ++at) {
    good = s_take_vector(out_vectors + at * dimension, PyList_GetItem(answer, (Py_ssize_t)at), dimension);
  }
  return good;
}

static PyObject *s_texts(const askiam_str *texts, size_t count)
{
  PyObject *list = PyList_New((Py_ssize_t)count);
  for (size_t at = 0; list != NULL && at < count; ++at) {
    PyObject *text = native_str(texts[at]);
    if (text == NULL || PyList_SetItem(list, (Py_ssize_t)at, text) != 0) {
      Py_CLEAR(list);
    }
  }
  return list;
}

askiam_status native_embed(void *self, const askiam_call *call, const askiam_str *texts, size_t count,
                           float *out_vectors, askiam_error *error)
{
  (void)call;
  const native_hooks *hooks = self;
  PyGILState_STATE state = native_python_begin();
  PyObject *list = s_texts(texts, count);
  PyObject *returned = list == NULL ? NULL : PyObject_CallFunctionObjArgs(hooks->embed, list, NULL);
  Py_XDECREF(list);
  PyObject *answer = native_hook_answer(returned, ASKIAM_LAYER_EMBEDDER, error);
  askiam_status status = answer == NULL ? ASKIAM_STATUS_UNAVAILABLE : ASKIAM_STATUS_OK;
  if (answer != NULL && !s_take(out_vectors, answer, count, hooks->dimension)) {
    status = native_hook_rubbish(ASKIAM_LAYER_EMBEDDER, error);
  }
  Py_XDECREF(answer);
  native_python_end(state);
  return status;
}
