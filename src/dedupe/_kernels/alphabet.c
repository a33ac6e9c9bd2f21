/* What single characters are, as Python told us. Nothing that comes in is trusted to be well-formed. */
#include "lines.h"

#include <stdlib.h>
#include <string.h>

void alphabet_free(alphabet_t *alphabet) {
    if (!alphabet) return;
    for (size_t i = 0; i < PAGES; i++) free(atomic_load_explicit(&alphabet->sheets[i], memory_order_relaxed));
    free(alphabet);
}

bool alphabet_add(alphabet_t *alphabet, size_t number, const uint8_t *bytes, size_t length) {
    if (number >= PAGES || length != sizeof(sheet_t)) return false;
    if (atomic_load_explicit(&alphabet->sheets[number], memory_order_relaxed)) return true;
    sheet_t *sheet = malloc(sizeof *sheet);
    if (!sheet) return false;
    memcpy(sheet, bytes, sizeof *sheet);
    for (size_t i = 0; i < PAGE_SIZE; i++) {
        if (sheet->letters[i].folds < 1 || sheet->letters[i].folds > FOLDS) {
            free(sheet);
            return false;
        }
    }
    atomic_store_explicit(&alphabet->sheets[number], sheet, memory_order_release);
    return true;
}
