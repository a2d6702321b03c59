/* What the loops over 256-bit hashes share.

   A hash is four little-endian 64-bit words; bit k of the hash is bit k % 64 of word k / 64, and positions wrap round
   at 256. No processor's own instruction is named: the compiler chooses it (AVX-512, AVX2, SSE, NEON). */
#pragma once
#include <stdint.h>

#define INSIDE static inline __attribute__((always_inline))
#define BANDS 16
#define LANES 32 /* sketches compared at once; arrays of sketches are padded by as many at the end (plan.LANES) */

/* Bits `offset` to `offset + width` (width 1 to 32, cyclic) of a hash. */
INSIDE uint64_t field(const uint64_t *hash, int64_t offset, int64_t width)
{
    int64_t first = offset >> 6 & 3, shift = offset & 63;
    uint64_t value = hash[first] >> shift;
    if (shift + width > 64)
        value |= hash[(first + 1) & 3] << (64 - shift);
    return value & ((UINT64_C(1) << width) - 1);
}

/* The address of a hash in a band, 0 to 15. */
INSIDE int64_t address(const uint64_t *hash, int64_t band)
{
    return hash[band >> 2] >> ((band & 3) << 4) & 0xFFFF;
}

/* Hamming distance of two hashes. */
INSIDE int64_t distance(const uint64_t *one, const uint64_t *other)
{
    int64_t bits = 0;
    for (int word = 0; word < 4; word++)
        bits += __builtin_popcountll(one[word] ^ other[word]);
    return bits;
}

typedef uint16_t Sketches __attribute__((vector_size(2 * LANES), aligned(2)));
typedef _Bool Answers __attribute__((ext_vector_type(LANES)));

/* Which of the `LANES` sketches from here on are within `bound` bits of one: bit k says so of the one at k. */
INSIDE uint64_t compare_sketches(const uint16_t *sketches, uint16_t asked, uint16_t bound)
{
    union { Answers each; uint32_t all; } within;
    Sketches differing = __builtin_elementwise_popcount((Sketches)(*(const Sketches *)sketches ^ asked));
    within.each = __builtin_convertvector(differing <= bound, Answers);
    return within.all;
}

/* Ask for a cache line; any address is harmless. */
INSIDE void prefetch(const void *place)
{
    __builtin_prefetch(place, 0, 3);
}
