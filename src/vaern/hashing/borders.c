/* How wide a uniform border is: see borders.py. */
#include <stdint.h>

/* How many of `lines` lines in succession have the colour of the first one's middle pixel. Everything in bytes: `origin`
   is where the first line's first pixel stands, `step` leads from line to line, `stride` from pixel to pixel. */
int64_t borders_width(const uint8_t *flat, int64_t channels, int64_t tolerance, int64_t origin, int64_t lines,
                      int64_t step, int64_t length, int64_t stride)
{
    const uint8_t *colour = flat + origin + length / 2 * stride;
    for (int64_t line = 0; line < lines; line++) {
        int64_t stray = 0;
        const uint8_t *pixel = flat + origin + line * step;
        for (int64_t at = 0; at < length; at++, pixel += stride) {
            for (int64_t c = 0; c < channels; c++) {
                int64_t differing = (int64_t)pixel[c] - (int64_t)colour[c];
                if (differing > tolerance || differing < -tolerance) {
                    stray++;
                    break;
                }
            }
            if (stray * 100 > length)
                return line;
        }
    }
    return lines;
}
