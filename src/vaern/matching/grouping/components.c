/* A forest of components in an array: the parent of each number, smaller than it; a root is its own. */
#include <stdint.h>

/* The smallest number of a component; the way there is halved. */
static int64_t root(int64_t *parent, int64_t at)
{
    while (parent[at] != at) {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    return at;
}

static void join(int64_t *parent, int64_t one, int64_t other)
{
    one = root(parent, one), other = root(parent, other);
    if (one < other)
        parent[other] = one;
    else
        parent[one] = other;
}

/* Join the owners [rows] that stand in one of the groups [rows], numbers below `rows`; first [rows] is -1. */
void components_join_groups(int64_t *parent, const int64_t *owners, const int64_t *groups, int64_t rows, int64_t *first)
{
    for (int64_t row = 0; row < rows; row++) {
        int64_t group = groups[row];
        if (first[group] < 0)
            first[group] = owners[row];
        else
            join(parent, first[group], owners[row]);
    }
}

void components_join_pairs(int64_t *parent, const int64_t *one, const int64_t *other, int64_t pairs)
{
    for (int64_t pair = 0; pair < pairs; pair++)
        join(parent, one[pair], other[pair]);
}

void components_roots(int64_t *parent, const int64_t *numbers, int64_t many, int64_t *found)
{
    for (int64_t at = 0; at < many; at++)
        found[at] = root(parent, numbers[at]);
}
