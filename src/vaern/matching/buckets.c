/* Building the bands of the Hamming index: see buckets.py for what is called. */
#include "../compiled/words.h"

#define BUCKETS (1 << 16)

/* Fill starts [BUCKETS + 1], which is zero, with where each bucket of one band begins. */
void buckets_count(const uint64_t *words, int64_t rows, int64_t band, uint32_t *starts)
{
    for (int64_t row = 0; row < rows; row++)
        starts[address(words + 4 * row, band) + 1]++;
    for (int64_t bucket = 0; bucket < BUCKETS; bucket++)
        starts[bucket + 1] += starts[bucket];
}

/* Put the sketch and rank of the rows of parts `first_part` to `last_part` of one band into their buckets. See
   buckets.fill_buckets. starts [BUCKETS + 1]; scratch as long as the rows of these parts are many; seen [BUCKETS], zero;
   sketches [rows]; ranks [rows] of `rank_bytes` 1, 2 or 4. */
void buckets_fill(const uint64_t *words, int64_t rows, int64_t band, const uint32_t *starts, int64_t part_bits,
                  int64_t first_part, int64_t last_part, uint64_t *scratch, uint32_t *seen, uint16_t *sketches,
                  void *ranks, int64_t rank_bytes)
{
    int64_t in_part = 16 - part_bits, following = (band + 1) % BANDS;
    int64_t origin = starts[first_part << in_part], cursor[BUCKETS >> 8], filled[BUCKETS >> 8];
    for (int64_t part = first_part; part < last_part; part++)
        cursor[part - first_part] = starts[part << in_part] - origin;
    for (int64_t row = 0; row < rows; row++) {
        int64_t own = address(words + 4 * row, band), sketch = address(words + 4 * row, following);
        uint32_t rank = seen[sketch]++;
        int64_t part = (own >> in_part) - first_part;
        if (0 <= part && part < last_part - first_part)
            scratch[cursor[part]++] = (uint64_t)own << 48 | (uint64_t)sketch << 32 | rank;
    }
    for (int64_t part = first_part; part < last_part; part++) {
        int64_t bucket = part << in_part, begin = starts[bucket], end = starts[(part + 1) << in_part];
        for (int64_t inner = 0; inner < 1 << in_part; inner++)
            filled[inner] = starts[bucket + inner];
        for (int64_t index = begin - origin; index < end - origin; index++) {
            uint64_t item = scratch[index];
            int64_t place = filled[(int64_t)(item >> 48) - bucket]++;
            sketches[place] = (uint16_t)(item >> 32);
            if (rank_bytes == 1)
                ((uint8_t *)ranks)[place] = (uint8_t)item;
            else if (rank_bytes == 2)
                ((uint16_t *)ranks)[place] = (uint16_t)item;
            else
                ((uint32_t *)ranks)[place] = (uint32_t)item;
        }
    }
}
