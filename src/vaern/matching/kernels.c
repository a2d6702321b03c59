/* Searching the Hamming index: see kernels.py for what is called, and plan.py for what bands, addresses, sketches and
   ranks are and why the search is exact. Nothing here leaves the arrays, whatever a file says. */
#include "../compiled/words.h"

#define PENDING 8192 /* candidates that wait, while their cache lines arrive, before they walk */

/* One segment of `rows` hashes. `removed` is NULL as long as no row is gone; `rank_bytes` is 1, 2 or 4. */
typedef struct {
    int64_t rows;
    const uint64_t *words;    /* [rows][4] */
    const uint8_t *removed;   /* [rows] */
    const uint32_t *starts;   /* [BANDS][2^16 + 1] */
    const uint16_t *sketches; /* [BANDS][rows + LANES] */
    const void *ranks;        /* [BANDS][rows] */
    int64_t rank_bytes;
} Table;

/* One search, and the room for its hits. */
typedef struct {
    int64_t limit;
    const int64_t *masks, *weights;  /* what to flip in an address, fewest bits first, and how many bits that is */
    const int64_t *probes;           /* [BANDS]: how many masks to take in each band */
    const int64_t *allowed;          /* [BANDS][BANDS], from plan.allowances */
    int64_t capacity;
    int64_t *query, *row, *distance; /* [capacity]: the hits */
} Search;

/* A candidate on its way round the bands. */
typedef struct {
    uint32_t place;       /* where the row lies in the band that it has come to */
    uint32_t row;         /* its number, once it has come by band 0 */
    uint16_t bits;        /* by how many bits it differs from the query, over the bands up to now */
    uint8_t band;         /* where it began */
    uint8_t trail[BANDS]; /* by how many bits it differs in each band */
} Walk;

INSIDE int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

INSIDE int is_gone(const Table *table, int64_t row) { return table->removed && table->removed[row]; }

/* Write one hit if there is room; returns how many hits there are, written or not. */
INSIDE int64_t emit(const Search *search, int64_t query, int64_t row, int64_t bits, int64_t hits)
{
    if (hits < search->capacity) {
        search->query[hits] = query;
        search->row[hits] = row;
        search->distance[hits] = bits;
    }
    return hits + 1;
}

/* Compare one query with every row; returns how many hits there are now. */
static int64_t scan(const Table *table, const Search *search, const uint64_t *hash, int64_t query, int64_t hits)
{
    for (int64_t row = 0; row < table->rows; row++) {
        int64_t bits = distance(table->words + 4 * row, hash);
        if (bits <= search->limit && !is_gone(table, row))
            hits = emit(search, query, row, bits, hits);
    }
    return hits;
}

INSIDE const uint16_t *sketches_of(const Table *table, int64_t band)
{
    return table->sketches + band * (table->rows + LANES);
}

INSIDE const uint32_t *starts_of(const Table *table, int64_t band)
{
    return table->starts + band * ((1 << 16) + 1);
}

INSIDE const uint8_t *rank_at(const Table *table, int64_t band, int64_t place)
{
    return (const uint8_t *)table->ranks + (band * table->rows + place) * table->rank_bytes;
}

INSIDE int64_t rank_of(const Table *table, int64_t band, int64_t place)
{
    const uint8_t *at = rank_at(table, band, place);
    switch (table->rank_bytes) {
    case 1:
        return *at;
    case 2:
        return *(const uint16_t *)at;
    default:
        return *(const uint32_t *)at;
    }
}

/* By how many bits a row differs from what is asked, in the band that follows the one where its place is known. */
INSIDE int64_t differing(const Table *table, const int64_t *asked, int64_t band, int64_t place)
{
    return __builtin_popcountll(sketches_of(table, band)[place] ^ (uint64_t)asked[(band + 1) & (BANDS - 1)]);
}

/* Find where each row lies in the next band, within bounds whatever the file says; asks for what it needs there. */
INSIDE void take_step(const Table *table, Walk *walks, int64_t step, int64_t waiting)
{
    for (int64_t index = 0; index < waiting; index++) {
        Walk *walk = walks + index;
        int64_t band = (walk->band + step - 1) & (BANDS - 1), following = (band + 1) & (BANDS - 1);
        int64_t place = walk->place;
        if (band == 0)
            walk->row = (uint32_t)place;
        int64_t begin = starts_of(table, following)[sketches_of(table, band)[place]];
        place = least(begin + rank_of(table, band, place), table->rows - 1);
        walk->place = (uint32_t)place;
        prefetch(sketches_of(table, following) + place);
        prefetch(rank_at(table, following, place));
    }
}

/* Give up the walks that differ by too much over the bands up to now; returns how many go on. */
INSIDE int64_t keep(const Table *table, const Search *search, const int64_t *asked, Walk *walks, int64_t step,
                    int64_t waiting)
{
    int64_t kept = 0;
    for (int64_t index = 0; index < waiting; index++) {
        Walk walk = walks[index];
        int64_t band = (walk.band + step) & (BANDS - 1);
        int64_t bits = differing(table, asked, band, walk.place);
        walk.bits = (uint16_t)(walk.bits + bits);
        if (walk.bits <= search->allowed[walk.band * BANDS + step + 1]) {
            walk.trail[(band + 1) & (BANDS - 1)] = (uint8_t)bits;
            walks[kept++] = walk;
        }
    }
    return kept;
}

/* Whether a row that differs from the query by `trail` comes all the way round from a band. */
INSIDE int comes_round(const Search *search, const uint8_t *trail, int64_t band)
{
    int64_t bits = 0;
    for (int64_t step = 0; step < BANDS; step++) {
        bits += trail[(band + step) & (BANDS - 1)];
        if (bits > search->allowed[band * BANDS + step])
            return 0;
    }
    return 1;
}

/* Walk the waiting candidates round the bands and emit those that come round; returns how many hits there are now, and
   adds to `steps`. All of them take one step, and then the next: while one waits for memory, the others go on. */
int64_t hamming_walk(const Table *table, const Search *search, int64_t query, const int64_t *asked, Walk *walks,
                     int64_t waiting, int64_t hits, int64_t *steps)
{
    for (int64_t index = 0; index < waiting; index++) {
        Walk *walk = walks + index;
        int64_t bits = differing(table, asked, walk->band, walk->place);
        walk->trail[walk->band] = (uint8_t)walk->bits;
        walk->trail[(walk->band + 1) & (BANDS - 1)] = (uint8_t)bits;
        walk->bits = (uint16_t)(walk->bits + bits);
    }
    for (int64_t step = 1; step < BANDS && waiting; step++) {
        take_step(table, walks, step, waiting);
        *steps += waiting;
        if (step < BANDS - 1)
            waiting = keep(table, search, asked, walks, step, waiting);
    }
    for (int64_t index = 0; index < waiting; index++) {
        const Walk *walk = walks + index;
        int64_t row = walk->band == 1 ? walk->place : walk->row;
        int earlier = is_gone(table, row);
        for (int64_t band = 0; band < walk->band && !earlier; band++)
            earlier = comes_round(search, walk->trail, band);
        if (!earlier)
            hits = emit(search, query, row, walk->bits, hits);
    }
    return hits;
}

/* Compare the sketches of one bucket, from `*begin` on, and let wait what passes while there is room; returns how many
   wait now, and `*begin` is where to go on. */
int64_t hamming_pass(const Table *table, uint16_t sketch, int64_t bound, int64_t band, int64_t weight, int64_t *begin,
                     int64_t end, Walk *walks, int64_t waiting)
{
    const uint16_t *sketches = sketches_of(table, band);
    const uint32_t *following = starts_of(table, (band + 1) & (BANDS - 1));
    int64_t at = *begin;
    for (; at < end && waiting < PENDING; at += LANES) {
        uint64_t passed = compare_sketches(sketches + at, sketch, (uint16_t)bound);
        if (end - at < LANES)
            passed &= (UINT64_C(1) << (end - at)) - 1;
        for (; passed; passed &= passed - 1) {
            int64_t place = at + __builtin_ctzll(passed);
            prefetch(rank_at(table, band, place));
            prefetch(following + sketches[place]);
            walks[waiting].place = (uint32_t)place;
            walks[waiting].band = (uint8_t)band;
            walks[waiting].bits = (uint16_t)weight;
            waiting++;
        }
    }
    *begin = at;
    return waiting;
}

typedef struct {
    int64_t begin, end;
} Span;

/* Where a bucket begins and ends, within bounds whatever the file says; asks for its sketches. */
INSIDE Span look_up(const Table *table, int64_t bucket, int64_t band, int64_t lines)
{
    const uint32_t *starts = starts_of(table, band);
    Span span = {starts[bucket], least(starts[bucket + 1], table->rows)};
    for (int64_t line = 0; line < lines; line++)
        prefetch(sketches_of(table, band) + span.begin + LANES * line);
    return span;
}

/* Find every row within the limit of each of `queries` hashes, from query `first` on, until the output is full. A query
   with more than `scan_above` rows in its buckets, or whose walks took more than `most_steps`, is answered by the flat
   scan.

   The loop works one query ahead: while the buckets of this query are compared, those of the next one are on their way
   from memory. Most of the time is cache misses; this keeps many in flight at once.

   spans [2][sum of probes] and walks [PENDING + LANES] are scratch. done [3] becomes: the next query to answer
   (`queries` when done), the number of hits written, and the number of hits of that next query if it alone is too much
   for the output (else 0). */
void hamming_search(const Table *table, const Search *search, const uint64_t *hashes, int64_t queries, int64_t first,
                    int64_t scan_above, int64_t most_steps, Span *spans, Walk *walks, int64_t *done)
{
    int64_t all_probes = 0;
    for (int band = 0; band < BANDS; band++)
        all_probes += search->probes[band];
    int64_t lines = least(8, 2 + (table->rows >> 16) / LANES);
    int64_t addresses[2][BANDS] = {{0}}, candidates[2] = {0, 0}, hits = 0;
    for (int64_t current = first - 1; current < queries; current++) {
        int now = current & 1, ahead = !now;
        const uint64_t *hash = hashes + 4 * current, *next = hash + 4;
        Span *spans_now = spans + now * all_probes, *spans_ahead = spans + ahead * all_probes;
        int64_t before = hits;
        int scanned = candidates[now] > scan_above;
        if (scanned)
            hits = scan(table, search, hash, current, hits);
        candidates[ahead] = 0;
        if (current + 1 < queries)
            for (int band = 0; band < BANDS; band++) {
                addresses[ahead][band] = address(next, band);
                for (int64_t index = 0; index < search->probes[band]; index++)
                    prefetch(starts_of(table, band) + (addresses[ahead][band] ^ search->masks[index]));
            }
        int64_t slot = 0, waiting = 0, steps = 0;
        for (int band = 0; band < BANDS; band++) {
            uint16_t wanted = (uint16_t)addresses[now][(band + 1) & (BANDS - 1)];
            for (int64_t index = 0; index < search->probes[band]; index++, slot++) {
                Span span = spans_now[slot];
                if (current + 1 < queries) {
                    spans_ahead[slot] = look_up(table, addresses[ahead][band] ^ search->masks[index], band, lines);
                    candidates[ahead] += spans_ahead[slot].end - spans_ahead[slot].begin;
                }
                int64_t weight = search->weights[index], bound = search->allowed[band * BANDS + 1] - weight;
                while (span.begin < span.end && !scanned && current >= first) {
                    waiting = hamming_pass(table, wanted, bound, band, weight, &span.begin, span.end, walks, waiting);
                    if (waiting >= PENDING) {
                        hits = hamming_walk(table, search, current, addresses[now], walks, waiting, hits, &steps);
                        waiting = 0;
                        if (steps > most_steps) {
                            scanned = 1;
                            hits = scan(table, search, hash, current, before);
                        }
                    }
                }
            }
        }
        if (waiting && !scanned)
            hits = hamming_walk(table, search, current, addresses[now], walks, waiting, hits, &steps);
        if (hits > search->capacity) {
            done[0] = current, done[1] = before, done[2] = hits - before;
            return;
        }
    }
    done[0] = queries, done[1] = hits, done[2] = 0;
}

/* The same answer, by comparing each query with every row. */
void hamming_search_flat(const Table *table, const Search *search, const uint64_t *hashes, int64_t queries,
                         int64_t first, int64_t *done)
{
    int64_t hits = 0;
    for (int64_t current = first; current < queries; current++) {
        int64_t before = hits;
        hits = scan(table, search, hashes + 4 * current, current, hits);
        if (hits > search->capacity) {
            done[0] = current, done[1] = before, done[2] = hits - before;
            return;
        }
    }
    done[0] = queries, done[1] = hits, done[2] = 0;
}

/* What words.h promises, for the tests. */
uint64_t hamming_field(const uint64_t *words, int64_t row, int64_t offset, int64_t width)
{
    return field(words + 4 * row, offset, width);
}

int64_t hamming_distance(const uint64_t *words, int64_t row, const uint64_t *queries, int64_t query)
{
    return distance(words + 4 * row, queries + 4 * query);
}

int64_t hamming_address(const uint64_t *words, int64_t row, int64_t band)
{
    return address(words + 4 * row, band);
}
