/* The arithmetic of PDQ: see pdq_kernels.py, which calls each of these and says what it means. */
#include <stdint.h>

#define WEIGHT_BITS 22

static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }

/* starts [64], weights [64][width]; change [width + 1] is scratch. */
void pdq_band_matrix(int64_t length, int64_t width, int64_t *starts, int32_t *weights, double *change)
{
    int64_t window = (length + 127) / 128;
    int64_t right = (window + 2) / 2 - 1;
    int64_t left = window - 1 - right;
    for (int64_t output = 0; output < 64; output++) {
        int64_t centre = (int64_t)(((double)output + 0.5) * (double)length / 64);
        int64_t first = most(0, centre - left);
        int64_t last = least(length - 1, centre + right);
        int64_t start = least(most(0, first - left), length - width);
        for (int64_t k = 0; k <= width; k++) /* of a box only where it begins and ends: linear in the length */
            change[k] = 0;
        for (int64_t middle = first; middle <= last; middle++) {
            int64_t low = most(0, middle - left);
            int64_t high = least(length - 1, middle + right);
            double share = 1.0 / (double)((last - first + 1) * (high - low + 1));
            change[low - start] += share;
            change[high - start + 1] -= share;
        }
        /* Rounding the running total, not each weight, makes every row add up to exactly 2^22. */
        starts[output] = start;
        double weight = 0, total = 0;
        int64_t before = 0;
        for (int64_t k = 0; k < width; k++) {
            weight += change[k];
            total += weight;
            int64_t now = (int64_t)__builtin_rint(total * (1 << WEIGHT_BITS));
            weights[output * width + k] = (int32_t)(now - before);
            before = now;
        }
    }
}

/* pixels [][columns], starts [64], weights [64][width], out [64][columns], which is zero. */
void pdq_reduce_rows(const uint8_t *restrict pixels, int64_t columns, const int64_t *starts, const int32_t *weights,
                     int64_t width, int32_t *restrict out)
{
    for (int64_t output = 0; output < 64; output++) {
        int32_t *restrict into = out + output * columns;
        const int32_t *weight = weights + output * width;
        const uint8_t *restrict row = pixels + starts[output] * columns;
        int64_t k = 0;
        for (; k + 3 < width; k += 4, row += 4 * columns) {
            /* Four rows at a time, so that the sums are read and written once for all four. */
            const uint8_t *a = row, *b = a + columns, *c = b + columns, *d = c + columns;
            int32_t wa = weight[k], wb = weight[k + 1], wc = weight[k + 2], wd = weight[k + 3];
            for (int64_t j = 0; j < columns; j++)
                into[j] += wa * a[j] + wb * b[j] + wc * c[j] + wd * d[j];
        }
        for (; k < width; k++, row += columns) {
            int32_t wa = weight[k];
            for (int64_t j = 0; j < columns; j++)
                into[j] += wa * row[j];
        }
    }
}

/* rows [64][columns], starts [64], weights [64][width], out [64][64]; line [columns / channels] is scratch. */
void pdq_reduce_columns(const int32_t *rows, int64_t columns, int64_t channels, const int64_t *starts,
                        const int32_t *weights, int64_t width, int64_t *restrict line, float *out)
{
    double unit = (double)(INT64_C(1) << (2 * WEIGHT_BITS)) * (channels == 3 ? 1000.0 : 1.0);
    int64_t pixels = columns / channels;
    for (int64_t i = 0; i < 64; i++) {
        const int32_t *restrict row = rows + i * columns;
        if (channels == 3)
            for (int64_t j = 0; j < pixels; j++)
                line[j] = (int64_t)row[3 * j] * 299 + (int64_t)row[3 * j + 1] * 587 + (int64_t)row[3 * j + 2] * 114;
        else
            for (int64_t j = 0; j < pixels; j++)
                line[j] = row[j];
        for (int64_t output = 0; output < 64; output++) {
            const int64_t *from = line + starts[output];
            const int32_t *weight = weights + output * width;
            int64_t total = 0;
            for (int64_t k = 0; k < width; k++)
                total += from[k] * weight[k];
            out[64 * i + output] = (float)((double)total / unit);
        }
    }
}

static inline int64_t steps(float one, float other)
{
    int64_t whole = (int64_t)((one - other) * 100.0f / 255.0f);
    return whole < 0 ? -whole : whole;
}

/* luma [64][64]. */
int64_t pdq_quality(const float *luma)
{
    int64_t total = 0;
    for (int i = 0; i < 64; i++)
        for (int j = 0; j < 64; j++) {
            if (i < 63)
                total += steps(luma[64 * i + j], luma[64 * (i + 1) + j]);
            if (j < 63)
                total += steps(luma[64 * i + j], luma[64 * i + j + 1]);
        }
    return least(100, total / 90);
}

/* luma [64][64], dct [16][64], out [16][16]. Sums run in the reference's order, so that they round as its do. */
void pdq_coefficients(const float *restrict luma, const float *restrict dct, float *restrict out)
{
    float half[16][64] = {{0}}, across[64][16];
    for (int k = 0; k < 64; k++)
        for (int j = 0; j < 16; j++)
            across[k][j] = dct[64 * j + k];
    for (int i = 0; i < 16; i++)
        for (int k = 0; k < 64; k++)
            for (int j = 0; j < 64; j++)
                half[i][j] += dct[64 * i + k] * luma[64 * k + j];
    for (int i = 0; i < 16; i++) {
        float sum[16] = {0};
        for (int k = 0; k < 64; k++)
            for (int j = 0; j < 16; j++)
                sum[j] += half[i][k] * across[k][j];
        for (int j = 0; j < 16; j++)
            out[16 * i + j] = sum[j];
    }
}

/* coefficients [256], out [32], which is zero. */
void pdq_bits(const float *coefficients, float median, uint8_t *out)
{
    for (int bit = 0; bit < 256; bit++)
        if (coefficients[bit] > median)
            out[31 - bit / 8] |= (uint8_t)(1 << bit % 8);
}
