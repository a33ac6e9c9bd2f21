/* Which instruction set is used. The choice is made once, at run time, so one build serves every processor; `isa_choose`
 * forces one for tests.
 */
#include "kernels.h"

#include <string.h>

static _Atomic(const isa_t *) chosen;

const isa_t *isa_available(size_t place) {
    const isa_t *have[ISA_COUNT + 1] = {0};
    size_t count = 0;
#if defined(__x86_64__) && defined(__GNUC__)
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
                __builtin_cpu_supports("popcnt");
    bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                  __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2");
    if (avx2 && avx512) have[count++] = &isa_avx512;
    if (avx2) have[count++] = &isa_avx2;
#endif
    have[count++] = &isa_baseline;
    return place < count ? have[place] : NULL;
}

const isa_t *isa_current(void) {
    const isa_t *isa = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (!isa) {
        isa = isa_available(0);
        atomic_store_explicit(&chosen, isa, memory_order_relaxed);
    }
    return isa;
}

bool isa_choose(const char *name) {
    for (size_t place = 0; place < ISA_COUNT; place++) {
        const isa_t *isa = isa_available(place);
        if (isa && strcmp(isa->name, name) == 0) {
            atomic_store_explicit(&chosen, isa, memory_order_relaxed);
            return true;
        }
    }
    return false;
}
