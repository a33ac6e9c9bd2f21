/* What the doors of an index's look-ups share. */
#ifndef DEDUPE_POSTINGS_DOOR_H
#define DEDUPE_POSTINGS_DOOR_H

#include "door.h"
#include "postings.h"

/* False with a ValueError. */
bool refused(const char *why);
/* Hits ascending, each once, whose memory is given back; NULL with an exception where they could not be `made`. */
PyObject *sorted_hits(values_t *hits, bool made);

#endif
