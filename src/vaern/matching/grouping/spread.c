/* The components of "within a distance": see spread.py. */
#include "../../compiled/words.h"

/* The index, whose buckets are lists that shrink. */
typedef struct {
    int64_t rows, limit;
    int64_t bits, buckets;   /* of an address, and how many there are: 2^bits */
    const uint64_t *words;   /* [rows][4] */
    const int64_t *offsets;  /* [BANDS] */
    uint32_t *spans;         /* [BANDS][buckets][2]: where a bucket begins and ends */
    uint32_t *held;          /* [BANDS][rows]: the row at each place */
    uint32_t *place;         /* [BANDS][rows]: the place of each row */
    uint16_t *sketches;      /* [BANDS][rows + LANES]: by place */
    const int64_t *masks, *weights, *probes, *bounds; /* as in a search */
} Shrinking;

INSIDE const uint64_t *hash_of(const Shrinking *index, int64_t row) { return index->words + 4 * row; }

INSIDE int64_t bucket_of(const Shrinking *index, int64_t row, int64_t band)
{
    return (int64_t)field(hash_of(index, row), index->offsets[band], index->bits);
}

INSIDE uint16_t sketch_of(const Shrinking *index, int64_t row, int64_t band)
{
    return (uint16_t)field(hash_of(index, row), index->offsets[band] + index->bits, 16);
}

INSIDE uint32_t *span_of(const Shrinking *index, int64_t band, int64_t bucket)
{
    return index->spans + 2 * (band * index->buckets + bucket);
}

/* label [rows] is -1 and becomes the smallest number of each component; left [rows] counts up; queue [rows] is scratch. */
void spread_flat(const uint64_t *words, int64_t rows, int64_t limit, int64_t *label, int64_t *left, int64_t *queue)
{
    int64_t many = rows;
    for (int64_t seed = 0; seed < rows; seed++) {
        if (label[seed] >= 0)
            continue;
        label[seed] = seed;
        queue[0] = seed;
        for (int64_t head = 0, tail = 1; head < tail; head++) {
            int64_t kept = 0;
            for (int64_t at = 0; at < many; at++) {
                int64_t other = left[at];
                if (label[other] >= 0)
                    continue;
                if (distance(words + 4 * queue[head], words + 4 * other) <= limit) {
                    label[other] = seed;
                    queue[tail++] = other;
                } else
                    left[kept++] = other;
            }
            many = kept;
        }
    }
}

/* Put the rows into their buckets; spans and sketches are zero. */
void spread_fill(const Shrinking *index)
{
    for (int band = 0; band < BANDS; band++) {
        uint32_t begin = 0;
        for (int64_t row = 0; row < index->rows; row++)
            span_of(index, band, bucket_of(index, row, band))[1]++;
        for (int64_t bucket = 0; bucket < index->buckets; bucket++) {
            uint32_t *span = span_of(index, band, bucket), count = span[1];
            span[0] = span[1] = begin;
            begin += count;
        }
        for (int64_t row = 0; row < index->rows; row++) {
            uint32_t at = span_of(index, band, bucket_of(index, row, band))[1]++;
            index->held[band * index->rows + at] = (uint32_t)row;
            index->place[band * index->rows + row] = at;
            index->sketches[band * (index->rows + LANES) + at] = sketch_of(index, row, band);
        }
    }
}

/* Take a row out of its bucket in each band; the last of the bucket takes its place. */
static void take_out(const Shrinking *index, int64_t row)
{
    for (int64_t band = 0; band < BANDS; band++) {
        uint32_t *end = span_of(index, band, bucket_of(index, row, band)) + 1;
        uint32_t *held = index->held + band * index->rows, *place = index->place + band * index->rows;
        uint16_t *sketches = index->sketches + band * (index->rows + LANES);
        uint32_t last = --*end, at = place[row], moved = held[last];
        held[at] = moved;
        sketches[at] = sketches[last];
        place[moved] = at;
    }
}

/* Queue the rows of one bucket that are near to a row; returns where the queue ends. */
INSIDE int64_t compare(const Shrinking *index, int64_t row, int64_t band, const uint32_t *span, uint16_t sketch,
                       int64_t bound, int64_t *queue, int64_t tail)
{
    const uint16_t *sketches = index->sketches + band * (index->rows + LANES);
    for (int64_t first = span[0], end = span[1]; first < end; first += LANES) {
        uint64_t passed = compare_sketches(sketches + first, sketch, (uint16_t)bound);
        for (; passed; passed &= passed - 1) {
            int64_t at = first + __builtin_ctzll(passed);
            if (at >= end)
                break;
            int64_t other = index->held[band * index->rows + at];
            if (distance(hash_of(index, row), hash_of(index, other)) <= index->limit)
                queue[tail++] = other;
        }
    }
    return tail;
}

/* Move all rows near to a row from the index to the queue; returns where the queue ends.

   Most of the time is cache misses. So all sketches of this row's buckets are asked for before the first is compared,
   and meanwhile the spans of the row that probably comes next (`ahead`). */
static int64_t look(const Shrinking *index, int64_t row, int64_t ahead, int64_t seed, int64_t *label, int64_t *queue,
                    int64_t tail)
{
    for (int64_t band = 0; band < BANDS; band++) {
        int64_t bucket = bucket_of(index, row, band);
        for (int64_t probe = 0; probe < index->probes[band]; probe++)
            prefetch(index->sketches + band * (index->rows + LANES) +
                     span_of(index, band, bucket ^ index->masks[probe])[0]);
    }
    for (int64_t band = 0; band < BANDS; band++) {
        int64_t bucket = bucket_of(index, row, band), after = bucket_of(index, ahead, band);
        uint16_t sketch = sketch_of(index, row, band);
        for (int64_t probe = 0; probe < index->probes[band]; probe++) {
            prefetch(span_of(index, band, after ^ index->masks[probe]));
            int64_t bound = index->bounds[band] - index->weights[probe];
            if (bound < 0)
                continue;
            int64_t before = tail;
            const uint32_t *span = span_of(index, band, bucket ^ index->masks[probe]);
            tail = compare(index, row, band, span, sketch, bound, queue, tail);
            for (int64_t found = before; found < tail; found++) {
                label[queue[found]] = seed;
                take_out(index, queue[found]);
            }
        }
    }
    return tail;
}

/* label [rows] is -1 and becomes the smallest number of each component; queue [rows] is scratch. The index is empty
   afterwards. */
void spread_all(const Shrinking *index, int64_t *label, int64_t *queue)
{
    for (int64_t seed = 0; seed < index->rows; seed++) {
        if (label[seed] >= 0)
            continue;
        label[seed] = seed;
        take_out(index, seed);
        queue[0] = seed;
        for (int64_t head = 0, tail = 1; head < tail;) {
            int64_t row = queue[head++];
            int64_t ahead = head < tail ? queue[head] : seed + 1 < index->rows ? seed + 1 : seed;
            tail = look(index, row, ahead, seed, label, queue, tail);
        }
    }
}
