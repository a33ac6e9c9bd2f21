/* The door to Python of bags of words. */
#include "bags.h"
#include "joining_door.h"

/* No pair names a text that is not there. */
static bool all_texts(const uint64_t *pairs, size_t count, size_t texts) {
    uint64_t last = 0;
    for (size_t n = 0; n < count; n++) {
        uint64_t first = pairs[n] >> 32, second = pairs[n] & UINT32_MAX, larger = first > second ? first : second;
        last = larger > last ? larger : last;
    }
    return !count || last < texts;
}

/* may_reach(bags, token_counts, pairs, marked, reach) */
PyObject *native_may_reach(PyObject *module, PyObject *arguments) {
    (void)module;
    enum { BAGS, COUNTS, PAIRS, MARKED, BUFFERS };
    PyObject *objects[BUFFERS];
    Py_buffer views[BUFFERS];
    double reach;
    if (!PyArg_ParseTuple(arguments, "OOOOd", &objects[BAGS], &objects[COUNTS], &objects[PAIRS], &objects[MARKED], &reach)) return NULL;
    wanted_t wanted[] = {
        {objects[BAGS], 1, 0, false, "bags"},
        {objects[COUNTS], 4, 0, false, "token_counts"},
        {objects[PAIRS], 8, 0, false, "pairs"},
        {objects[MARKED], 1, 0, true, "marked"},
    };
    if (!hold_all(wanted, BUFFERS, views)) return NULL;
    size_t texts = (size_t)views[COUNTS].len / 4, count = (size_t)views[PAIRS].len / 8;
    bags_t bags = {views[BAGS].buf, views[COUNTS].buf};
    bool fits = (size_t)views[BAGS].len / BAG_BYTES == texts && (size_t)views[MARKED].len == count;
    Py_BEGIN_ALLOW_THREADS;
    fits = fits && all_texts(views[PAIRS].buf, count, texts);
    if (fits) bags_mark(&bags, views[PAIRS].buf, count, reach, views[MARKED].buf);
    Py_END_ALLOW_THREADS;
    release(views, BUFFERS);
    return fits ? Py_BuildValue("") : refuse("a pair names a text that is not there");
}
